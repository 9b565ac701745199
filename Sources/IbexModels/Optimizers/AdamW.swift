import IbexGraph

/// Adam that takes a share of each weight off before the step, apart from the gradient (Loshchilov and Hutter, 2017):
/// w ← w - lr · decay · w, then Adam's step.
///
///     AdamW(learningRate: 0.001, weightDecay: 0.01)
public final class AdamW: Adam {
    public init(
        learningRate: some LearningRate = 0.001, weightDecay: Double = 0.004, beta1: Double = 0.9,
        beta2: Double = 0.999, epsilon: Double = 1e-7, amsgrad: Bool = false,
        clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil,
        averaging: WeightAveraging? = nil, lossScaleFactor: Double? = nil, gradientAccumulationSteps: Int? = nil,
        name: String? = nil
    ) {
        super.init(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad,
            weightDecay: weightDecay, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm,
            averaging: averaging, lossScaleFactor: lossScaleFactor,
            gradientAccumulationSteps: gradientAccumulationSteps, name: name)
    }

    public override func validate() throws {
        try super.validate()
        guard options.weightDecay != nil else { throw argumentError("no weight decay", expected: "a number") }
    }
}

extension Optimizer {
    /// ``AdamW``, where an optimizer is expected: `compile(optimizer: .adamW(weightDecay: 0.01))`.
    public typealias adamW = AdamW
}
