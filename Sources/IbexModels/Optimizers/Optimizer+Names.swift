import IbexGraph

extension Optimizer {
    private typealias Maker = @Sendable (Config, CommonArguments) throws(IbexError) -> Optimizer

    private static let makers: [String: (className: String, rate: Double, make: Maker)] = [
        "sgd": (
            "SGD", 0.01,
            { config, common throws(IbexError) in
                SGD(
                    learningRate: common.rate, momentum: try config.double("momentum", at: "SGD", default: 0),
                    nesterov: try config.bool("nesterov", at: "SGD", default: false), weightDecay: common.decay,
                    clipNorm: common.clipping.norm, clipValue: common.clipping.value,
                    globalClipNorm: common.clipping.globalNorm, averaging: common.averaging, name: common.name)
            }
        ),
        "rmsprop": (
            "RMSprop", 0.001,
            { config, common throws(IbexError) in
                RMSprop(
                    learningRate: common.rate, rho: try config.double("rho", at: "RMSprop", default: 0.9),
                    momentum: try config.double("momentum", at: "RMSprop", default: 0),
                    epsilon: try config.double("epsilon", at: "RMSprop", default: 1e-7),
                    centered: try config.bool("centered", at: "RMSprop", default: false), weightDecay: common.decay,
                    clipNorm: common.clipping.norm, clipValue: common.clipping.value,
                    globalClipNorm: common.clipping.globalNorm, averaging: common.averaging, name: common.name)
            }
        ),
        "adam": (
            "Adam", 0.001,
            { config, common throws(IbexError) in
                Adam(
                    learningRate: common.rate, beta1: try config.double("beta_1", at: "Adam", default: 0.9),
                    beta2: try config.double("beta_2", at: "Adam", default: 0.999),
                    epsilon: try config.double("epsilon", at: "Adam", default: 1e-7),
                    amsgrad: try config.bool("amsgrad", at: "Adam", default: false), weightDecay: common.decay,
                    clipNorm: common.clipping.norm, clipValue: common.clipping.value,
                    globalClipNorm: common.clipping.globalNorm, averaging: common.averaging, name: common.name)
            }
        ),
        "adagrad": (
            "Adagrad", 0.001,
            { config, common throws(IbexError) in
                Adagrad(
                    learningRate: common.rate,
                    initialAccumulatorValue: try config.double(
                        "initial_accumulator_value", at: "Adagrad", default: 0.1),
                    epsilon: try config.double("epsilon", at: "Adagrad", default: 1e-7), weightDecay: common.decay,
                    clipNorm: common.clipping.norm, clipValue: common.clipping.value,
                    globalClipNorm: common.clipping.globalNorm, averaging: common.averaging, name: common.name)
            }
        ),
    ]

    /// The optimizer of a Keras name (`adam`, `RMSprop`; case does not matter) with its arguments.
    ///
    /// - Throws: `IbexError` of kind `name` where there is no such optimizer, `argument` where its arguments do not fit.
    public static func named(_ name: String, arguments: Config = [:]) throws(IbexError) -> Optimizer {
        guard let entry = makers[name.lowercased()] else {
            throw IbexError(
                .name, at: "optimizer", found: "\"\(name)\"",
                expected: "one of " + makers.keys.sorted().joined(separator: ", "))
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
            "name": .string(name), "learning_rate": .double(learningRate), "weight_decay": ConfigValue(weightDecay),
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

/// What every optimizer's configuration holds.
private struct CommonArguments {
    let rate: Double
    let decay: Double?
    let clipping: GradientClipping
    let averaging: WeightAveraging?
    let name: String?

    init(_ config: Config, _ place: String, rate fallback: Double) throws(IbexError) {
        let refused = [
            ("learning_rate", "A schedule"), ("gradient_accumulation_steps", "Accumulation"),
            ("loss_scale_factor", "Loss scaling"),
        ]
        for (key, what) in refused {
            guard let value = config[key], value.object != nil || (key != "learning_rate" && !value.isNull) else {
                continue
            }
            throw IbexError(
                .argument, at: "\(place), key \(key)", found: value.description,
                expected: key == "learning_rate" ? "a number" : "null", remedy: "\(what) is not supported yet.")
        }
        rate = try config.double("learning_rate", at: place, default: fallback)
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
