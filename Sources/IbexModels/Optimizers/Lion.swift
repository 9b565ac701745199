import IbexGraph
import IbexRuntime

/// Steps of one size in the direction of the moving sign (Chen et al., 2023): w ← w - lr sign(β₁ m + (1 - β₁) g),
/// m ← β₂ m + (1 - β₂) g.
///
///     Lion(learningRate: 1e-4, weightDecay: 0.1)
public final class Lion: Optimizer {
    /// Above 0, at most 1.
    public private(set) var beta1: Double
    /// β₂, from 0 up to, but not, 1.
    public private(set) var beta2: Double

    /// Arguments after `beta2` are those of ``OptimizerOptions``.
    public init(
        learningRate: some LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.99,
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil,
        averaging: WeightAveraging? = nil, lossScaleFactor: Double? = nil, gradientAccumulationSteps: Int? = nil,
        name: String? = nil
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
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
            "beta_1": OptimizerArgument(\Lion.beta1),
            "beta_2": OptimizerArgument(\Lion.beta2),
        ]
    }

    public override func slots(for weight: Variable) -> [OptimizerSlot] {
        [OptimizerSlot("momentum")]
    }

    public override func validate() throws {
        try super.validate()
        guard beta1 > 0, beta1 <= 1 else {
            throw argumentError("beta_1 \(beta1)", expected: "a number above 0 and at most 1")
        }
        try requireDecayRates(["beta_2": beta2])
    }

    public override func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let direction = (slots[0] * beta1 + gradient * (1 - beta1)).sign()
        let momentum = slots[0] * beta2 + gradient * (1 - beta2)
        return (weight - direction * step.rate.cast(to: weight.dtype), [momentum])
    }
}

extension Optimizer {
    /// ``Lion``, where an optimizer is expected: `compile(optimizer: .lion(learningRate: 1e-4))`.
    public typealias lion = Lion
}
