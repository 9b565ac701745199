import IbexGraph

/// The arguments that all optimizers share; an optimizer's initialiser takes them one by one.
///
///     Adam(learningRate: 0.001, clipNorm: 1, gradientAccumulationSteps: 4)
///
/// An optimizer of your own passes them on as one: `super.init(learningRate: 0.1, options: options)`.
public struct OptimizerOptions: Sendable, Hashable {
    /// The share of each weight, times the learning rate, that is taken off before each step.
    public var weightDecay: Double?
    /// How gradients are cut.
    public var clipping: GradientClipping
    /// A moving average of the weights, where one is kept: Keras's `use_ema`.
    public var averaging: WeightAveraging?
    /// The loss is multiplied by this before gradients are taken, and they are divided by it.
    public var lossScaleFactor: Double?
    /// So many batches' gradients are averaged for one step: 2 or more.
    public var gradientAccumulationSteps: Int?

    public init(
        weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil, globalClipNorm: Double? = nil,
        averaging: WeightAveraging? = nil, lossScaleFactor: Double? = nil, gradientAccumulationSteps: Int? = nil
    ) {
        self.weightDecay = weightDecay
        clipping = GradientClipping(norm: clipNorm, value: clipValue, globalNorm: globalClipNorm)
        self.averaging = averaging
        self.lossScaleFactor = lossScaleFactor
        self.gradientAccumulationSteps = gradientAccumulationSteps
    }

    /// Checks what can be told without an optimizer's own arguments.
    func validate(_ optimizer: Optimizer) throws {
        try clipping.validate(optimizer)
        try averaging?.validate(optimizer)
        if let weightDecay, !weightDecay.isFinite {
            throw optimizer.argumentError("weight decay \(weightDecay)", expected: "a finite number")
        }
        if let factor = lossScaleFactor, !(factor > 0 && factor.isFinite) {
            throw optimizer.argumentError("loss scale factor \(factor)", expected: "a positive number")
        }
        if let steps = gradientAccumulationSteps, steps < 2 {
            throw optimizer.argumentError(
                "gradient accumulation steps \(steps)", expected: "a whole number of at least 2, or none")
        }
    }

    /// The options under Keras's names.
    var config: Config {
        let config: Config = [
            "weight_decay": ConfigValue(weightDecay), "clipnorm": ConfigValue(clipping.norm),
            "clipvalue": ConfigValue(clipping.value), "global_clipnorm": ConfigValue(clipping.globalNorm),
            "use_ema": .bool(averaging != nil), "ema_momentum": .double(averaging?.momentum ?? 0.99),
            "ema_overwrite_frequency": ConfigValue(averaging?.overwriteFrequency),
            "loss_scale_factor": ConfigValue(lossScaleFactor),
            "gradient_accumulation_steps": ConfigValue(gradientAccumulationSteps),
        ]
        return averaging?.startsWithWeights == true
            ? config.merging(["ema_starts_with_weights": true]) { $1 } : config
    }

    /// Takes over what a configuration holds; a decay that it does not name stays.
    mutating func read(_ config: Config, at place: String) throws(IbexError) {
        if config["weight_decay"] != nil { weightDecay = try config.optionalDouble("weight_decay", at: place) }
        clipping = GradientClipping(
            norm: try config.optionalDouble("clipnorm", at: place),
            value: try config.optionalDouble("clipvalue", at: place),
            globalNorm: try config.optionalDouble("global_clipnorm", at: place))
        averaging =
            try config.bool("use_ema", at: place, default: false)
            ? WeightAveraging(
                momentum: try config.double("ema_momentum", at: place, default: 0.99),
                overwriteFrequency: try config.optionalInt("ema_overwrite_frequency", at: place),
                startsWithWeights: try config.bool("ema_starts_with_weights", at: place, default: false)) : nil
        lossScaleFactor = try config.optionalDouble("loss_scale_factor", at: place)
        gradientAccumulationSteps = try config.optionalInt("gradient_accumulation_steps", at: place)
    }
}
