import IbexGraph

/// Adam with the largest gradient in place of the root of their squares: m ← m + (g - m)(1 - β₁), u ← max(β₂ u, |g|),
/// w ← w - lr m / ((1 - β₁ᵗ)(u + ε)) (Kingma and Ba, 2014, section 7).
public final class Adamax: Optimizer {
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
        [("momentum", 0), ("norm", 0)]
    }

    public override func shared(_ step: OptimizerStep) -> [Tensor] { [step.rate / step.biasCorrection(beta1)] }

    public override func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let momentum = slots[0] + (gradient - slots[0]) * (1 - beta1)
        let norm = (slots[1] * beta2).maximum(gradient.abs())
        let change = momentum * step.shared[0].cast(to: weight.dtype) / (norm + epsilon)
        return (weight - change, [momentum, norm])
    }

    public override var arguments: Config {
        ["beta_1": .double(beta1), "beta_2": .double(beta2), "epsilon": .double(epsilon)]
    }

    static let entry = OptimizerEntry("Adamax", rate: 0.001) { config, common throws(IbexError) in
        Adamax(
            learningRate: common.rate,
            beta1: try config.double("beta_1", at: "Adamax", default: 0.9),
            beta2: try config.double("beta_2", at: "Adamax", default: 0.999),
            epsilon: try config.double("epsilon", at: "Adamax", default: 1e-7),
            weightDecay: common.decay, clipNorm: common.clipping.norm, clipValue: common.clipping.value,
            globalClipNorm: common.clipping.globalNorm, averaging: common.averaging, name: common.name)
    }
}

extension Optimizer {
    public static func adamax(
        learningRate: some LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil
    ) -> Optimizer {
        Adamax(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
            weightDecay: weightDecay, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm)
    }
}
