import IbexGraph

extension Optimizer {
    /// Every optimizer that has a Keras name.
    private static let entries: [String: OptimizerEntry] = {
        let entries = [
            SGD.entry, RMSprop.entry, Adam.entry, AdamW.weightDecayEntry, Adamax.entry, Nadam.entry, Adagrad.entry,
            Adadelta.entry, Ftrl.entry, Lion.entry, Lamb.entry,
        ]
        return Dictionary(uniqueKeysWithValues: entries.map { ($0.className.lowercased(), $0) })
    }()

    /// The optimizer of a Keras name (`adam`, `RMSprop`; case does not matter) with its arguments.
    ///
    /// - Throws: `IbexError` of kind `name` where there is no such optimizer, `argument` where its arguments do not fit.
    public static func named(_ name: String, arguments: Config = [:]) throws(IbexError) -> Optimizer {
        guard let entry = entries[name.lowercased()] else {
            throw IbexError(
                .name, at: "optimizer", found: "\"\(name)\"",
                expected: "one of " + entries.keys.sorted().joined(separator: ", "))
        }
        return try entry.make(arguments, try CommonArguments(arguments, entry.className, rate: entry.rate))
    }

    /// The optimizer that a configuration holds: a name, or an object in Keras's wrapping.
    public static func configured(_ value: ConfigValue) throws(IbexError) -> Optimizer {
        if let name = value.string { return try named(name) }
        let (className, config) = try value.wrapped(at: "optimizer")
        return try named(className, arguments: config)
    }

    /// Everything that the optimizer was made with, under Keras's names.
    public var config: Config {
        [
            "name": .string(name), "learning_rate": schedule?.serialized ?? .double(learningRate),
            "weight_decay": ConfigValue(weightDecay),
            "clipnorm": ConfigValue(clipping.norm), "clipvalue": ConfigValue(clipping.value),
            "global_clipnorm": ConfigValue(clipping.globalNorm), "use_ema": .bool(averaging != nil),
            "ema_momentum": .double(averaging?.momentum ?? 0.99),
            "ema_overwrite_frequency": ConfigValue(averaging?.overwriteFrequency), "loss_scale_factor": .null,
            "gradient_accumulation_steps": .null,
        ].merging(arguments) { $1 }
    }

    /// The optimizer in Keras's wrapping.
    public var serialized: ConfigValue {
        .serialized(module: "keras.optimizers", className: className, config: config)
    }
}

/// How an optimizer is made from its configuration.
struct OptimizerEntry: Sendable {
    typealias Maker = @Sendable (Config, CommonArguments) throws(IbexError) -> Optimizer
    /// Keras's name of the class.
    let className: String
    /// The learning rate where the configuration has none.
    let rate: Double
    let make: Maker

    init(_ className: String, rate: Double, make: @escaping Maker) {
        self.className = className
        self.rate = rate
        self.make = make
    }
}

/// What every optimizer's configuration holds.
struct CommonArguments {
    let rate: any LearningRate
    let decay: Double?
    let clipping: GradientClipping
    let averaging: WeightAveraging?
    let name: String?

    init(_ config: Config, _ place: String, rate fallback: Double) throws(IbexError) {
        for (key, what) in [("gradient_accumulation_steps", "Accumulation"), ("loss_scale_factor", "Loss scaling")] {
            guard let value = config[key], !value.isNull else { continue }
            throw IbexError(
                .argument, at: "\(place), key \(key)", found: value.description, expected: "null",
                remedy: "\(what) is not supported yet.")
        }
        if let value = config["learning_rate"], value.object != nil {
            rate = try LearningRateSchedule(config: value)
        } else {
            rate = try config.double("learning_rate", at: place, default: fallback)
        }
        decay = try config.optionalDouble("weight_decay", at: place)
        clipping = GradientClipping(
            norm: try config.optionalDouble("clipnorm", at: place),
            value: try config.optionalDouble("clipvalue", at: place),
            globalNorm: try config.optionalDouble("global_clipnorm", at: place))
        averaging =
            try config.bool("use_ema", at: place, default: false)
            ? WeightAveraging(
                momentum: try config.double("ema_momentum", at: place, default: 0.99),
                overwriteFrequency: try config.optionalInt("ema_overwrite_frequency", at: place)) : nil
        name = config["name"]?.string
    }
}
