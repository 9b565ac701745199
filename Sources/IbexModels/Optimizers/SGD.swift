import IbexGraph
import IbexRuntime

/// Gradient descent: w ← w - lr g; with momentum μ, v ← μ v - lr g and w ← w + v, or with Nesterov's look ahead
/// w ← w + μ v - lr g (Sutskever et al., 2013).
public final class SGD: Optimizer {
    public let momentum: Double
    public let nesterov: Bool

    public init(
        learningRate: some LearningRate = 0.01, momentum: Double = 0, nesterov: Bool = false,
        weightDecay: Double? = nil,
        clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil,
        averaging: WeightAveraging? = nil, name: String? = nil
    ) {
        self.momentum = momentum
        self.nesterov = nesterov
        super.init(
            learningRate: learningRate, weightDecay: weightDecay,
            clipping: GradientClipping(norm: clipNorm, value: clipValue, globalNorm: globalClipNorm),
            averaging: averaging, name: name)
    }

    public override var slots: [(name: String, value: Double)] { momentum == 0 ? [] : [("momentum", 0)] }

    public override func validate() throws {
        try super.validate()
        guard (0...1).contains(momentum) else {
            throw argumentError("momentum \(momentum)", expected: "a number from 0 to 1")
        }
    }

    public override func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let change = gradient * step.rate.cast(to: weight.dtype)
        guard momentum != 0 else { return (weight - change, []) }
        let velocity = slots[0] * momentum - change
        return (nesterov ? weight + (velocity * momentum - change) : weight + velocity, [velocity])
    }

    public override var arguments: Config { ["momentum": .double(momentum), "nesterov": .bool(nesterov)] }

    static let entry = OptimizerEntry("SGD", rate: 0.01) { config, common throws(IbexError) in
        SGD(
            learningRate: common.rate, momentum: try config.double("momentum", at: "SGD", default: 0),
            nesterov: try config.bool("nesterov", at: "SGD", default: false), weightDecay: common.decay,
            clipNorm: common.clipping.norm, clipValue: common.clipping.value,
            globalClipNorm: common.clipping.globalNorm, averaging: common.averaging, name: common.name)
    }
}

extension Optimizer {
    public static func sgd(
        learningRate: some LearningRate = 0.01, momentum: Double = 0, nesterov: Bool = false,
        weightDecay: Double? = nil,
        clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil
    ) -> Optimizer {
        SGD(
            learningRate: learningRate, momentum: momentum, nesterov: nesterov, weightDecay: weightDecay,
            clipNorm: clipNorm, clipValue: clipValue, globalClipNorm: globalClipNorm)
    }
}
