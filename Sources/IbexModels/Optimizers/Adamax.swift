import IbexGraph
import IbexRuntime

/// Adam with the largest gradient in place of the root of their squares: m ← m + (g - m)(1 - β₁), u ← max(β₂ u, |g|),
/// w ← w - lr m / ((1 - β₁ᵗ)(u + ε)) (Kingma and Ba, 2014, section 7).
///
///     Adamax(learningRate: 0.002)
public final class Adamax: Optimizer {
    /// β₁, from 0 up to, but not, 1.
    public private(set) var beta1: Double
    /// β₂, from 0 up to, but not, 1.
    public private(set) var beta2: Double
    /// ε, which keeps the divisor above zero.
    public private(set) var epsilon: Double

    /// Arguments after `epsilon` are those of ``OptimizerOptions``.
    public init(
        learningRate: some LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil,
        averaging: WeightAveraging? = nil, lossScaleFactor: Double? = nil, gradientAccumulationSteps: Int? = nil,
        name: String? = nil
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
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
            "beta_1": OptimizerArgument(\Adamax.beta1),
            "beta_2": OptimizerArgument(\Adamax.beta2),
            "epsilon": OptimizerArgument(\Adamax.epsilon),
        ]
    }

    public override func slots(for weight: Variable) -> [OptimizerSlot] {
        [OptimizerSlot("momentum"), OptimizerSlot("norm")]
    }

    public override func validate() throws {
        try super.validate()
        try requireDecayRates(["beta_1": beta1, "beta_2": beta2])
        try requireNotNegative(["epsilon": epsilon])
    }

    public override func shared(_ step: OptimizerStep) -> [Tensor] { [step.rate / step.biasCorrection(beta1)] }

    public override func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let momentum = slots[0].moved(toward: gradient, keeping: beta1)
        let norm = (slots[1] * beta2).maximum(gradient.abs())
        let change = momentum * step.shared[0].cast(to: weight.dtype) / (norm + epsilon)
        return (weight - change, [momentum, norm])
    }
}

extension Optimizer {
    /// ``Adamax``, where an optimizer is expected: `compile(optimizer: .adamax())`.
    public typealias adamax = Adamax
}
