import IbexGraph
import IbexRuntime

/// Steps measured by those before them (Zeiler, 2012): a ← ρ a + (1 - ρ) g², Δ = -g √(d + ε) / √(a + ε),
/// d ← ρ d + (1 - ρ) Δ², w ← w + lr Δ.
///
///     Adadelta(learningRate: 1.0)
public final class Adadelta: Optimizer {
    /// ρ, from 0 up to, but not, 1.
    public private(set) var rho: Double
    /// ε, which keeps the divisor above zero.
    public private(set) var epsilon: Double

    /// Arguments after `epsilon` are those of ``OptimizerOptions``.
    public init(
        learningRate: some LearningRate = 0.001, rho: Double = 0.95, epsilon: Double = 1e-7,
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil,
        averaging: WeightAveraging? = nil, lossScaleFactor: Double? = nil, gradientAccumulationSteps: Int? = nil,
        name: String? = nil
    ) {
        self.rho = rho
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
            "rho": OptimizerArgument(\Adadelta.rho),
            "epsilon": OptimizerArgument(\Adadelta.epsilon),
        ]
    }

    public override func slots(for weight: Variable) -> [OptimizerSlot] {
        [OptimizerSlot("accumulated_grad"), OptimizerSlot("accumulated_delta_var")]
    }

    public override func validate() throws {
        try super.validate()
        try requireDecayRates(["rho": rho])
        try requireNotNegative(["epsilon": epsilon])
    }

    public override func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let squares = slots[0] * rho + gradient.square() * (1 - rho)
        let change = gradient * (slots[1] + epsilon).sqrt() / (squares + epsilon).sqrt()
        let changes = slots[1] * rho + change.square() * (1 - rho)
        return (weight - change * step.rate.cast(to: weight.dtype), [squares, changes])
    }
}

extension Optimizer {
    /// ``Adadelta``, where an optimizer is expected: `compile(optimizer: .adadelta(learningRate: 1))`.
    public typealias adadelta = Adadelta
}
