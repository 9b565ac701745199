import IbexGraph

/// s ← ρ s + (1 - ρ) g²; w ← w - lr g / √(s + ε) (Tieleman and Hinton, 2012).
///
/// `centered` takes the square of the mean gradient off s; with momentum μ the step is b ← μ b + lr g / √…, w ← w - b.
public final class RMSprop: Optimizer {
    public let rho: Double
    public let momentum: Double
    public let epsilon: Double
    public let centered: Bool

    public init(
        learningRate: some LearningRate = 0.001, rho: Double = 0.9, momentum: Double = 0, epsilon: Double = 1e-7,
        centered: Bool = false, weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil,
        globalClipNorm: Double? = nil,
        averaging: WeightAveraging? = nil, name: String? = nil
    ) {
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered
        super.init(
            learningRate: learningRate, weightDecay: weightDecay,
            clipping: GradientClipping(norm: clipNorm, value: clipValue, globalNorm: globalClipNorm),
            averaging: averaging, name: name)
    }

    public override var slots: [(name: String, value: Double)] {
        [("velocity", 0)] + (momentum > 0 ? [("momentum", 0)] : []) + (centered ? [("average_gradient", 0)] : [])
    }

    public override func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let velocity = slots[0] * rho + gradient.square() * (1 - rho)
        var variance = velocity
        var average: [Tensor] = []
        if centered {
            let mean = slots[slots.count - 1] * rho + gradient * (1 - rho)
            average = [mean]
            variance = velocity - mean.square()
        }
        let change = gradient * step.rate.cast(to: weight.dtype) / (variance + epsilon).sqrt()
        guard momentum > 0 else { return (weight - change, [velocity] + average) }
        let moved = slots[1] * momentum + change
        return (weight - moved, [velocity, moved] + average)
    }

    public override var arguments: Config {
        [
            "rho": .double(rho), "momentum": .double(momentum), "epsilon": .double(epsilon),
            "centered": .bool(centered),
        ]
    }

    static let entry = OptimizerEntry("RMSprop", rate: 0.001) { config, common throws(IbexError) in
        RMSprop(
            learningRate: common.rate, rho: try config.double("rho", at: "RMSprop", default: 0.9),
            momentum: try config.double("momentum", at: "RMSprop", default: 0),
            epsilon: try config.double("epsilon", at: "RMSprop", default: 1e-7),
            centered: try config.bool("centered", at: "RMSprop", default: false), weightDecay: common.decay,
            clipNorm: common.clipping.norm, clipValue: common.clipping.value,
            globalClipNorm: common.clipping.globalNorm, averaging: common.averaging, name: common.name)
    }
}

extension Optimizer {
    public static func rmsprop(
        learningRate: some LearningRate = 0.001, rho: Double = 0.9, momentum: Double = 0, epsilon: Double = 1e-7,
        centered: Bool = false, weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil,
        globalClipNorm: Double? = nil
    ) -> Optimizer {
        RMSprop(
            learningRate: learningRate, rho: rho, momentum: momentum, epsilon: epsilon, centered: centered,
            weightDecay: weightDecay, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm)
    }
}
