import IbexGraph

extension Optimizer {
    /// Every optimizer that has a Keras name, by the name of its class.
    private static let makers: [String: @Sendable (_ name: String?) -> Optimizer] = [
        "SGD": { SGD(name: $0) }, "RMSprop": { RMSprop(name: $0) }, "Adam": { Adam(name: $0) },
        "AdamW": { AdamW(name: $0) }, "Adamax": { Adamax(name: $0) }, "Nadam": { Nadam(name: $0) },
        "Adagrad": { Adagrad(name: $0) }, "Adadelta": { Adadelta(name: $0) }, "Adafactor": { Adafactor(name: $0) },
        "Ftrl": { Ftrl(name: $0) }, "Lion": { Lion(name: $0) }, "Lamb": { Lamb(name: $0) }, "Muon": { Muon(name: $0) },
        "ScheduleFreeAdamW": { ScheduleFreeAdamW(name: $0) },
        "LossScaleOptimizer": { LossScaleOptimizer(SGD(name: "sgd"), name: $0) },
    ]

    private static let classNames = Dictionary(uniqueKeysWithValues: makers.keys.map { ($0.lowercased(), $0) })

    /// The optimizer of a Keras name (`adam`, `RMSprop`; case does not matter) with its arguments.
    ///
    /// - Throws: `IbexError` of kind `name` where there is no such optimizer, `argument` where its arguments do not fit.
    public static func named(_ name: String, arguments: Config = [:]) throws -> Optimizer {
        if let custom = try CustomObjects.made(\.optimizers, name, arguments) { return custom }
        guard let className = classNames[name.lowercased()], let make = makers[className] else {
            throw IbexError(
                .name, at: "optimizer", found: "\"\(name)\"",
                expected: "one of " + classNames.keys.sorted().joined(separator: ", "),
                remedy: "For one of your own: withCustomObjects(optimizers: [\"\(name)\": …]) { … }.")
        }
        let optimizer = make(arguments["name"]?.string)
        try optimizer.read(arguments)
        try optimizer.validate()
        return optimizer
    }

    /// The optimizer that a configuration holds: a name, or an object in Keras's wrapping.
    ///
    ///     let twin = try Optimizer.configured(optimizer.serialized)
    public static func configured(_ value: ConfigValue) throws -> Optimizer {
        if let name = value.string { return try named(name) }
        let (className, config) = try value.wrapped(at: "optimizer")
        return try named(className, arguments: config)
    }

    /// The optimizer in Keras's wrapping.
    public var serialized: ConfigValue {
        .serialized(
            module: Self.makers[className] == nil ? nil : "keras.optimizers", className: className, config: config)
    }
}
