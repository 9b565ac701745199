import IbexGraph

/// A learning rate that follows the number of steps taken.
///
///     model.compile(optimizer: .adam(learningRate: .cosineDecay(from: 0.01, steps: 10_000)), loss: .meanSquaredError)
///     let rate = LearningRateSchedule("halving") { step in 0.1 * (step * -0.01).exp() }
public struct LearningRateSchedule: Sendable {
    /// Keras's class name, such as `ExponentialDecay`.
    public let className: String
    /// Keras's arguments.
    public let config: Config
    private let rate: @Sendable (Tensor) -> Tensor

    /// A schedule that computes the rate from the number of steps taken before, 0 for the first, both in `floatx`.
    public init(_ className: String, config: Config = [:], rate: @escaping @Sendable (_ step: Tensor) -> Tensor) {
        self.className = className
        self.config = config
        self.rate = rate
    }

    /// The learning rate for the step after `steps` others; for several at once, of the same shape.
    public func callAsFunction(_ steps: Tensor) -> Tensor { rate(steps.cast(to: floatx())) }

    /// The schedule in Keras's wrapping.
    public var serialized: ConfigValue {
        .serialized(module: isKeras ? "keras.optimizers.schedules" : nil, className: className, config: config)
    }
}

/// What an optimizer takes as its learning rate: a number, or a schedule.
public protocol LearningRate: Sendable {
    /// The number, where it is one.
    var constantRate: Double? { get }
    /// The schedule, where it is one.
    var schedule: LearningRateSchedule? { get }
}

extension Double: LearningRate {
    public var constantRate: Double? { self }
    public var schedule: LearningRateSchedule? { nil }
}

extension Int: LearningRate {
    public var constantRate: Double? { Double(self) }
    public var schedule: LearningRateSchedule? { nil }
}

extension LearningRateSchedule: LearningRate {
    public var constantRate: Double? { nil }
    public var schedule: LearningRateSchedule? { self }
}
