import IbexGraph

/// "Follow the regularized leader" (McMahan et al., 2013), for large and sparse linear models: n' = n + g²,
/// z ← z + g' - (n'^-p - n^-p) / lr · w, w ← (clip(z, ±l1) - z) / (n'^-p / lr + 2 (l2 + β / (2 lr))), with p the power and
/// g' = g + 2 shrinkage · w.
public final class Ftrl: Optimizer {
    public let learningRatePower: Double
    public let initialAccumulatorValue: Double
    public let l1: Double
    public let l2: Double
    public let l2Shrinkage: Double
    public let beta: Double

    public init(
        learningRate: some LearningRate = 0.001, learningRatePower: Double = -0.5,
        initialAccumulatorValue: Double = 0.1,
        l1: Double = 0, l2: Double = 0, l2Shrinkage: Double = 0, beta: Double = 0,
        weightDecay: Double? = nil, clipNorm: Double? = nil,
        clipValue: Double? = nil, globalClipNorm: Double? = nil, averaging: WeightAveraging? = nil, name: String? = nil
    ) {
        self.learningRatePower = learningRatePower
        self.initialAccumulatorValue = initialAccumulatorValue
        self.l1 = l1
        self.l2 = l2
        self.l2Shrinkage = l2Shrinkage
        self.beta = beta
        super.init(
            learningRate: learningRate, weightDecay: weightDecay,
            clipping: GradientClipping(norm: clipNorm, value: clipValue, globalNorm: globalClipNorm),
            averaging: averaging, name: name)
    }

    public override var slots: [(name: String, value: Double)] {
        [("accumulator", initialAccumulatorValue), ("linear", 0)]
    }

    public override func validate() throws {
        try super.validate()
        let strengths = [initialAccumulatorValue, l1, l2, l2Shrinkage]
        guard learningRatePower <= 0, strengths.allSatisfy({ $0 >= 0 }) else {
            throw argumentError(
                "learning rate power \(learningRatePower), initial accumulator value, l1, l2, shrinkage \(strengths)",
                expected: "a power of at most 0 and the others at least 0")
        }
    }

    public override func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let rate = step.rate.cast(to: weight.dtype)
        let accumulator = slots[0] + gradient.square()
        let (before, after) = (power(slots[0]), power(accumulator))
        let shrunk = gradient + weight * (2 * l2Shrinkage)
        let linear = slots[1] + shrunk - (after - before) / rate * weight
        let quadratic = after / rate + (beta / (rate * 2) + l2) * 2
        return ((linear.clipped(to: -l1...l1) - linear) / quadratic, [accumulator, linear])
    }

    private func power(_ x: Tensor) -> Tensor { learningRatePower == -0.5 ? x.sqrt() : x.power(-learningRatePower) }

    public override var arguments: Config {
        [
            "learning_rate_power": .double(learningRatePower),
            "initial_accumulator_value": .double(initialAccumulatorValue), "l1_regularization_strength": .double(l1),
            "l2_regularization_strength": .double(l2), "l2_shrinkage_regularization_strength": .double(l2Shrinkage),
            "beta": .double(beta),
        ]
    }

    static let entry = OptimizerEntry("Ftrl", rate: 0.001) { config, common throws(IbexError) in
        Ftrl(
            learningRate: common.rate,
            learningRatePower: try config.double("learning_rate_power", at: "Ftrl", default: -0.5),
            initialAccumulatorValue: try config.double("initial_accumulator_value", at: "Ftrl", default: 0.1),
            l1: try config.double("l1_regularization_strength", at: "Ftrl", default: 0),
            l2: try config.double("l2_regularization_strength", at: "Ftrl", default: 0),
            l2Shrinkage: try config.double("l2_shrinkage_regularization_strength", at: "Ftrl", default: 0),
            beta: try config.double("beta", at: "Ftrl", default: 0),
            weightDecay: common.decay, clipNorm: common.clipping.norm, clipValue: common.clipping.value,
            globalClipNorm: common.clipping.globalNorm, averaging: common.averaging, name: common.name)
    }
}

extension Optimizer {
    public static func ftrl(
        learningRate: some LearningRate = 0.001, learningRatePower: Double = -0.5,
        initialAccumulatorValue: Double = 0.1,
        l1: Double = 0, l2: Double = 0, l2Shrinkage: Double = 0, beta: Double = 0,
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil
    ) -> Optimizer {
        Ftrl(
            learningRate: learningRate, learningRatePower: learningRatePower,
            initialAccumulatorValue: initialAccumulatorValue, l1: l1, l2: l2, l2Shrinkage: l2Shrinkage, beta: beta,
            weightDecay: weightDecay, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm)
    }
}
