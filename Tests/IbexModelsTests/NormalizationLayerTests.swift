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

    /// Two steps of batch renormalization and one call of the trained layer: the numbers of Keras 3.15.1 on NumPy.
    @Test(arguments: ["cpu", "opencl"]) func batchRenormalization(device: String) throws {
        try PlainKernels.withDevice(device) {
            let layer = BatchNormalization(
                momentum: 0.9, renorm: true, renormClipping: RenormClipping(rmax: 1.5, rmin: 0.5, dmax: 0.4),
                renormMomentum: 0.8, name: "b")
            let first = Tensor([[1, 2], [3, -1], [-2, 4]] as [[Float]])
            let second = Tensor([[0.5, 1], [2, 2.5], [1, -1]] as [[Float]])
            func expect(_ got: Tensor, _ want: [Double], _ what: String) throws {
                let values = Values([want.count], .float32, try got.doubles())
                expectClose(values, Values([want.count], .float32, want), .absolute(2e-6), "\(device), \(what)")
            }
            try expect(
                layer(first, training: true),
                [
                    0.6433032751083374, 0.6433032751083374, 2.103123188018799, -1.54642653465271, -1.54642653465271,
                    2.103123188018799,
                ],
                "first")
            try expect(
                layer(second, training: true),
                [
                    -0.15050482749938965, 0.5376262664794922, 1.088131070137024, 1.7762621641159058,
                    0.26237380504608154, -1.1138883829116821,
                ],
                "second")
            let want: [(String, [Double])] = [
                ("gamma", [1, 1]), ("beta", [0, 0]), ("moving_mean", [0.17666667699813843, 0.23333334922790527]),
                ("moving_variance", [1.1170848608016968, 1.2948662042617798]),
                ("moving_stddev", [1.057395339012146, 1.1383612155914307]),
                ("renorm_mean", [0.3400000035762787, 0.4333333373069763]),
                ("renorm_stddev", [1.0936899185180664, 1.2556216716766357]),
            ]
            #expect(layer.weights.map(\.name) == want.map { "b/\($0.0)" })
            for (weight, (name, values)) in zip(layer.weights, want) { try expect(weight.value, values, name) }
            try expect(
                layer(second),
                [
                    0.3057827949523926, 0.6734827756881714, 1.7243629693984985, 1.991166591644287, 0.7786428332328796,
                    -1.0834288597106934,
                ],
                "trained")
        }
    }

    @Test func renormClippingIsChecked() {
        for clipping in [RenormClipping(rmax: 1, rmin: 2), RenormClipping(dmax: -1)] {
            expectError(.argument, at: "BatchNormalization", expected: "at least") {
                try BatchNormalization(renorm: true, renormClipping: clipping).buildIfNeeded([[2, 3]])
            }
        }
    }
}
