import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// What Keras's cases do not show of the normalizations, and of the layers that wrap another.
@Suite struct NormalizationLayerTests {
    /// The kernel [[3, 0], [0, 4]] has the largest singular value 4: many iterations find it, and one step divides by it.
    @Test(arguments: ["cpu", "opencl"]) func spectralNormalizationDividesByTheLargestSingularValue(
        device: String
    ) throws {
        try PlainKernels.withDevice(device) {
            let layer = SpectralNormalization(Dense(2, useBias: false), powerIterations: 60, name: "s")
            try layer.buildIfNeeded([[1, 2]])
            #expect(layer.weights.map(\.name).map { $0.hasPrefix("s/") } == [true, true])
            #expect(layer.weights[0].name == "s/vector_u" && layer.weights[1].name.hasSuffix("/kernel"))
            try layer.setWeights([
                Tensor([[0.6, 0.8]] as [[Float]]), Tensor([[3, 0], [0, 4]] as [[Float]]),
            ])
            let x = Tensor([[1, 1]] as [[Float]])
            let unchanged = try layer(x).doubles()
            #expect(unchanged == [3, 4])
            let y = try layer(x, training: true)
            for (got, want) in zip(try y.doubles(), [0.75, 1.0]) { #expect(abs(got - want) < 1e-5) }
            for (got, want) in zip(try layer.weights[0].value.doubles(), [0.0, 1.0]) { #expect(abs(got - want) < 1e-5) }
        }
    }

    @Test func spectralNormalizationLeavesAKernelOfZeros() throws {
        let layer = SpectralNormalization(Dense(2, kernelInitializer: .zeros))
        #expect(try layer(Tensor.ones([1, 3]), training: true).doubles() == [0, 0])
        #expect(try layer.weights[0].value.doubles().contains { $0 != 0 })
    }

    /// Columns 0, 2, 4 and 1, 1, 4 have means 2 and 2, variances 8/3 and 2.
    @Test(arguments: ["cpu", "opencl"]) func normalizationAdapts(device: String) throws {
        try PlainKernels.withDevice(device) {
            let layer = Normalization()
            try layer.adapt(Tensor([[0, 1], [2, 1], [4, 4]] as [[Float]]))
            let want = [-2 / (8.0 / 3).squareRoot(), 2 / 2.0.squareRoot()]
            for (got, want) in zip(try layer(Tensor([[0, 4]] as [[Float]])).doubles(), want) {
                #expect(abs(got - want) < 1e-6)
            }
            let values = try layer.getWeights().map { try $0.doubles() }
            #expect(values[0] == [2, 2] && abs(values[1][0] - 8.0 / 3) < 1e-6 && values[2] == [0])
            // Adapted anew, the old numbers are gone.
            try layer.adapt(Tensor([[1, 0], [3, 0]] as [[Float]]))
            #expect(try layer(Tensor([[3, 0]] as [[Float]])).doubles() == [1, 0])
        }
    }

    /// A thousand and one steps of a thousand: what the statistics keep of an offset of a million.
    @Test(arguments: ["cpu", "opencl"]) func offsetsCostNoDigits(device: String) throws {
        try PlainKernels.withDevice(device) {
            let x = Tensor((0..<64).map { Float(1_000_000 + $0 % 8) }).reshaped(64, 1)
            let y = try BatchNormalization(epsilon: 0)(x, training: true).doubles()
            // Eight numbers in a row have the variance (8² - 1) / 12.
            for (row, got) in y.enumerated() {
                #expect(abs(got - (Double(row % 8) - 3.5) / (63.0 / 12).squareRoot()) < 1e-4)
            }
        }
    }

    /// Each group has its own offset: what is left of its deviations must not depend on the others'.
    @Test(arguments: ["cpu", "opencl"]) func offsetsOfGroupsCostNoDigits(device: String) throws {
        try PlainKernels.withDevice(device) {
            let offsets: [Float] = [1_000_000, 1_000_000, 0, 0]
            let scalars = (0..<8).flatMap { place in offsets.map { $0 + Float(place) } }
            let y = try GroupNormalization(groups: 2, epsilon: 0)(Tensor(scalars).reshaped(1, 8, 4)).doubles()
            for (place, got) in y.enumerated() {
                #expect(abs(got - (Double(place / 4) - 3.5) / (63.0 / 12).squareRoot()) < 1e-4)
            }
        }
    }

    /// A frozen layer neither learns nor moves its statistics in a model's training step.
    @Test func frozenStatisticsStay() throws {
        let layer = BatchNormalization()
        let model = Sequential([Input(shape: [3]), layer, Dense(1)])
        layer.trainable = false
        model.compile(optimizer: .sgd(learningRate: 0.1), loss: .meanSquaredError)
        let x = Tensor.randomNormal([16, 3], mean: 5)
        try model.fit(x, Tensor.ones([16, 1]), verbose: 0)
        #expect(try layer.getWeights().map { try $0.doubles()[0] } == [1, 0, 0, 1])
        layer.trainable = true
        model.compile(optimizer: .sgd(learningRate: 0.1), loss: .meanSquaredError)
        try model.fit(x, Tensor.ones([16, 1]), verbose: 0)
        #expect(try layer.getWeights()[2].doubles()[0] > 0.01)
    }
}
