import IbexGraph
import IbexRuntime

/// How gradients change weights. State (learning rate, step counter, moments) lies in variables on the device.
///
///     model.compile(optimizer: .sgd(learningRate: 0.1, momentum: 0.9), loss: .meanSquaredError)
///
/// An optimizer of your own overrides `slots` and `update`:
///
///     final class Momentum: Optimizer {
///         override func slots(for weight: Variable) -> [OptimizerSlot] { [OptimizerSlot("momentum")] }
///         override func update(_ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep)
///             -> (weight: Tensor, slots: [Tensor])
///         {
///             let velocity = slots[0] * 0.9 - gradient * step.rate
///             return (weight + velocity, [velocity])
///         }
///     }
open class Optimizer {
    /// Unique in the process; made from the class: `adam`, `adam_1`.
    public let name: String
    /// The arguments that all optimizers share.
    public internal(set) var options: OptimizerOptions
    private var initialRate: any LearningRate
    let state = OptimizerState()
    private var undecayed: Set<ObjectIdentifier> = []
    private var undecayedNames: [String] = []

    /// - Parameter learningRate: a number or a `LearningRateSchedule`.
    public init(
        learningRate: some LearningRate, options: OptimizerOptions = OptimizerOptions(), name: String? = nil
    ) {
        initialRate = learningRate
        self.options = options
        self.name = name ?? KerasName.unique(KerasName.snakeCase(String(describing: Self.self)))
    }

    /// What is kept for a weight.
    open func slots(for weight: Variable) throws -> [OptimizerSlot] { [] }

    /// The names and first values of numbers that are kept once, for all weights.
    open var scalars: [(name: String, value: Double)] { [] }

    /// The next values of `scalars`; `shared` and `update` find them in `step.scalars`.
    open func advance(_ scalars: [Tensor], _ step: OptimizerStep) -> [Tensor] { scalars }

    /// Scalars that all weights share, worked out once a step; `update` finds them in `step.shared`.
    open func shared(_ step: OptimizerStep) -> [Tensor] { [] }

    /// One step for one weight, as tensor expressions.
    ///
    /// - Parameter slots: the values of `slots(for:)`.
    /// - Returns: the new weight and the new slots.
    open func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        (weight - gradient * step.rate.cast(to: weight.dtype), slots)
    }

    /// The optimizer's own arguments, under Keras's names.
    open var arguments: [String: OptimizerArgument] { [:] }

    /// Checks the arguments before any state is made.
    ///
    /// - Throws: `IbexError` of kind `argument` that names the optimizer.
    open func validate() throws {
        try options.validate(self)
        if let rate = initialRate.constantRate, !rate.isFinite {
            throw argumentError("learning rate \(rate)", expected: "a finite number")
        }
        for name in undecayedNames { _ = try expression(name) }
    }

    /// Keras's name of the class.
    open var className: String { String(describing: type(of: self)) }

    /// Everything that the optimizer was made with, under Keras's names.
    open var config: Config {
        let common: Config = [
            "name": .string(name), "learning_rate": schedule?.serialized ?? .double(learningRate),
        ]
        let own = arguments.mapValues { (value: $0.value(self), omitted: $0.omitted) }
        return common.merging(options.config) { $1 }
            .merging(own.filter { $1.value != $1.omitted }.mapValues(\.value)) { $1 }
    }

    /// Takes over what a configuration holds; the rest stays.
    func read(_ config: Config) throws {
        if let value = config["learning_rate"], value.object != nil {
            initialRate = try LearningRateSchedule(config: value)
        } else if config["learning_rate"] != nil {
            initialRate = try config.double("learning_rate", at: className)
        }
        try options.read(config, at: className)
        for (key, argument) in arguments { try argument.read(self, config, key) }
    }

    /// The schedule that the learning rate follows, if it follows one.
    public var schedule: LearningRateSchedule? { initialRate.schedule }

    /// The learning rate; of a schedule, that of the next step. Setting it takes effect at the next step.
    ///
    /// - Precondition: an optimizer whose learning rate follows a schedule is not given another.
    public var learningRate: Double {
        get {
            if let schedule {
                let steps = (try? iterations?.stored.item(as: Int64.self)) ?? 0
                return (try? schedule(Tensor(steps)).doubles().first) ?? .nan
            }
            return (try? state.rate?.stored.doubles().first) ?? initialRate.constantRate ?? .nan
        }
        set {
            precondition(
                schedule == nil,
                "optimizer \(name): found a new learning rate beside a schedule; expected one of the two; "
                    + "make the optimizer with a number")
            initialRate = newValue
            if let rate = state.rate { rate.assign(.full(newValue, .scalar, rate.dtype)) }
        }
    }

    /// The number of batches seen, `int64`, once the optimizer is built.
    public var iterations: Variable? { state.iterations }

    /// All state in Keras's order: step counter, learning rate, averages, accumulated gradients, the slots weight by
    /// weight, then the scalars.
    public var variables: [Variable] { state.variables }

    /// What is kept beside the weights, in Keras's order.
    package var keptVariables: [KeptVariable] { state.kept }

    /// The moving averages of the weights; none where the optimizer keeps none, or before the first training.
    package var averages: [KeptVariable] { state.averages }

    /// The last of `variables`, which belong to all weights.
    package var scalarVariables: [Variable] { state.scalars }

    /// The first of `variables`, which do not depend on the weights: step counter and learning rate.
    package var leadingVariables: [Variable] { [state.iterations, state.rate].compactMap(\.self) }

    /// Makes the state for these weights, on the current device; what is there already is kept.
    ///
    /// - Throws: `IbexError` of kind `argument` where the arguments do not fit together.
    public func build(_ weights: [Variable]) throws {
        try validate()
        try state.build(weights, for: self, rate: initialRate.constantRate)
    }

    /// The loss times the factor that the gradients are divided by in `apply`; the loss itself where there is none.
    public func scaleLoss(_ loss: Tensor) -> Tensor { options.lossScaleFactor.map { loss * $0 } ?? loss }

    /// One step as `apply(_:to:)`, after which constraints hold.
    ///
    /// - Parameter isSound: a scalar; where it is false nothing changes.
    package func apply(
        _ gradients: [Tensor], to weights: [Variable], constraints: [Constraint?], where isSound: Tensor? = nil
    ) throws {
        try takeStep(gradients, weights, constraints, where: isSound)
    }

    /// Puts the averages in place of the weights at the end of training.
    package func finalize(_ weights: [Variable]) {
        for weight in weights {
            if let average = state[weight]?.average { weight.assign(average.value) }
        }
    }

    /// Leaves weights out of the decay: these, and those that one of `names` is found in.
    ///
    ///     optimizer.excludeFromWeightDecay(names: ["bias", "gamma$"])
    ///
    /// It takes effect where steps are traced afterwards: call it before training.
    /// - Parameter names: regular expressions, searched for in a weight's path (`dense/bias`) and in its last part.
    public func excludeFromWeightDecay(_ weights: [Variable] = [], names: [String] = []) {
        undecayed.formUnion(weights.map { ObjectIdentifier($0) })
        undecayedNames += names
    }

    /// The decay of a weight; `nil` where it has none.
    func weightDecay(of weight: Variable) throws -> Double? {
        try isExcluded(weight) ? nil : options.weightDecay
    }

    func isExcluded(_ weight: Variable) throws -> Bool {
        try undecayed.contains(ObjectIdentifier(weight)) || matches(weight, undecayedNames)
    }
}
