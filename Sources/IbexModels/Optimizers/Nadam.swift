import IbexGraph
import IbexRuntime

/// Adam with Nesterov's look ahead (Dozat, 2015): with uₜ = β₁ (1 - 0.96ᵗ / 2) and P = u₁ … uₜ,
/// w ← w - lr m̂ / (√(v / (1 - β₂ᵗ)) + ε), m̂ = uₜ₊₁ m / (1 - P uₜ₊₁) + (1 - uₜ) g / (1 - P).
///
///     Nadam(learningRate: 0.002)
public final class Nadam: Optimizer {
    /// β₁, from 0 up to, but not, 1.
    public private(set) var beta1: Double
    /// β₂, from 0 up to, but not, 1.
    public private(set) var beta2: Double
    /// ε, which keeps the divisor above zero.
    public private(set) var epsilon: Double
    /// How fast uₜ grows: it is β₁ (1 - 0.96^(t · scheduleDecay) / 2). Keras before 2.11 and its `legacy` optimizer have 0.004.
    public private(set) var scheduleDecay: Double

    /// Arguments after `scheduleDecay` are those of ``OptimizerOptions``.
    public init(
        learningRate: some LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
        scheduleDecay: Double = 1,
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil,
        averaging: WeightAveraging? = nil, lossScaleFactor: Double? = nil, gradientAccumulationSteps: Int? = nil,
        name: String? = nil
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.scheduleDecay = scheduleDecay
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
            "beta_1": OptimizerArgument(\Nadam.beta1),
            "beta_2": OptimizerArgument(\Nadam.beta2),
            "epsilon": OptimizerArgument(\Nadam.epsilon),
            "schedule_decay": OptimizerArgument(\Nadam.scheduleDecay).omitted(at: 1.0),
        ]
    }

    public override func slots(for weight: Variable) -> [OptimizerSlot] {
        [OptimizerSlot("momentum"), OptimizerSlot("velocity")]
    }

    public override func validate() throws {
        try super.validate()
        try requireDecayRates(["beta_1": beta1, "beta_2": beta2])
        try requireNotNegative(["epsilon": epsilon, "schedule_decay": scheduleDecay])
    }

    /// The product of all uₜ so far.
    public override var scalars: [(name: String, value: Double)] { [("product", 1)] }

    public override func advance(_ scalars: [Tensor], _ step: OptimizerStep) -> [Tensor] {
        [scalars[0] * schedule(step.time)]
    }

    /// β₁ (1 - 0.96^(t · scheduleDecay) / 2).
    private func schedule(_ time: Tensor) -> Tensor {
        (1 - (time * (-0.040821994520255166 * scheduleDecay)).exp() * 0.5) * beta1
    }

    /// What the moment, the gradient and the second moment are scaled with.
    public override func shared(_ step: OptimizerStep) -> [Tensor] {
        let (product, now, next) = (
            step.scalars[0], schedule(step.time), schedule((step.count + 1).cast(to: step.dtype))
        )
        return [
            step.rate * next / (1 - product * next), step.rate * (1 - now) / (1 - product),
            step.biasCorrection(step.dtype.held(beta2)),
        ]
    }

    public override func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let scalars = step.shared.map { $0.cast(to: weight.dtype) }
        let momentum = slots[0].moved(toward: gradient, keeping: weight.dtype.held(beta1))
        let velocity = slots[1].moved(toward: gradient.square(), keeping: weight.dtype.held(beta2))
        let ahead = momentum * scalars[0] + gradient * scalars[1]
        return (weight - ahead / ((velocity / scalars[2]).sqrt() + epsilon), [momentum, velocity])
    }
}

extension Optimizer {
    /// ``Nadam``, where an optimizer is expected: `compile(optimizer: .nadam())`.
    public typealias nadam = Nadam
}
