import IbexGraph
import IbexRuntime

/// s ← ρ s + (1 - ρ) g²; w ← w - lr g / √(s + ε) (Tieleman and Hinton, 2012).
///
/// `centered` takes the square of the mean gradient off s; with momentum μ the step is b ← μ b + lr g / √…, w ← w - b.
///
///     RMSprop(learningRate: 0.001, momentum: 0.9)
public final class RMSprop: Optimizer {
    /// ρ, from 0 up to, but not, 1.
    public private(set) var rho: Double
    /// μ.
    public private(set) var momentum: Double
    /// ε, which keeps the divisor above zero.
    public private(set) var epsilon: Double
    /// Whether the mean gradient is taken off.
    public private(set) var centered: Bool
    /// Whether the divisor is √s + ε, as without momentum in Keras before 2.11 and in its `legacy` optimizers.
    public private(set) var epsilonOutsideRoot: Bool

    /// Arguments after `epsilonOutsideRoot` are those of ``OptimizerOptions``.
    public init(
        learningRate: some LearningRate = 0.001, rho: Double = 0.9, momentum: Double = 0, epsilon: Double = 1e-7,
        centered: Bool = false, epsilonOutsideRoot: Bool = false,
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil,
        averaging: WeightAveraging? = nil, lossScaleFactor: Double? = nil, gradientAccumulationSteps: Int? = nil,
        name: String? = nil
    ) {
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered
        self.epsilonOutsideRoot = epsilonOutsideRoot
        super.init(
            learningRate: learningRate,
            options: OptimizerOptions(
                weightDecay: weightDecay, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm,
                averaging: averaging, lossScaleFactor: lossScaleFactor,
                gradientAccumulationSteps: gradientAccumulationSteps),
            name: name)
    }

    public override var arguments: [String: OptimizerArgument] {
        [
            "rho": OptimizerArgument(\RMSprop.rho),
            "momentum": OptimizerArgument(\RMSprop.momentum),
            "epsilon": OptimizerArgument(\RMSprop.epsilon),
            "centered": OptimizerArgument(\RMSprop.centered),
            "epsilon_outside_root": OptimizerArgument(\RMSprop.epsilonOutsideRoot).omitted(at: false),
        ]
    }

    public override func slots(for weight: Variable) -> [OptimizerSlot] {
        let moved = momentum > 0 ? [OptimizerSlot("momentum", group: 1)] : []
        let mean = centered ? [OptimizerSlot("average_gradient", group: 2)] : []
        return [OptimizerSlot("velocity")] + moved + mean
    }

    public override func validate() throws {
        try super.validate()
        try requireDecayRates(["rho": rho])
        try requireNotNegative(["momentum": momentum, "epsilon": epsilon])
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
        let divisor = epsilonOutsideRoot ? variance.sqrt() + epsilon : (variance + epsilon).sqrt()
        let change = gradient * step.rate.cast(to: weight.dtype) / divisor
        guard momentum > 0 else { return (weight - change, [velocity] + average) }
        let moved = slots[1] * momentum + change
        return (weight - moved, [velocity, moved] + average)
    }
}

extension Optimizer {
    /// ``RMSprop``, where an optimizer is expected: `compile(optimizer: .rmsprop())`.
    public typealias rmsprop = RMSprop
}
