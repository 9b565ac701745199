import IbexGraph
import IbexRuntime

/// Gradient descent: w ← w - lr g; with momentum μ, v ← μ v - lr g and w ← w + v, or with Nesterov's look ahead
/// w ← w + μ v - lr g (Sutskever et al., 2013).
///
///     SGD(learningRate: 0.1, momentum: 0.9, nesterov: true)
public final class SGD: Optimizer {
    /// From 0 to 1.
    public private(set) var momentum: Double
    /// Whether the step is Nesterov's.
    public private(set) var nesterov: Bool

    /// Arguments after `nesterov` are those of ``OptimizerOptions``.
    public init(
        learningRate: some LearningRate = 0.01, momentum: Double = 0, nesterov: Bool = false,
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil,
        averaging: WeightAveraging? = nil, lossScaleFactor: Double? = nil, gradientAccumulationSteps: Int? = nil,
        name: String? = nil
    ) {
        self.momentum = momentum
        self.nesterov = nesterov
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
            "momentum": OptimizerArgument(\SGD.momentum),
            "nesterov": OptimizerArgument(\SGD.nesterov),
        ]
    }

    public override func slots(for weight: Variable) -> [OptimizerSlot] {
        momentum == 0 ? [] : [OptimizerSlot("momentum")]
    }

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
}

extension Optimizer {
    /// ``SGD``, where an optimizer is expected: `compile(optimizer: .sgd(momentum: 0.9))`.
    public typealias sgd = SGD
}
