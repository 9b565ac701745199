import IbexGraph

/// m ← m + (g - m)(1 - β₁), v ← v + (g² - v)(1 - β₂), w ← w - α m / (√v + ε) with
/// α = lr √(1 - β₂ᵗ) / (1 - β₁ᵗ) (Kingma and Ba, 2014; ε is the paper's "epsilon hat").
///
/// `amsgrad` divides by the largest v so far (Reddi et al., 2018).
public class Adam: Optimizer {
    public let beta1: Double
    public let beta2: Double
    public let epsilon: Double
    public let amsgrad: Bool

    public init(
        learningRate: some LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
        amsgrad: Bool = false, weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil,
        globalClipNorm: Double? = nil,
        averaging: WeightAveraging? = nil, name: String? = nil
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.amsgrad = amsgrad
        super.init(
            learningRate: learningRate, weightDecay: weightDecay,
            clipping: GradientClipping(norm: clipNorm, value: clipValue, globalNorm: globalClipNorm),
            averaging: averaging, name: name)
    }

    public override var slots: [(name: String, value: Double)] {
        [("momentum", 0), ("velocity", 0)] + (amsgrad ? [("velocity_hat", 0)] : [])
    }

    public override func shared(_ step: OptimizerStep) -> [Tensor] {
        [step.rate * step.biasCorrection(beta2).sqrt() / step.biasCorrection(beta1)]
    }

    public override func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let momentum = slots[0] + (gradient - slots[0]) * (1 - beta1)
        let velocity = slots[1] + (gradient.square() - slots[1]) * (1 - beta2)
        let largest = amsgrad ? [slots[2].maximum(velocity)] : []
        let change = momentum * step.shared[0].cast(to: weight.dtype) / ((largest.first ?? velocity).sqrt() + epsilon)
        return (weight - change, [momentum, velocity] + largest)
    }

    public override var arguments: Config {
        [
            "beta_1": .double(beta1), "beta_2": .double(beta2), "epsilon": .double(epsilon),
            "amsgrad": .bool(amsgrad),
        ]
    }

    static let entry = OptimizerEntry("Adam", rate: 0.001) { config, common throws(IbexError) in
        Adam(
            learningRate: common.rate, beta1: try config.double("beta_1", at: "Adam", default: 0.9),
            beta2: try config.double("beta_2", at: "Adam", default: 0.999),
            epsilon: try config.double("epsilon", at: "Adam", default: 1e-7),
            amsgrad: try config.bool("amsgrad", at: "Adam", default: false), weightDecay: common.decay,
            clipNorm: common.clipping.norm, clipValue: common.clipping.value,
            globalClipNorm: common.clipping.globalNorm, averaging: common.averaging, name: common.name)
    }
}

extension Optimizer {
    public static func adam(
        learningRate: some LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
        amsgrad: Bool = false, weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil,
        globalClipNorm: Double? = nil
    ) -> Optimizer {
        Adam(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad,
            weightDecay: weightDecay, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm)
    }
}
