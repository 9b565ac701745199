import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Poolings to a given size against their formula: bin i of o over n cells goes from ⌊i n / o⌋ up to ⌈(i + 1) n / o⌉.
@Suite struct AdaptivePoolingTests {
    private func check(
        _ layer: Layer, _ x: Tensor, _ want: [Double], location: SourceLocation = #_sourceLocation
    ) throws {
        for device in ["cpu", "opencl"] {
            try PlainKernels.withDevice(device) {
                let y = try layer(x)
                expectClose(
                    Values(y.shape, .float32, try y.doubles()), Values(y.shape, .float32, want), .ofPeak(1e-6),
                    "\(device), \(layer.className)", sourceLocation: location)
            }
        }
    }

    /// 5 cells in 3 bins: 0 to 1, 1 to 3, 3 to 4.
    @Test func steps() throws {
        let x = Tensor(shape: [1, 5, 1], scalars: [1, 4, 2, 8, 6] as [Float])
        try check(AdaptiveAveragePooling1D(3), x, [2.5, 14 / 3.0, 7])
        try check(AdaptiveMaxPooling1D(3), x, [4, 8, 8])
        try check(AdaptiveAveragePooling1D(5), x, [1, 4, 2, 8, 6])
        try check(AdaptiveMaxPooling1D(1), x, [8])
    }

    /// More bins than cells: 0, 0 to 1, 1.
    @Test func moreThanThereAre() throws {
        let x = Tensor(shape: [1, 1, 2], scalars: [-3, -1] as [Float])
        try check(AdaptiveAveragePooling1D(3, dataFormat: .channelsFirst), x, [-3, -2, -1])
        try check(AdaptiveMaxPooling1D(3, dataFormat: .channelsFirst), x, [-3, -1, -1])
    }

    /// 3 x 4 cells, two channels, in 2 x 2 bins of 2 x 2 cells, the rows in the middle in both.
    @Test func images() throws {
        let x = Tensor(shape: [1, 3, 4, 2], scalars: (0..<24).map { Float($0) })
        try check(AdaptiveAveragePooling2D(2), x, [5, 6, 9, 10, 13, 14, 17, 18])
        try check(AdaptiveMaxPooling2D(2), x, [10, 11, 14, 15, 18, 19, 22, 23])
        let first = x.transposed([0, 3, 1, 2])
        try check(
            AdaptiveAveragePooling2D(2, dataFormat: .channelsFirst), first, [5, 9, 13, 17, 6, 10, 14, 18])
        try check(
            AdaptiveMaxPooling2D(2, dataFormat: .channelsFirst), first, [10, 14, 18, 22, 11, 15, 19, 23])
    }

    /// 2 x 3 x 2 cells, [depth, rows, columns], in 1 x 2 x 2 bins.
    @Test func volumes() throws {
        let x = Tensor(shape: [1, 2, 3, 2, 1], scalars: (0..<12).map { Float($0) })
        try check(AdaptiveAveragePooling3D([1, 2, 2]), x, [4, 5, 6, 7])
        try check(AdaptiveMaxPooling3D([1, 2, 2]), x, [8, 9, 10, 11])
    }

    /// Each bin hands its upstream to its largest cell, or in equal shares to all.
    @Test func gradients() throws {
        let x = Tensor(shape: [1, 5, 1], scalars: [1, 4, 2, 8, 6] as [Float])
        let u = Tensor(shape: [1, 3, 1], scalars: [1, 10, 100] as [Float])
        for device in ["cpu", "opencl"] {
            try PlainKernels.withDevice(device) {
                let largest = IbexGraph.gradients(
                    of: try AdaptiveMaxPooling1D(3)(x), withRespectTo: [x], upstream: u)[0]
                #expect(try largest.scalars(as: Float.self) == [0, 1, 0, 110, 0])
                let shared = IbexGraph.gradients(
                    of: try AdaptiveAveragePooling1D(3)(x), withRespectTo: [x], upstream: u)[0]
                let want: [Double] = [0.5, 0.5 + 10 / 3.0, 10 / 3.0, 10 / 3.0 + 50, 50]
                expectClose(
                    Values(x.shape, .float32, try shared.doubles()), Values(x.shape, .float32, want), .ofPeak(1e-6))
            }
        }
    }
}
