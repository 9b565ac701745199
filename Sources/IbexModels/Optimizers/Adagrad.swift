import IbexGraph

/// a ← a + g²; w ← w - lr g / √(a + ε) (Duchi et al., 2011).
public final class Adagrad: Optimizer {
    public let initialAccumulatorValue: Double
    public let epsilon: Double

    public init(
        learningRate: some LearningRate = 0.001, initialAccumulatorValue: Double = 0.1, epsilon: Double = 1e-7,
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil,
        averaging: WeightAveraging? = nil, name: String? = nil
    ) {
        self.initialAccumulatorValue = initialAccumulatorValue
        self.epsilon = epsilon
        super.init(
            learningRate: learningRate, weightDecay: weightDecay,
            clipping: GradientClipping(norm: clipNorm, value: clipValue, globalNorm: globalClipNorm),
            averaging: averaging, name: name)
    }

    public override var slots: [(name: String, value: Double)] { [("accumulator", initialAccumulatorValue)] }

    public override func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let accumulator = slots[0] + gradient.square()
        let change = gradient * step.rate.cast(to: weight.dtype) / (accumulator + epsilon).sqrt()
        return (weight - change, [accumulator])
    }

    public override var arguments: Config {
        ["initial_accumulator_value": .double(initialAccumulatorValue), "epsilon": .double(epsilon)]
    }

    static let entry = OptimizerEntry("Adagrad", rate: 0.001) { config, common throws(IbexError) in
        Adagrad(
            learningRate: common.rate,
            initialAccumulatorValue: try config.double(
                "initial_accumulator_value", at: "Adagrad", default: 0.1),
            epsilon: try config.double("epsilon", at: "Adagrad", default: 1e-7), weightDecay: common.decay,
            clipNorm: common.clipping.norm, clipValue: common.clipping.value,
            globalClipNorm: common.clipping.globalNorm, averaging: common.averaging, name: common.name)
    }
}

extension Optimizer {
    public static func adagrad(
        learningRate: some LearningRate = 0.001, initialAccumulatorValue: Double = 0.1, epsilon: Double = 1e-7,
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil
    ) -> Optimizer {
        Adagrad(
            learningRate: learningRate, initialAccumulatorValue: initialAccumulatorValue, epsilon: epsilon,
            weightDecay: weightDecay, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm)
    }
}
