import IbexGraph

/// Adam with Nesterov's look ahead (Dozat, 2015): with uₜ = β₁ (1 - 0.96ᵗ / 2) and P = u₁ … uₜ,
/// w ← w - lr m̂ / (√(v / (1 - β₂ᵗ)) + ε), m̂ = uₜ₊₁ m / (1 - P uₜ₊₁) + (1 - uₜ) g / (1 - P).
public final class Nadam: Optimizer {
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

    /// The product of all uₜ so far.
    public override var scalars: [(name: String, value: Double)] { [("product", 1)] }

    public override func advance(_ scalars: [Tensor], _ step: OptimizerStep) -> [Tensor] {
        [scalars[0] * schedule(step.count)]
    }

    /// β₁ (1 - 0.96ᵗ / 2).
    private func schedule(_ count: Tensor) -> Tensor {
        (1 - (count.cast(to: .float32) * -0.040821994520255166).exp() * 0.5) * beta1
    }

    /// Keras rounds both β to `float32` here, which changes 1 - β₂ by 1e-5 of itself.
    private func held(_ beta: Double) -> Double { Double(Float(beta)) }

    /// What the moment, the gradient and the second moment are scaled with.
    public override func shared(_ step: OptimizerStep) -> [Tensor] {
        let (product, now, next) = (step.scalars[0], schedule(step.count), schedule(step.count + 1))
        return [
            step.rate * next / (1 - product * next), step.rate * (1 - now) / (1 - product),
            step.biasCorrection(held(beta2)),
        ]
    }

    public override func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let scalars = step.shared.map { $0.cast(to: weight.dtype) }
        let momentum = slots[0] + (gradient - slots[0]) * (1 - held(beta1))
        let velocity = slots[1] + (gradient.square() - slots[1]) * (1 - held(beta2))
        let ahead = momentum * scalars[0] + gradient * scalars[1]
        return (weight - ahead / ((velocity / scalars[2]).sqrt() + epsilon), [momentum, velocity])
    }

    public override var arguments: Config {
        ["beta_1": .double(beta1), "beta_2": .double(beta2), "epsilon": .double(epsilon)]
    }

    static let entry = OptimizerEntry("Nadam", rate: 0.001) { config, common throws(IbexError) in
        Nadam(
            learningRate: common.rate,
            beta1: try config.double("beta_1", at: "Nadam", default: 0.9),
            beta2: try config.double("beta_2", at: "Nadam", default: 0.999),
            epsilon: try config.double("epsilon", at: "Nadam", default: 1e-7),
            weightDecay: common.decay, clipNorm: common.clipping.norm, clipValue: common.clipping.value,
            globalClipNorm: common.clipping.globalNorm, averaging: common.averaging, name: common.name)
    }
}

extension Optimizer {
    public static func nadam(
        learningRate: some LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil
    ) -> Optimizer {
        Nadam(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
            weightDecay: weightDecay, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm)
    }
}
