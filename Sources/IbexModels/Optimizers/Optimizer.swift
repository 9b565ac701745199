import Glibc
import IbexGraph
import IbexRuntime

/// How gradients change weights. State (learning rate, step counter, moments) lies in variables on the device.
///
///     model.compile(optimizer: .sgd(learningRate: 0.1, momentum: 0.9), loss: .meanSquaredError)
///
/// An optimizer of your own overrides `slots` and `update`.
open class Optimizer {
    /// Unique in the process; made from the class: `adam`, `adam_1`.
    public let name: String
    /// Gradients are cut so: at most one of the three may be set.
    public let clipping: GradientClipping
    /// The share of each weight, times the learning rate, that is taken off before each step.
    public let weightDecay: Double?
    /// A moving average of the weights, where one is kept.
    public let averaging: WeightAveraging?
    /// The number of steps taken, `int64`, once the optimizer is built.
    public private(set) var iterations: Variable?
    private var rate: Variable?
    private var initialRate: Double
    /// The schedule that the learning rate follows, if it follows one.
    public let schedule: LearningRateSchedule?
    private var undecayed: Set<ObjectIdentifier> = []
    private var undecayedNames: [String] = []
    private var scratch: [Variable] = []
    private var kept: [Variable] = []
    private var states: [ObjectIdentifier: SlotState] = [:]
    private var order: [SlotState] = []

    /// What the optimizer keeps for one weight.
    struct SlotState {
        let slots: [Variable]
        let average: Variable?
    }

    public init(
        learningRate: some LearningRate, weightDecay: Double? = nil, clipping: GradientClipping = GradientClipping(),
        averaging: WeightAveraging? = nil, name: String? = nil
    ) {
        initialRate = learningRate.constantRate ?? 0
        schedule = learningRate.schedule
        self.weightDecay = weightDecay
        self.clipping = clipping
        self.averaging = averaging
        self.name = name ?? KerasName.unique(KerasName.snakeCase(String(describing: Self.self)))
    }

    /// The names and first values of what is kept for each weight.
    open var slots: [(name: String, value: Double)] { [] }

    /// The names and first values of numbers that are kept once, for all weights.
    open var scalars: [(name: String, value: Double)] { [] }

    /// The next values of `scalars`; `shared` and `update` find them in `step.scalars`.
    open func advance(_ scalars: [Tensor], _ step: OptimizerStep) -> [Tensor] { scalars }

    /// Scalars that all weights share, worked out once a step; `update` finds them in `step.shared`.
    open func shared(_ step: OptimizerStep) -> [Tensor] { [] }

    /// One step for one weight, as tensor expressions.
    ///
    /// - Parameter slots: the values of `slots`, of the weight's shape.
    /// - Returns: the new weight and the new slots.
    open func update(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        (weight - gradient * step.rate.cast(to: weight.dtype), slots)
    }

    /// The optimizer's own arguments, under Keras's names.
    open var arguments: Config { [:] }

    /// Checks the arguments before any state is made.
    open func validate() throws {
        try clipping.validate(name)
        guard initialRate.isFinite else {
            throw argumentError("learning rate \(initialRate)", expected: "a finite number")
        }
    }

    /// Leaves weights out of the decay: these, and those whose name holds one of `names`.
    ///
    ///     optimizer.excludeFromWeightDecay(names: ["bias", "gamma"])
    ///
    /// It takes effect where steps are traced afterwards: call it before training.
    public func excludeFromWeightDecay(_ weights: [Variable] = [], names: [String] = []) {
        undecayed.formUnion(weights.map { ObjectIdentifier($0) })
        undecayedNames += names
    }

    func decays(_ weight: Variable) -> Bool {
        !undecayed.contains(ObjectIdentifier(weight)) && !undecayedNames.contains { weight.name.contains($0) }
    }

    /// An error about the optimizer's arguments.
    public func argumentError(_ found: String, expected: String) -> IbexError {
        IbexError(.argument, at: "optimizer \(name)", found: found, expected: expected)
    }

    /// Keras's name of the class.
    open var className: String { String(describing: type(of: self)) }

