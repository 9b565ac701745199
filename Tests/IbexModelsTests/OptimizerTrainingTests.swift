import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Whole training runs with what changes a step as a whole.
@Suite(.serialized) struct OptimizerTrainingTests {
    private static let makers: [(name: String, make: @Sendable () -> Optimizer)] = [
        ("accumulation", { Adam(learningRate: 0.02, gradientAccumulationSteps: 2) }),
        ("loss scale factor", { SGD(learningRate: 0.1, lossScaleFactor: 64) }),
        ("muon", { Muon(learningRate: 0.05) }),
        ("loss scale", { LossScaleOptimizer(Muon(learningRate: 0.05), initialScale: 64, dynamicGrowthSteps: 10) }),
        (
            "both",
            { LossScaleOptimizer(Adam(learningRate: 0.02, gradientAccumulationSteps: 2), dynamicGrowthSteps: 10) }
        ),
    ]

    private func fitted(_ optimizer: Optimizer, epochs: Int) throws -> (model: Sequential, losses: [Double]) {
        let x = Tensor(shape: [32, 4], scalars: (0..<128).map { Float($0 * 37 % 64) / 64 })
        let model = Sequential([
            Input(shape: [4]), Dense(8, activation: .tanh, kernelInitializer: .orthogonal(seed: 1)),
            Dense(1, kernelInitializer: .glorotUniform(seed: 2)),
        ])
        model.compile(optimizer: optimizer, loss: .meanSquaredError)
        let history = try model.fit(
            x, x.sum(axis: 1, keepDims: true) - 2, batchSize: 8, epochs: epochs, verbose: 0, shuffle: false)
        return (model, history["loss"])
    }

    @Test(arguments: ["cpu", "opencl"]) func lossFalls(device: String) throws {
        try PlainKernels.withDevice(device) {
            for (name, make) in Self.makers {
                let optimizer = make()
                let (model, losses) = try fitted(optimizer, epochs: 20)
                #expect(try #require(losses.last) < 0.3 * losses[0], "\(device), \(name): \(losses)")
                #expect(model.trainingSteps.count == 1, "\(name)")
                #expect(try Optimizer.configured(optimizer.serialized).config == optimizer.config, "\(name)")
            }
        }
    }

    /// A power of two in front of the loss changes no bit of the weights.
    @Test(arguments: ["cpu", "opencl"]) func scalesCancel(device: String) throws {
        try PlainKernels.withDevice(device) {
            func weights(_ optimizer: Optimizer) throws -> [[Double]] {
                try fitted(optimizer, epochs: 3).model.weights.map { try $0.value.doubles() }
            }
            let plain = try weights(SGD(learningRate: 0.1))
            #expect(try weights(SGD(learningRate: 0.1, lossScaleFactor: 64)) == plain)
            let scaling = LossScaleOptimizer(SGD(learningRate: 0.1), initialScale: 4, dynamicGrowthSteps: 5)
            #expect(try weights(scaling) == plain)
            // Twelve steps, doubled at the fifth and the tenth.
            #expect(scaling.dynamicScale == 16)
            #expect(try scaling.iterations?.value.item(as: Int64.self) == 12)
        }
    }

    /// Gradients 1, 3, 1, 1, 2, 4 by twos at a rate of 1: the weight is -2 after the second, -3 after the fourth. The
    /// average moves by half with each batch from the second pair on, and replaces the weight in the third pair: -2.75,
    /// then -5.75 is averaged with that. Keras 3.15 gives the same.
    @Test(arguments: ["cpu", "opencl"]) func averagesMoveWithEachBatch(device: String) throws {
        try PlainKernels.withDevice(device) {
            let weight = Variable(Tensor([Float(0)]), name: "w")
            let averaging = WeightAveraging(momentum: 0.5, overwriteFrequency: 3)
            let optimizer = SGD(learningRate: 1, averaging: averaging, gradientAccumulationSteps: 2)
            let seen = try [1, 3, 1, 1, 2, 4].map { (gradient: Float) in
                try optimizer.apply([Tensor([gradient])], to: [weight])
                return try weight.value.item(as: Float.self)
            }
            #expect(seen == [0, -2, -2, -3, -2.75, -4.25])
        }
    }

    /// A gradient that is not finite changes nothing but the scale: neither weight, counter, sums nor average, and a
    /// constraint waits too.
    @Test(arguments: ["cpu", "opencl"]) func unsoundGradientsAreLeftOut(device: String) throws {
        try PlainKernels.withDevice(device) {
            let weight = Variable(Tensor([Float(-3), 2]), name: "w")
            let inner = Adam(learningRate: 0.1, averaging: WeightAveraging(), gradientAccumulationSteps: 2)
            let optimizer = LossScaleOptimizer(inner, initialScale: 8)
            try optimizer.apply([Tensor([Float(8), 8])], to: [weight])
            let before = try inner.variables.map { try $0.value.doubles() }
            try optimizer.apply([Tensor([Float.nan, 1])], to: [weight], constraints: [.nonNeg])
            #expect(try weight.value.doubles() == [-3, 2])
            #expect(try inner.variables.map { try $0.value.doubles() } == before)
            #expect(optimizer.dynamicScale == 4)
        }
    }
}
