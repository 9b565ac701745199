import IbexGraph

/// Adam that takes a share of each weight off before the step, apart from the gradient (Loshchilov and Hutter, 2017):
/// w ← w - lr · decay · w, then Adam's step.
public final class AdamW: Adam {
    public init(
        learningRate: some LearningRate = 0.001, weightDecay: Double = 0.004, beta1: Double = 0.9,
        beta2: Double = 0.999,
        epsilon: Double = 1e-7, amsgrad: Bool = false, clipNorm: Double? = nil, clipValue: Double? = nil,
        globalClipNorm: Double? = nil, averaging: WeightAveraging? = nil, name: String? = nil
    ) {
        super.init(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad,
            weightDecay: weightDecay, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm,
            averaging: averaging, name: name)
    }

    static let weightDecayEntry = OptimizerEntry("AdamW", rate: 0.001) { config, common throws(IbexError) in
        AdamW(
            learningRate: common.rate, weightDecay: common.decay ?? 0.004,
            beta1: try config.double("beta_1", at: "AdamW", default: 0.9),
            beta2: try config.double("beta_2", at: "AdamW", default: 0.999),
            epsilon: try config.double("epsilon", at: "AdamW", default: 1e-7),
            amsgrad: try config.bool("amsgrad", at: "AdamW", default: false), clipNorm: common.clipping.norm,
            clipValue: common.clipping.value, globalClipNorm: common.clipping.globalNorm, averaging: common.averaging,
            name: common.name)
    }
}

extension Optimizer {
    public static func adamW(
        learningRate: some LearningRate = 0.001, weightDecay: Double = 0.004, beta1: Double = 0.9,
        beta2: Double = 0.999,
        epsilon: Double = 1e-7, amsgrad: Bool = false, clipNorm: Double? = nil, clipValue: Double? = nil,
        globalClipNorm: Double? = nil
    ) -> Optimizer {
        AdamW(
            learningRate: learningRate, weightDecay: weightDecay, beta1: beta1, beta2: beta2, epsilon: epsilon,
            amsgrad: amsgrad, clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm)
    }
}
