import IbexGraph
import IbexRuntime

/// A moving average of the weights: a ← m a + (1 - m) w after each step, starting with the first updated w.
///
/// When training ends the weights become their averages.
///
///     Adam(averaging: WeightAveraging(momentum: 0.999))
public struct WeightAveraging: Sendable, Hashable {
    /// m, Keras's `ema_momentum`, from 0 to 1.
    public var momentum: Double
    /// Every so many steps the weights become their average already.
    public var overwriteFrequency: Int?
    /// Whether the average starts with the weights before the first step, as in Keras 2.
    public var startsWithWeights: Bool

    public init(momentum: Double = 0.99, overwriteFrequency: Int? = nil, startsWithWeights: Bool = false) {
        self.momentum = momentum
        self.overwriteFrequency = overwriteFrequency
        self.startsWithWeights = startsWithWeights
    }

    /// Where the average is kept.
    var slot: OptimizerSlot { startsWithWeights ? .copy("average") : OptimizerSlot("average") }

    func validate(_ optimizer: Optimizer) throws {
        guard (0...1).contains(momentum), overwriteFrequency ?? 1 >= 1 else {
            throw optimizer.argumentError(
                "averaging with momentum \(momentum), overwrite frequency \(overwriteFrequency.map(String.init) ?? "none")",
                expected: "a momentum from 0 to 1, and a frequency of at least 1 or none")
        }
    }

    /// The average after a step, and the weight: itself, or its average where that is due.
    func callAsFunction(
        _ weight: Tensor, average: Tensor, _ step: OptimizerStep
    ) -> (weight: Tensor, average: Tensor) {
        let kept = Tensor.fill(momentum, .scalar, weight.dtype)
        let share = startsWithWeights ? kept : Tensor.where(step.count .== 1, kept.filled(0), kept)
        let average = average * share + weight * (1 - share)
        guard let overwriteFrequency else { return (weight, average) }
        let due = step.count.remainder(.fill(Double(overwriteFrequency), .scalar, .int64)) .== 0
        return (Tensor.where(due, average, weight), average)
    }
}
