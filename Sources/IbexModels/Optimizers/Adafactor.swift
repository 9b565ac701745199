import IbexGraph
import IbexRuntime

/// Adam's second moment in little memory (Shazeer and Stern, 2018): of a matrix the means r of g² + ε₁ over each row and
/// c over each column are kept, v = r cᵀ / mean(r); of a vector v itself.
///
/// With β = 1 - t^decay, averages move as x ← β x + (1 - β) …; u = g / √v; the step is
/// w ← w - max(ε₂, rms(w)) min(lr, 1 / √t) u / max(1, rms(u) / threshold).
///
///     Adafactor(learningRate: 0.01)
public final class Adafactor: Optimizer {
    /// The power of t in β, at most 0.
    public private(set) var beta2Decay: Double
    /// Keeps v above zero.
    public private(set) var epsilon1: Double
    /// The least size that a weight counts as.
    public private(set) var epsilon2: Double
    /// The root mean square that u is cut to.
    public private(set) var clipThreshold: Double
    /// Kept for the configuration: the rate is at most 1 / √t either way, as in Keras.
    public private(set) var relativeStep: Bool

    /// Arguments after `relativeStep` are those of ``OptimizerOptions``.
    public init(
        learningRate: some LearningRate = 0.001, beta2Decay: Double = -0.8, epsilon1: Double = 1e-30,
        epsilon2: Double = 1e-3, clipThreshold: Double = 1, relativeStep: Bool = true,
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil,
        averaging: WeightAveraging? = nil, lossScaleFactor: Double? = nil, gradientAccumulationSteps: Int? = nil,
        name: String? = nil
    ) {
        self.beta2Decay = beta2Decay
        self.epsilon1 = epsilon1
        self.epsilon2 = epsilon2
        self.clipThreshold = clipThreshold
        self.relativeStep = relativeStep
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
            "beta_2_decay": OptimizerArgument(\Adafactor.beta2Decay),
            "epsilon_1": OptimizerArgument(\Adafactor.epsilon1),
            "epsilon_2": OptimizerArgument(\Adafactor.epsilon2),
            "clip_threshold": OptimizerArgument(\Adafactor.clipThreshold),
            "relative_step": OptimizerArgument(\Adafactor.relativeStep),
        ]
    }

    /// Means over rows and columns, scalars without a use for vectors, and v: as Keras keeps them.
    public override func slots(for weight: Variable) -> [OptimizerSlot] {
        let (extents, isFactored) = (weight.shape.extents, weight.shape.rank >= 2)
        let rows = isFactored ? Shape(Array(extents.dropLast())) : .scalar
        let columns = isFactored ? Shape(extents.dropLast(2) + extents.suffix(1)) : .scalar
        return [
            OptimizerSlot("row", shape: rows), OptimizerSlot("column", shape: columns), OptimizerSlot("velocity"),
        ]
    }

    public override func validate() throws {
        try super.validate()
        try requireNotNegative(["epsilon_1": epsilon1, "epsilon_2": epsilon2])
        guard beta2Decay <= 0, clipThreshold > 0 else {
            throw argumentError(
                "beta_2_decay \(beta2Decay), clip_threshold \(clipThreshold)",
                expected: "a decay of at most 0 and a threshold above 0")
        }
    }

    /// min(lr, 1 / √t) and 1 - β.
    public override func shared(_ step: OptimizerStep) -> [Tensor] {
        [step.rate.minimum(step.time.rsqrt()), step.time.power(beta2Decay)]
    }

    public override func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let (rate, share) = (step.shared[0].cast(to: weight.dtype), step.shared[1].cast(to: weight.dtype))
        func moved(_ average: Tensor, _ value: Tensor) -> Tensor { average * (1 - share) + value * share }
        let squares = gradient.square() + epsilon1
        let kept: [Tensor]
        if weight.rank >= 2 {
            let (row, column) = (moved(slots[0], squares.mean(axis: -1)), moved(slots[1], squares.mean(axis: -2)))
            let ratio = row / row.mean(axis: -1, keepDims: true)
            kept = [row, column, ratio.expandedDims(axis: -1) * column.expandedDims(axis: -2)]
        } else {
            kept = [slots[0], slots[1], moved(slots[2], squares)]
        }
        let direction = gradient / kept[2].sqrt()
        let length = rate * size(weight).maximum(epsilon2) / (size(direction) / clipThreshold).maximum(1)
        return (weight - direction * length, kept)
    }

    /// The root of the mean square.
    private func size(_ x: Tensor) -> Tensor { x.square().mean().sqrt() }
}

extension Optimizer {
    /// ``Adafactor``, where an optimizer is expected: `compile(optimizer: .adafactor())`.
    public typealias adafactor = Adafactor
}
