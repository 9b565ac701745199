import IbexGraph

/// Steps of one size in the direction of the moving sign (Chen et al., 2023): w ← w - lr sign(β₁ m + (1 - β₁) g),
/// m ← β₂ m + (1 - β₂) g.
public final class Lion: Optimizer {
    public let beta1: Double
    public let beta2: Double

    public init(
        learningRate: some LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.99,
        weightDecay: Double? = nil, clipNorm: Double? = nil,
        clipValue: Double? = nil, globalClipNorm: Double? = nil, averaging: WeightAveraging? = nil, name: String? = nil
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        super.init(
            learningRate: learningRate, weightDecay: weightDecay,
            clipping: GradientClipping(norm: clipNorm, value: clipValue, globalNorm: globalClipNorm),
            averaging: averaging, name: name)
    }

    public override var slots: [(name: String, value: Double)] {
        [("momentum", 0)]
    }

    public override func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let direction = (slots[0] * beta1 + gradient * (1 - beta1)).sign()
        let momentum = slots[0] * beta2 + gradient * (1 - beta2)
        return (weight - direction * step.rate.cast(to: weight.dtype), [momentum])
    }

    public override var arguments: Config {
        ["beta_1": .double(beta1), "beta_2": .double(beta2)]
    }

    static let entry = OptimizerEntry("Lion", rate: 0.001) { config, common throws(IbexError) in
        Lion(
            learningRate: common.rate,
            beta1: try config.double("beta_1", at: "Lion", default: 0.9),
            beta2: try config.double("beta_2", at: "Lion", default: 0.99),
            weightDecay: common.decay, clipNorm: common.clipping.norm, clipValue: common.clipping.value,
            globalClipNorm: common.clipping.globalNorm, averaging: common.averaging, name: common.name)
    }
}

extension Optimizer {
    public static func lion(
        learningRate: some LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.99,
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil
    ) -> Optimizer {
        Lion(
            learningRate: learningRate, beta1: beta1, beta2: beta2,
            weightDecay: weightDecay, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm)
    }
}
