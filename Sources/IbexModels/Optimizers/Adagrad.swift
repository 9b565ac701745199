import IbexGraph
import IbexRuntime

/// a ← a + g²; w ← w - lr g / √(a + ε) (Duchi et al., 2011).
///
///     Adagrad(learningRate: 0.01)
public final class Adagrad: Optimizer {
    /// The first a.
    public private(set) var initialAccumulatorValue: Double
    /// ε, which keeps the divisor above zero.
    public private(set) var epsilon: Double
    /// Whether the divisor is √a + ε, as in Keras before 2.11 and in its `legacy` optimizers.
    public private(set) var epsilonOutsideRoot: Bool

    /// Arguments after `epsilonOutsideRoot` are those of ``OptimizerOptions``.
    public init(
        learningRate: some LearningRate = 0.001, initialAccumulatorValue: Double = 0.1, epsilon: Double = 1e-7,
        epsilonOutsideRoot: Bool = false,
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil,
        averaging: WeightAveraging? = nil, lossScaleFactor: Double? = nil, gradientAccumulationSteps: Int? = nil,
        name: String? = nil
    ) {
        self.initialAccumulatorValue = initialAccumulatorValue
        self.epsilon = epsilon
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
            "initial_accumulator_value": OptimizerArgument(\Adagrad.initialAccumulatorValue),
            "epsilon": OptimizerArgument(\Adagrad.epsilon),
            "epsilon_outside_root": OptimizerArgument(\Adagrad.epsilonOutsideRoot).omitted(at: false),
        ]
    }

    public override func slots(for weight: Variable) -> [OptimizerSlot] {
        [OptimizerSlot("accumulator", value: initialAccumulatorValue)]
    }

    public override func validate() throws {
        try super.validate()
        try requireNotNegative(["initial_accumulator_value": initialAccumulatorValue, "epsilon": epsilon])
    }

    public override func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let accumulator = slots[0] + gradient.square()
        let divisor = epsilonOutsideRoot ? accumulator.sqrt() + epsilon : (accumulator + epsilon).sqrt()
        let change = gradient * step.rate.cast(to: weight.dtype) / divisor
        return (weight - change, [accumulator])
    }
}

extension Optimizer {
    /// ``Adagrad``, where an optimizer is expected: `compile(optimizer: .adagrad())`.
    public typealias adagrad = Adagrad
}
