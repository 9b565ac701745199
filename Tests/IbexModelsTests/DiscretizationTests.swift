import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Numbers by bins. The boundaries that `adapt` finds are those of Keras 3.15.1 for the same numbers.
@Suite(.serialized) struct DiscretizationTests {
    private let numbers = Tensor([[-0.5, 0, 0.99], [1, 2.5, 7]] as [[Float]])

    @Test(arguments: ["cpu", "opencl"]) func binsAndTheirEncodings(device: String) throws {
        try PlainKernels.withDevice(device) {
            let boundaries = [0, 1, 2.5]
            let bins = try Discretization(binBoundaries: boundaries)(numbers)
            #expect(bins.dtype == .int32 && bins.shape == [2, 3])
            #expect(try bins.doubles() == [0, 1, 1, 2, 3, 3])
            for (mode, shape, want) in [
                (
                    .oneHot, [2, 3, 4],
                    [1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1]
                ),
                (.multiHot, [2, 4], [1, 1, 0, 0, 0, 0, 1, 1]), (.count, [2, 4], [1, 2, 0, 0, 0, 0, 1, 2]),
            ] as [(Discretization.OutputMode, Shape, [Double])] {
                let y = try Discretization(binBoundaries: boundaries, outputMode: mode)(numbers)
                #expect(y.shape == shape && y.dtype == .float32)
                #expect(try y.doubles() == want, "\(device), \(mode)")
            }
        }
    }

    private func adapted(_ numbers: [Double], bins: Int, epsilon: Double = 0.01) throws -> [Double] {
        let layer = Discretization(numBins: bins, epsilon: epsilon)
        try layer.adapt(Tensor(numbers))
        return try #require(layer.binBoundaries)
    }

    @Test func adaptation() throws {
        let squares = (0..<40).map { Double($0 * $0) / 7 }
        let rows: [([Double], bins: Int, epsilon: Double, [Double])] = [
            (squares, 4, 0.01, [11.571428298950195, 51.57143020629883, 120.14286041259766]),
            (squares, 3, 0.1, [22.23809242248535, 94.6190414428711]),
            (
                squares, 7, 0.05,
                [
                    3.2448973655700684, 15.653059005737305, 37.367347717285156, 68.38774108886719,
                    108.71427154541016, 158.346923828125,
                ]
            ),
            (
                (0..<1000).map { Double($0 * 37 % 1000) }, 4, 0.01,
                [248.999755859375, 498.99981689453125, 748.9999389648438]
            ),
            (
                (0..<250).map { Double($0 * 37 % 250) }, 5, 0.01,
                [49.0000114440918, 99.00003051757812, 149.00003051757812, 199]
            ),
            ([3, 1, 2], 4, 0.01, [1, 2]),
        ]
        for (numbers, bins, epsilon, want) in rows {
            let got = try adapted(numbers, bins: bins, epsilon: epsilon)
            // Keras keeps its summary in single precision.
            let isClose = got.count == want.count && zip(got, want).allSatisfy { abs($0 - $1) <= 5e-6 * abs($1) }
            #expect(isClose, "\(bins) bins: \(got), expected \(want)")
        }
    }

    /// A layer that was adapted is made again from its configuration, and adapts anew.
    @Test func configuration() throws {
        let layer = Discretization(numBins: 2, outputMode: .count, name: "bins")
        #expect(layer.config["bin_boundaries"] == .null && layer.config["num_bins"] == 2)
        expectError(.state, at: "layer bins", found: "no boundaries", remedy: "adapt") { _ = try layer(numbers) }
        try layer.adapt(Tensor([0, 1, 2, 3] as [Float]))
        let twin = try Discretization(config: layer.config)
        #expect(twin.config == layer.config && twin.binBoundaries == [1])
        #expect(try twin(numbers).doubles() == [3, 0, 0, 3])
    }

    @Test func whatDoesNotFitIsNamed() {
        expectError(.argument, at: "Discretization", expected: "rising order") {
            try Discretization(binBoundaries: [1, 0]).buildIfNeeded([[2, 3]])
        }
        expectError(.argument, at: "Discretization", found: "0 bins") {
            try Discretization(numBins: 0).buildIfNeeded([[2, 3]])
        }
        expectError(.argument, at: "Discretization", found: "neither") {
            try Discretization(config: [:]).buildIfNeeded([[2, 3]])
        }
        expectError(.state, at: "Discretization", remedy: "numBins") {
            try Discretization(binBoundaries: [1]).adapt(numbers)
        }
        expectError(.argument, at: "output_mode", found: "twice") {
            _ = try Discretization(config: ["num_bins": 2, "output_mode": "twice"])
        }
    }
}
