import IbexGraph
import IbexRuntime

/// Adam that needs no schedule, as it steps one sequence z and averages it into another, x (Defazio et al., 2024).
///
/// Weights are y = (1 - β₁) z + β₁ x. A step takes v ← v + (g² - v)(1 - β₂), z ← z - lr g / (√(v / (1 - β₂ᵗ)) + ε),
/// x ← (1 - 1/t) x + z / t. The rate rises over `warmupSteps`: lr · min(1, t / steps).
///
/// Only y and z are kept. As Keras does on TensorFlow, x is found from y and the z after its step, where the paper's is
/// the z before it.
///
///     ScheduleFreeAdamW(learningRate: 0.0025, warmupSteps: 1000)
public final class ScheduleFreeAdamW: Optimizer {
    /// How near the weights are to the average: above 0, below 1.
    public private(set) var beta1: Double
    /// β₂, from 0 up to, but not, 1.
    public private(set) var beta2: Double
    /// ε, which keeps the divisor above zero.
    public private(set) var epsilon: Double
    /// Steps over which the rate rises.
    public private(set) var warmupSteps: Int

    /// Arguments after `warmupSteps` are those of ``OptimizerOptions``.
    public init(
        learningRate: some LearningRate = 0.0025, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        warmupSteps: Int = 0,
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil,
        averaging: WeightAveraging? = nil, lossScaleFactor: Double? = nil, gradientAccumulationSteps: Int? = nil,
        name: String? = nil
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.warmupSteps = warmupSteps
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
            "beta_1": OptimizerArgument(\ScheduleFreeAdamW.beta1),
            "beta_2": OptimizerArgument(\ScheduleFreeAdamW.beta2),
            "epsilon": OptimizerArgument(\ScheduleFreeAdamW.epsilon),
            "warmup_steps": OptimizerArgument(\ScheduleFreeAdamW.warmupSteps),
        ]
    }

    /// z, which Keras calls a momentum, and v.
    public override func slots(for weight: Variable) -> [OptimizerSlot] {
        [.copy("momentum"), OptimizerSlot("velocity")]
    }

    public override func validate() throws {
        try super.validate()
        try requireDecayRates(["beta_1": beta1, "beta_2": beta2])
        try requireNotNegative(["epsilon": epsilon])
        guard beta1 > 0, warmupSteps >= 0 else {
            throw argumentError(
                "beta_1 \(beta1), warmup_steps \(warmupSteps)",
                expected: "a beta_1 above 0 and a number of steps of at least 0")
        }
    }

    /// The rate, 1 - β₂ᵗ and 1 / t.
    public override func shared(_ step: OptimizerStep) -> [Tensor] {
        let rate = warmupSteps > 0 ? step.rate * (step.time / Double(warmupSteps)).minimum(1) : step.rate
        return [rate, step.biasCorrection(step.dtype.held(beta2)), step.time.reciprocal()]
    }

    public override func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let shared = step.shared.map { $0.cast(to: weight.dtype) }
        let (rate, correction, share) = (shared[0], shared[1], shared[2])
        let (beta1, beta2) = (weight.dtype.held(beta1), weight.dtype.held(beta2))
        let velocity = slots[1].moved(toward: gradient.square(), keeping: beta2)
        let stepped = slots[0] - gradient * rate / ((velocity / correction).sqrt() + epsilon)
        let own = stepped * (1 - beta1)
        let average = (weight - own) / beta1
        return (own + (average * (1 - share) + stepped * share) * beta1, [stepped, velocity])
    }
}

extension Optimizer {
    /// ``ScheduleFreeAdamW``, where an optimizer is expected: `compile(optimizer: .scheduleFreeAdamW(warmupSteps: 1000))`.
    public typealias scheduleFreeAdamW = ScheduleFreeAdamW
}
