import IbexGraph
import IbexRuntime

/// m ← m + (g - m)(1 - β₁), v ← v + (g² - v)(1 - β₂), w ← w - α m / (√v + ε) with
/// α = lr √(1 - β₂ᵗ) / (1 - β₁ᵗ) (Kingma and Ba, 2014; ε is the paper's "epsilon hat").
///
/// `amsgrad` divides by the largest v so far (Reddi et al., 2018).
///
///     Adam(learningRate: 0.001, clipNorm: 1)
public class Adam: Optimizer {
    /// β₁, from 0 up to, but not, 1.
    public private(set) var beta1: Double
    /// β₂, from 0 up to, but not, 1.
    public private(set) var beta2: Double
    /// ε, which keeps the divisor above zero.
    public private(set) var epsilon: Double
    /// Whether the largest v so far divides.
    public private(set) var amsgrad: Bool

    /// Arguments after `amsgrad` are those of ``OptimizerOptions``.
    public init(
        learningRate: some LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
        amsgrad: Bool = false,
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil,
        averaging: WeightAveraging? = nil, lossScaleFactor: Double? = nil, gradientAccumulationSteps: Int? = nil,
        name: String? = nil
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.amsgrad = amsgrad
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
            "beta_1": OptimizerArgument(\Adam.beta1),
            "beta_2": OptimizerArgument(\Adam.beta2),
            "epsilon": OptimizerArgument(\Adam.epsilon),
            "amsgrad": OptimizerArgument(\Adam.amsgrad),
        ]
    }

    public override func slots(for weight: Variable) -> [OptimizerSlot] {
        [OptimizerSlot("momentum"), OptimizerSlot("velocity")]
            + (amsgrad ? [OptimizerSlot("velocity_hat", group: 1)] : [])
    }

    public override func validate() throws {
        try super.validate()
        try requireDecayRates(["beta_1": beta1, "beta_2": beta2])
        try requireNotNegative(["epsilon": epsilon])
    }

    public override func shared(_ step: OptimizerStep) -> [Tensor] { [step.adamRate(beta1, beta2)] }

    public override func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let momentum = slots[0].moved(toward: gradient, keeping: beta1)
        let velocity = slots[1].moved(toward: gradient.square(), keeping: beta2)
        let largest = amsgrad ? [slots[2].maximum(velocity)] : []
        let change = momentum * step.shared[0].cast(to: weight.dtype) / ((largest.first ?? velocity).sqrt() + epsilon)
        return (weight - change, [momentum, velocity] + largest)
    }
}

extension Optimizer {
    /// ``Adam``, where an optimizer is expected: `compile(optimizer: .adam(learningRate: 1e-4))`.
    public typealias adam = Adam
}
