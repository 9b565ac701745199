import IbexGraph
import IbexRuntime

/// An optimizer around another one that multiplies the loss, so that small gradients do not vanish in half precision
/// (Micikevicius et al., 2017).
///
/// Gradients are those of loss · scale and are divided by the scale before the inner optimizer takes them. Where one of
/// them is not finite, the step is left out and the scale halved; after `dynamicGrowthSteps` steps without that it is
/// doubled. Learning rate, step counter and averages are the inner optimizer's, and so are the options: this one has none.
///
///     model.compile(optimizer: .lossScaleOptimizer(.adam(learningRate: 1e-4)), loss: .meanSquaredError)
public final class LossScaleOptimizer: Optimizer {
    public private(set) var innerOptimizer: Optimizer
    public private(set) var initialScale: Double
    public private(set) var dynamicGrowthSteps: Int
    /// Steps since the scale last changed, and the scale.
    private var counter: Variable?
    private var scale: Variable?

    public init(
        _ innerOptimizer: Optimizer, initialScale: Double = 32768, dynamicGrowthSteps: Int = 2000,
        name: String? = nil
    ) {
        self.innerOptimizer = innerOptimizer
        self.initialScale = initialScale
        self.dynamicGrowthSteps = dynamicGrowthSteps
        super.init(learningRate: 0.0, name: name)
        // The loss is scaled once.
        innerOptimizer.options.lossScaleFactor = nil
    }

    /// The number that the loss is multiplied with at the next step.
    public var dynamicScale: Double {
        (try? scale?.stored.doubles().first) ?? initialScale
    }

    public override var arguments: [String: OptimizerArgument] {
        [
            "initial_scale": OptimizerArgument(\LossScaleOptimizer.initialScale),
            "dynamic_growth_steps": OptimizerArgument(\LossScaleOptimizer.dynamicGrowthSteps),
        ]
    }

    public override var config: Config {
        let own: Config = ["name": .string(name), "inner_optimizer": innerOptimizer.serialized]
        return own.merging(arguments.mapValues { $0.value(self) }) { $1 }
    }

    override func read(_ config: Config) throws {
        guard let inner = config["inner_optimizer"] else {
            throw IbexError(
                .argument, at: "\(className), key inner_optimizer", found: "nothing", expected: "an optimizer")
        }
        innerOptimizer = try .configured(inner)
        innerOptimizer.options.lossScaleFactor = nil
        try super.read(config)
    }

    public override func validate() throws {
        guard options == OptimizerOptions() else {
            throw argumentError(
                "options of its own", expected: "none",
                remedy: "Give weight decay, clipping, averaging and the like to the inner optimizer.")
        }
        guard !(innerOptimizer is LossScaleOptimizer) else {
            throw argumentError("a LossScaleOptimizer inside", expected: "an optimizer that does not scale the loss")
        }
        guard initialScale > 0, initialScale.isFinite, dynamicGrowthSteps >= 1 else {
            throw argumentError(
                "initial scale \(initialScale), dynamic growth steps \(dynamicGrowthSteps)",
                expected: "a positive scale and at least one step")
        }
        try innerOptimizer.validate()
    }

    public override var schedule: LearningRateSchedule? { innerOptimizer.schedule }

    public override var learningRate: Double {
        get { innerOptimizer.learningRate }
        set { innerOptimizer.learningRate = newValue }
    }

    public override var iterations: Variable? { innerOptimizer.iterations }

    /// Step counter and learning rate without a use, as Keras has them, steps since the last change, scale; then the
    /// inner optimizer's.
    public override var variables: [Variable] {
        state.variables + [counter, scale].compactMap(\.self) + innerOptimizer.variables
    }

    package override var keptVariables: [KeptVariable] { innerOptimizer.keptVariables }

    package override var averages: [KeptVariable] { innerOptimizer.averages }

    package override var leadingVariables: [Variable] {
        super.leadingVariables + [counter, scale].compactMap(\.self) + innerOptimizer.leadingVariables
    }

    public override func build(_ weights: [Variable]) throws {
        try super.build([])
        if scale == nil {
            counter = Variable(Tensor(Int64(0)), name: "\(name)/step_counter", trainable: false)
            scale = Variable(.full(initialScale, .scalar, floatx()), name: "\(name)/dynamic_scale", trainable: false)
        }
        try innerOptimizer.build(weights)
    }

    public override func scaleLoss(_ loss: Tensor) -> Tensor {
        loss * (scale?.value ?? .fill(initialScale, .scalar, floatx())).cast(to: loss.dtype)
    }

    package override func apply(
        _ gradients: [Tensor], to weights: [Variable], constraints: [Constraint?], where isSound: Tensor? = nil
    ) throws {
        try build(weights)
        guard let counter, let scale, let first = gradients.first else { return }
        let isFinite = gradients.dropFirst().reduce(first.isFinite().all()) { $0 .& $1.isFinite().all() }
        let now = scale.value
        state.hold([isFinite, now])
        try innerOptimizer.apply(
            gradients.map { $0 / now.cast(to: $0.dtype) }, to: weights, constraints: constraints, where: isFinite)
        let isGrown = isFinite .& (counter.value .== Double(dynamicGrowthSteps - 1))
        counter.assign(counter.value.filled(0).replaced(by: counter.value + 1, where: isFinite .& !isGrown))
        scale.assign(Tensor.where(isFinite, Tensor.where(isGrown, now * 2, now), now * 0.5))
    }

    package override func finalize(_ weights: [Variable]) { innerOptimizer.finalize(weights) }
}

extension Optimizer {
    /// ``LossScaleOptimizer``, where an optimizer is expected: `compile(optimizer: .lossScaleOptimizer(.adam()))`.
    public typealias lossScaleOptimizer = LossScaleOptimizer
}