    /// The learning rate; of a schedule, that of the next step. Setting it takes effect at the next step.
    ///
    /// - Precondition: an optimizer whose learning rate follows a schedule is not given another.
    public var learningRate: Double {
        get {
            if let schedule {
                let steps = (try? iterations?.stored.item(as: Int64.self)) ?? 0
                return (try? schedule(Tensor(Float(steps))).item(as: Float.self)).map(Double.init) ?? .nan
            }
            return (try? rate?.stored.item(as: Float.self)).map(Double.init) ?? initialRate
        }
        set {
            precondition(
                schedule == nil,
                "optimizer \(name): found a new learning rate beside a schedule; expected one of the two; "
                    + "make the optimizer with a number")
            initialRate = newValue
            rate?.assign(Tensor(Float(newValue)))
        }
    }

    /// All state: step counter, learning rate, the slots weight by weight, then the scalars, as Keras orders it.
    public var variables: [Variable] {
        [iterations, rate].compactMap(\.self) + order.flatMap { $0.slots + [$0.average].compactMap(\.self) } + kept
    }

    /// Makes the state for these weights, on the current device; what is there already is kept.
    ///
    /// - Throws: `IbexError` of kind `argument` where the arguments do not fit together.
    public func build(_ weights: [Variable]) throws {
        try validate()
        if iterations == nil {
            iterations = Variable(Tensor(Int64(0)), name: "\(name)/iteration", trainable: false)
            if schedule == nil {
                rate = Variable(Tensor(Float(initialRate)), name: "\(name)/learning_rate", trainable: false)
            }
            kept = scalars.map {
                Variable(Tensor(Float($0.value)), name: "\(name)/\($0.name)", trainable: false)
            }
        }
        for weight in weights where states[ObjectIdentifier(weight)] == nil {
            let path = "\(name)/" + weight.name.replacing("/", with: "_")
            func slot(_ slot: String, _ value: Double) -> Variable {
                Variable(.full(value, weight.shape, weight.dtype), name: "\(path)_\(slot)", trainable: false)
            }
            let state = SlotState(
                slots: slots.map { slot($0.name, $0.value) }, average: averaging == nil ? nil : slot("average", 0))
            states[ObjectIdentifier(weight)] = state
            order.append(state)
        }
    }

    func state(of weight: Variable) -> SlotState? { states[ObjectIdentifier(weight)] }

    /// The learning rate, the number of the step and what the optimizer derives from them, as tensors.
    func currentStep() throws(IbexError) -> OptimizerStep {
        guard let iterations, let now = schedule?(iterations.value) ?? rate?.value else {
            throw IbexError(.state, at: "optimizer \(name)", found: "no state", expected: "a call of build first")
        }
        var step = OptimizerStep(rate: now, count: iterations.value + 1)
        step.scalars = advance(kept.map(\.value), step)
        for (variable, next) in zip(kept, step.scalars) { variable.assign(next) }
        step.shared = hold(shared(step))
        return step
    }

    /// Writes scalars to variables of their own: what is stored is computed once and read by every element of every
    /// weight, and not computed again for each.
    private func hold(_ scalars: [Tensor]) -> [Tensor] {
        for index in scratch.count..<max(scratch.count, scalars.count) {
            scratch.append(
                Variable(.zeros(.scalar, scalars[index].dtype), name: "\(name)/shared_\(index)", trainable: false))
        }
        for (variable, scalar) in zip(scratch, scalars) { variable.assign(scalar) }
        return scalars
    }
}

/// What an update may depend on besides weight and gradient.
public struct OptimizerStep {
    /// The learning rate, a scalar.
    public let rate: Tensor
    /// The number of this step, from 1, a scalar `int64`.
    public let count: Tensor
    /// What the optimizer's `advance` gave.
    public internal(set) var scalars: [Tensor] = []
    /// What the optimizer's `shared` gave.
    public internal(set) var shared: [Tensor] = []

    init(rate: Tensor, count: Tensor) {
        self.rate = rate
        self.count = count
    }

    /// 1 - βᵗ, exact also for the first steps.
    public func biasCorrection(_ beta: Double) -> Tensor {
        guard beta > 0 else { return .ones(.scalar, .float32) }
        return -(count.cast(to: .float32) * log(beta)).expm1()
    }
}
