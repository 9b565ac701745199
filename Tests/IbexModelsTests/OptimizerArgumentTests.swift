import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// What optimizers take and refuse, and how they are written.
@Suite struct OptimizerArgumentTests {
    @Test func kerasArgumentsStandInTheCall() throws {
        let adam = Adam(learningRate: 1, clipNorm: 1, gradientAccumulationSteps: 4)
        #expect(adam.learningRate == 1)
        #expect(adam.config["clipnorm"] == 1.0 && adam.config["gradient_accumulation_steps"] == 4)
        let other: Optimizer = .adam(learningRate: 1e-3, weightDecay: 1e-4, lossScaleFactor: 128)
        #expect(other.config["weight_decay"] == 1e-4 && other.config["loss_scale_factor"] == 128.0)
        let nothing = Muon(adamWeightDecay: nil, rmsRate: nil, weightDecay: nil)
        #expect(try Optimizer.configured(nothing.serialized).config == nothing.config)
        #expect(nothing.config["rms_rate"] == .null && nothing.config["weight_decay"] == .null)
    }

    @Test func badArgumentsNameTheOptimizer() {
        let refused: [(Optimizer, found: String)] = [
            (Adam(clipNorm: -1, name: "a"), "clipnorm -1.0"), (Adam(clipNorm: 1, clipValue: 1, name: "a"), "clipvalue"),
            (Adam(beta1: 1, name: "a"), "beta_1 1.0"), (AdamW(beta2: -0.1, name: "a"), "beta_2 -0.1"),
            (Lion(beta1: 0, name: "a"), "beta_1 0.0"), (Nadam(epsilon: -1, name: "a"), "epsilon -1.0"),
            (RMSprop(rho: 1.5, name: "a"), "rho 1.5"), (SGD(momentum: 2, name: "a"), "momentum 2.0"),
            (SGD(gradientAccumulationSteps: 1, name: "a"), "gradient accumulation steps 1"),
            (SGD(lossScaleFactor: 0, name: "a"), "loss scale factor 0.0"),
            (SGD(averaging: WeightAveraging(momentum: 1.5), name: "a"), "momentum 1.5"),
            (SGD(averaging: WeightAveraging(overwriteFrequency: 0), name: "a"), "overwrite frequency 0"),
            (Ftrl(learningRatePower: 0.5, name: "a"), "power 0.5"),
            (Adagrad(initialAccumulatorValue: -1, name: "a"), "initial_accumulator_value -1.0"),
            (Muon(excludeLayers: ["("], name: "a"), "the name \"(\""),
            (ScheduleFreeAdamW(beta1: 0, name: "a"), "beta_1 0.0"),
            (Adafactor(clipThreshold: 0, name: "a"), "clip_threshold 0.0"),
            (LossScaleOptimizer(SGD(), initialScale: 0, name: "a"), "initial scale 0.0"),
            (LossScaleOptimizer(LossScaleOptimizer(SGD()), name: "a"), "LossScaleOptimizer inside"),
            (SGD(learningRate: Double.infinity, name: "a"), "learning rate inf"),
        ]
        for (optimizer, found) in refused {
            expectError(.argument, at: "optimizer a", found: found) { try optimizer.validate() }
        }
        expectError(.argument, at: "optimizer", found: "gradient accumulation steps 1") {
            _ = try Optimizer.named("sgd", arguments: ["gradient_accumulation_steps": 1])
        }
        expectError(.argument, found: "no weight decay") {
            _ = try Optimizer.named("AdamW", arguments: ["weight_decay": nil])
        }
        expectError(.argument, found: "options of its own", expected: "none") {
            _ = try Optimizer.named(
                "LossScaleOptimizer",
                arguments: ["clipnorm": 1, "inner_optimizer": SGD().serialized])
        }
    }

    /// With no gradient a step is the decay alone: 1 - 0.5 · 0.1.
    @Test func expressionsLeaveWeightsOutOfDecay() throws {
        let optimizer = SGD(learningRate: 0.5, weightDecay: 0.1)
        optimizer.excludeFromWeightDecay(names: ["^bias$", "norm.*/gamma"])
        let names = ["dense/kernel", "dense/bias", "norm_1/gamma", "bias_free/kernel"]
        let weights = names.map { Variable(Tensor([Float(1)]), name: $0) }
        try optimizer.apply(weights.map { $0.value * 0 }, to: weights)
        #expect(try weights.map { try $0.value.scalars(as: Float.self)[0] } == [0.95, 1, 1, 0.95])
        optimizer.excludeFromWeightDecay(names: ["["])
        expectError(.argument, at: "optimizer", found: "the name \"[\"", expected: "a regular expression") {
            try optimizer.validate()
        }
    }
}
