import IbexGraph

/// Adam's direction with a length that follows each weight's own (You et al., 2019): u = m̂ / (√v̂ + ε),
/// w ← w - lr (‖w‖ / ‖u‖) u, where a norm of zero counts as a ratio of 1.
public final class Lamb: Optimizer {
    public let beta1: Double
    public let beta2: Double
    public let epsilon: Double

    public init(
        learningRate: some LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
        weightDecay: Double? = nil, clipNorm: Double? = nil,
        clipValue: Double? = nil, globalClipNorm: Double? = nil, averaging: WeightAveraging? = nil, name: String? = nil
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        super.init(
            learningRate: learningRate, weightDecay: weightDecay,
            clipping: GradientClipping(norm: clipNorm, value: clipValue, globalNorm: globalClipNorm),
            averaging: averaging, name: name)
    }

    public override var slots: [(name: String, value: Double)] {
        [("momentum", 0), ("velocity", 0)]
    }

    public override func shared(_ step: OptimizerStep) -> [Tensor] {
        [step.biasCorrection(beta1), step.biasCorrection(beta2)]
    }

    public override func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let corrections = step.shared.map { $0.cast(to: weight.dtype) }
        let momentum = slots[0] + (gradient - slots[0]) * (1 - beta1)
        let velocity = slots[1] + (gradient.square() - slots[1]) * (1 - beta2)
        let direction = (momentum / corrections[0]) / ((velocity / corrections[1]).sqrt() + epsilon)
        let (length, own) = (weight.square().sum().sqrt(), direction.square().sum().sqrt())
        let ratio = Tensor.where((length .> 0) .& (own .> 0), length / own, length.filled(1))
        return (weight - direction * (ratio * step.rate.cast(to: weight.dtype)), [momentum, velocity])
    }

    public override var arguments: Config {
        ["beta_1": .double(beta1), "beta_2": .double(beta2), "epsilon": .double(epsilon)]
    }

    static let entry = OptimizerEntry("Lamb", rate: 0.001) { config, common throws(IbexError) in
        Lamb(
            learningRate: common.rate,
            beta1: try config.double("beta_1", at: "Lamb", default: 0.9),
            beta2: try config.double("beta_2", at: "Lamb", default: 0.999),
            epsilon: try config.double("epsilon", at: "Lamb", default: 1e-7),
            weightDecay: common.decay, clipNorm: common.clipping.norm, clipValue: common.clipping.value,
            globalClipNorm: common.clipping.globalNorm, averaging: common.averaging, name: common.name)
    }
}

extension Optimizer {
    public static func lamb(
        learningRate: some LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil
    ) -> Optimizer {
        Lamb(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
            weightDecay: weightDecay, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm)
    }
}
