import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// What Keras's cases leave out of Muon: wide matrices, and the weights that take Adam's step.
@Suite struct MuonTests {
    /// A matrix and its transpose move alike: Newton and Schulz's iteration works on the shorter side of both.
    @Test(arguments: ["cpu", "opencl"]) func transposesMoveAlike(device: String) throws {
        try PlainKernels.withDevice(device) {
            let gradient = Tensor(shape: [5, 3], scalars: (0..<15).map { Float(($0 * 7) % 11) - 5 })
            let tall = Variable(.ones([5, 3], .float32), name: "tall")
            let wide = Variable(.ones([3, 5], .float32), name: "wide")
            try Muon(learningRate: 0.1).apply([gradient], to: [tall])
            try Muon(learningRate: 0.1).apply([gradient.transposed()], to: [wide])
            let (moved, want) = (try wide.value.transposed().doubles(), try tall.value.doubles())
            expectClose(Values([5, 3], .float32, moved), Values([5, 3], .float32, want), .ofPeak(1e-5))
            #expect(want.contains { abs($0 - 1) > 0.01 })
        }
    }

    @Test func theRestTakesAdamsStep() throws {
        let shapes: KeyValuePairs<String, Shape> = [
            "dense/kernel": [3, 2], "dense/bias": [2], "conv/kernel": [3, 3, 1, 2], "Embedding/weights": [3, 2],
            "output/kernel": [3, 2],
        ]
        let weights = shapes.map { Variable(.ones($0.value, .float32), name: $0.key) }
        func withVelocity(_ optimizer: Muon) throws -> [String] {
            try optimizer.build(weights)
            return optimizer.variables.map(\.name).filter { $0.hasSuffix("_velocity") }
                .map { String($0.dropFirst(optimizer.name.count + 1).dropLast(9)) }
        }
        #expect(
            try withVelocity(Muon(excludeLayers: ["^out"]))
                == ["dense_bias", "conv_kernel", "Embedding_weights", "output_kernel"])
        #expect(try withVelocity(Muon(excludeEmbeddings: false)) == ["dense_bias", "conv_kernel"])
    }
}
