import IbexGraph
import IbexRuntime

/// "Follow the regularized leader" (McMahan et al., 2013), for large and sparse linear models: n' = n + g²,
/// z ← z + g' - (n'^-p - n^-p) / lr · w, w ← (clip(z, ±l1) - z) / (n'^-p / lr + 2 (l2 + β / (2 lr))), with p the power and
/// g' = g + 2 shrinkage · w.
///
///     Ftrl(learningRate: 0.1, l1RegularizationStrength: 0.01)
public final class Ftrl: Optimizer {
    /// p, at most 0.
    public private(set) var learningRatePower: Double
    /// The first n.
    public private(set) var initialAccumulatorValue: Double
    /// l1, at least 0.
    public private(set) var l1RegularizationStrength: Double
    /// l2, at least 0.
    public private(set) var l2RegularizationStrength: Double
    /// The shrinkage, at least 0.
    public private(set) var l2ShrinkageRegularizationStrength: Double
    /// β.
    public private(set) var beta: Double

    /// Arguments after `beta` are those of ``OptimizerOptions``.
    public init(
        learningRate: some LearningRate = 0.001, learningRatePower: Double = -0.5,
        initialAccumulatorValue: Double = 0.1, l1RegularizationStrength: Double = 0,
        l2RegularizationStrength: Double = 0, l2ShrinkageRegularizationStrength: Double = 0, beta: Double = 0,
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil,
        averaging: WeightAveraging? = nil, lossScaleFactor: Double? = nil, gradientAccumulationSteps: Int? = nil,
        name: String? = nil
    ) {
        self.learningRatePower = learningRatePower
        self.initialAccumulatorValue = initialAccumulatorValue
        self.l1RegularizationStrength = l1RegularizationStrength
        self.l2RegularizationStrength = l2RegularizationStrength
        self.l2ShrinkageRegularizationStrength = l2ShrinkageRegularizationStrength
        self.beta = beta
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
            "learning_rate_power": OptimizerArgument(\Ftrl.learningRatePower),
            "initial_accumulator_value": OptimizerArgument(\Ftrl.initialAccumulatorValue),
            "l1_regularization_strength": OptimizerArgument(\Ftrl.l1RegularizationStrength),
            "l2_regularization_strength": OptimizerArgument(\Ftrl.l2RegularizationStrength),
            "l2_shrinkage_regularization_strength": OptimizerArgument(\Ftrl.l2ShrinkageRegularizationStrength),
            "beta": OptimizerArgument(\Ftrl.beta),
        ]
    }

    public override func slots(for weight: Variable) -> [OptimizerSlot] {
        [OptimizerSlot("accumulator", value: initialAccumulatorValue), OptimizerSlot("linear")]
    }

    public override func validate() throws {
        try super.validate()
        guard learningRatePower <= 0 else {
            throw argumentError("learning rate power \(learningRatePower)", expected: "a number of at most 0")
        }
        try requireNotNegative([
            "initial_accumulator_value": initialAccumulatorValue,
            "l1_regularization_strength": l1RegularizationStrength,
            "l2_regularization_strength": l2RegularizationStrength,
            "l2_shrinkage_regularization_strength": l2ShrinkageRegularizationStrength,
        ])
    }

    public override func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let rate = step.rate.cast(to: weight.dtype)
        let (l1, l2) = (l1RegularizationStrength, l2RegularizationStrength)
        let accumulator = slots[0] + gradient.square()
        let (before, after) = (power(slots[0]), power(accumulator))
        let shrunk = gradient + weight * (2 * l2ShrinkageRegularizationStrength)
        let linear = slots[1] + shrunk - (after - before) / rate * weight
        let quadratic = after / rate + (beta / (rate * 2) + l2) * 2
        return ((linear.clipped(to: -l1...l1) - linear) / quadratic, [accumulator, linear])
    }

    private func power(_ x: Tensor) -> Tensor { learningRatePower == -0.5 ? x.sqrt() : x.power(-learningRatePower) }
}

extension Optimizer {
    /// ``Ftrl``, where an optimizer is expected: `compile(optimizer: .ftrl())`.
    public typealias ftrl = Ftrl
}
