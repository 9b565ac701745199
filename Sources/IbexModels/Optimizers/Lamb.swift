import IbexGraph
import IbexRuntime

/// Adam's direction with a length that follows each weight's own (You et al., 2019): u = m̂ / (√v̂ + ε),
/// w ← w - lr (‖w‖ / ‖u‖) u, where a norm of zero counts as a ratio of 1.
///
///     Lamb(learningRate: 0.002)
public final class Lamb: Optimizer {
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
            "beta_1": OptimizerArgument(\Lamb.beta1),
            "beta_2": OptimizerArgument(\Lamb.beta2),
            "epsilon": OptimizerArgument(\Lamb.epsilon),
        ]
    }

    public override func slots(for weight: Variable) -> [OptimizerSlot] {
        [OptimizerSlot("momentum"), OptimizerSlot("velocity")]
    }

    public override func validate() throws {
        try super.validate()
        try requireDecayRates(["beta_1": beta1, "beta_2": beta2])
        try requireNotNegative(["epsilon": epsilon])
    }

    public override func shared(_ step: OptimizerStep) -> [Tensor] {
        [step.biasCorrection(beta1), step.biasCorrection(beta2)]
    }

    public override func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let corrections = step.shared.map { $0.cast(to: weight.dtype) }
        let momentum = slots[0].moved(toward: gradient, keeping: beta1)
        let velocity = slots[1].moved(toward: gradient.square(), keeping: beta2)
        let direction = (momentum / corrections[0]) / ((velocity / corrections[1]).sqrt() + epsilon)
        let (length, own) = (weight.square().sum().sqrt(), direction.square().sum().sqrt())
        let ratio = Tensor.where((length .> 0) .& (own .> 0), length / own, length.filled(1))
        return (weight - direction * (ratio * step.rate.cast(to: weight.dtype)), [momentum, velocity])
    }
}

extension Optimizer {
    /// ``Lamb``, where an optimizer is expected: `compile(optimizer: .lamb())`.
    public typealias lamb = Lamb
}
