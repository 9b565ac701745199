import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

@testable import IbexFiles

/// The numbers of Keras 2 that a model from a file of its keeps, and the options that carry them.
@Suite(.serialized) struct Keras2NumberTests {
    private func model(_ layers: String) throws -> Model {
        try modelFromJSON(
            #"{"class_name": "Sequential", "config": {"name": "s", "layers": ["# + layers
                + #"]}, "keras_version": "2.12.0"}"#)
    }

    /// Two images of 1 x 2 with values 1, 2, 3, 6: mean 3, biased variance 3.5, unbiased 14/3.
    @Test(arguments: ["cpu", "opencl"]) func batchNormalizationMovesTheUnbiasedVariance(device: String) throws {
        try PlainKernels.withDevice(device) {
            let model = try model(
                #"{"class_name": "InputLayer", "config": {"batch_input_shape": [null, 1, 2, 1], "name": "x"}}, "#
                    + #"{"class_name": "BatchNormalization", "config": {"name": "bn", "axis": [3], "momentum": 0.5}}"#)
            let layer = try #require(model.layers[0] as? BatchNormalization)
            #expect(layer.usesUnbiasedVariance)
            let x = Tensor(shape: [2, 1, 2, 1], scalars: [1, 2, 3, 6] as [Float])
            _ = try layer(x, training: true).scalars(as: Float.self)
            let variance = try #require(try layer.movingVariance?.value.scalars(as: Float.self))
            #expect(abs(variance[0] - (0.5 + 0.5 * 14 / 3)) < 1e-5)
            let mean = try #require(try layer.movingMean?.value.scalars(as: Float.self))
            #expect(abs(mean[0] - 1.5) < 1e-6)
            // Rows have no such correction, in either Keras.
            let rows = BatchNormalization(momentum: 0.5, usesUnbiasedVariance: true)
            _ = try rows(x.reshaped(4, 1), training: true).scalars(as: Float.self)
            #expect(
                abs(try #require(try rows.movingVariance?.value.scalars(as: Float.self))[0] - (0.5 + 0.5 * 3.5)) < 1e-5)
        }
    }

    /// Keras 3 refuses an argument that it does not know: the option stands beside the configuration.
    @Test func theOptionStandsWhereKerasDoesNotLook() throws {
        let layer = BatchNormalization(usesUnbiasedVariance: true, name: "bn")
        let entry = try #require(layer.serialized.object)
        #expect(entry["ibex"] == ["uses_unbiased_variance": true])
        #expect(entry["config"]?.object?["uses_unbiased_variance"] == nil)
        let text = try Sequential([Input(shape: [2, 2, 1]), layer]).toJSON()
        let twin = try modelFromJSON(text).layers[0] as? BatchNormalization
        #expect(twin?.usesUnbiasedVariance == true)
        #expect(BatchNormalization().serialized.object?["ibex"] == nil)
    }

    /// clip(0.2 x + 0.5, 0, 1).
    @Test(arguments: ["cpu", "opencl"]) func hardSigmoidHasItsSlope(device: String) throws {
        try PlainKernels.withDevice(device) {
            let model = try model(
                #"{"class_name": "InputLayer", "config": {"batch_input_shape": [null, 4], "name": "x"}}, "#
                    + #"{"class_name": "Activation", "config": {"name": "a", "activation": "hard_sigmoid"}}"#)
            let y = try model.predict(Tensor([[-3, -1, 1, 2.4]] as [[Float]]), verbose: 0).scalars(as: Float.self)
            for (got, want) in zip(y, [0, 0.3, 0.7, 0.98] as [Float]) { #expect(abs(got - want) < 1e-6) }
            let written = try Architecture.config(of: model, .keras2)
            let layers = written.object?["config"]?.object?["layers"]?.array
            #expect(layers?[1].object?["config"]?.object?["activation"] == "hard_sigmoid")
        }
    }

    private func optimizer(_ className: String, _ config: Config) throws -> Optimizer {
        try .configured(Keras2Optimizer.read(["class_name": .string(className), "config": .object(config)]))
    }

    /// The weight after steps with given gradients, from 1.
    private func weight(_ optimizer: Optimizer, _ gradients: [Double]) throws -> Double {
        let weight = Variable(Tensor([1] as [Float]), name: "w")
        for gradient in gradients { try optimizer.apply([Tensor([Float(gradient)])], to: [weight]) }
        return try weight.value.doubles()[0]
    }

    /// lr / (1 + decay · steps): 0.1, then 0.1 / 1.5.
    @Test(arguments: ["cpu", "opencl"]) func oldOptimizersDecayTheirRate(device: String) throws {
        try PlainKernels.withDevice(device) {
            let sgd = try optimizer("SGD", ["name": "SGD", "learning_rate": 0.1, "decay": 0.5, "momentum": 0.0])
            #expect(abs(try weight(sgd, [1, 1]) - (1 - 0.1 - 0.1 / 1.5)) < 1e-6)
            #expect(sgd.schedule?.className == "InverseTimeDecay")
            // The new ones ignore it.
            let new = try optimizer("Custom>SGD", ["learning_rate": 0.1, "is_legacy_optimizer": false])
            #expect(abs(try weight(new, [1, 1]) - 0.8) < 1e-6)
        }
    }

    /// s = 0.1 · 4 = 0.4; with a large ε it shows where ε stands: lr g / (√s + ε).
    @Test(arguments: ["cpu", "opencl"]) func oldRMSpropAddsEpsilonOutsideTheRoot(device: String) throws {
        try PlainKernels.withDevice(device) {
            let arguments: Config = ["learning_rate": 0.1, "rho": 0.9, "epsilon": 0.5, "centered": false]
            let old = try optimizer("RMSprop", arguments)
            #expect(abs(try weight(old, [2]) - (1 - 0.1 * 2 / (0.4.squareRoot() + 0.5))) < 1e-6)
            let new = try optimizer("Custom>RMSprop", arguments)
            #expect(abs(try weight(new, [2]) - (1 - 0.1 * 2 / 0.9.squareRoot())) < 1e-6)
            // With momentum the old one's kernel has ε inside.
            let moving = try optimizer("RMSprop", arguments.merging(["momentum": 0.5]) { $1 })
            #expect(abs(try weight(moving, [2]) - (1 - 0.1 * 2 / 0.9.squareRoot())) < 1e-6)
            // a = 0.1 + 4.
            let adagrad = try optimizer(
                "Adagrad", ["learning_rate": 0.1, "initial_accumulator_value": 0.1, "epsilon": 0.5])
            #expect(abs(try weight(adagrad, [2]) - (1 - 0.1 * 2 / (4.1.squareRoot() + 0.5))) < 1e-6)
        }
    }

    /// uₜ = β₁ (1 - 0.96^(0.004 t) / 2), by hand for two steps.
    @Test(arguments: ["cpu", "opencl"]) func oldNadamGrowsItsMomentumSlowly(device: String) throws {
        try PlainKernels.withDevice(device) {
            let nadam = try optimizer("Nadam", ["learning_rate": 0.1, "decay": 0.004, "beta_1": 0.9, "beta_2": 0.999])
            var (weight, momentum, velocity, product) = (1.0, 0.0, 0.0, 1.0)
            func u(_ t: Double) -> Double { 0.9 * (1 - 0.5 * power(0.96, 0.004 * t)) }
            for (step, gradient) in [2.0, -1].enumerated() {
                let t = Double(step + 1)
                product *= u(t)
                momentum = 0.9 * momentum + 0.1 * gradient
                velocity = 0.999 * velocity + 0.001 * gradient * gradient
                let ahead = u(t + 1) * momentum / (1 - product * u(t + 1)) + (1 - u(t)) * gradient / (1 - product)
                weight -= 0.1 * ahead / ((velocity / (1 - power(0.999, t))).squareRoot() + 1e-7)
            }
            #expect(abs(try self.weight(nadam, [2, -1]) - weight) < 2e-5)
        }
    }

    private func power(_ base: Double, _ exponent: Double) -> Double {
        var tensor = Tensor([base])
        tensor = tensor.log() * exponent
        return (try? tensor.exp().doubles()[0]) ?? .nan
    }

    /// The average starts with the weight itself: 0.5 · 1 + 0.5 · 0.9.
    @Test(arguments: ["cpu", "opencl"]) func averagesStartWithTheWeights(device: String) throws {
        try PlainKernels.withDevice(device) {
            let sgd = try optimizer(
                "Custom>SGD",
                ["learning_rate": 0.1, "use_ema": true, "ema_momentum": 0.5, "is_legacy_optimizer": false])
            let weight = Variable(Tensor([1] as [Float]), name: "w")
            try sgd.apply([Tensor([1] as [Float])], to: [weight])
            let average = try #require(sgd.variables.first { $0.name.hasSuffix("average") })
            #expect(abs(try average.value.doubles()[0] - 0.95) < 1e-6)
        }
    }
}
