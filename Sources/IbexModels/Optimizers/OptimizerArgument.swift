import IbexGraph

/// How one of an optimizer's own arguments is written to a configuration and read from it.
///
///     override var arguments: [String: OptimizerArgument] { ["rho": OptimizerArgument(\MyOptimizer.rho)] }
public struct OptimizerArgument {
    let value: (Optimizer) -> ConfigValue
    /// The value at which the argument is not written: that of Keras, which does not have it.
    private(set) var omitted: ConfigValue?
    let read: (Optimizer, Config, _ key: String) throws(IbexError) -> Void

    public init<Owner: Optimizer>(_ path: ReferenceWritableKeyPath<Owner, Double>) {
        self.init(path, { .double($0) }) { config, key, place, now throws(IbexError) in
            try config.double(key, at: place, default: now)
        }
    }

    /// A number that may be null.
    public init<Owner: Optimizer>(_ path: ReferenceWritableKeyPath<Owner, Double?>) {
        self.init(path, { ConfigValue($0) }) { config, key, place, now throws(IbexError) in
            config[key] == nil ? now : try config.optionalDouble(key, at: place)
        }
    }

    public init<Owner: Optimizer>(_ path: ReferenceWritableKeyPath<Owner, Int>) {
        self.init(path, { .int($0) }) { config, key, place, now throws(IbexError) in
            try config.int(key, at: place, default: now)
        }
    }

    public init<Owner: Optimizer>(_ path: ReferenceWritableKeyPath<Owner, Bool>) {
        self.init(path, { .bool($0) }) { config, key, place, now throws(IbexError) in
            try config.bool(key, at: place, default: now)
        }
    }

    public init<Owner: Optimizer>(_ path: ReferenceWritableKeyPath<Owner, [String]>) {
        self.init(path, { .array($0.map { .string($0) }) }) { config, key, place, now throws(IbexError) in
            guard let value = config[key], !value.isNull else { return now }
            guard let array = value.array, array.allSatisfy({ $0.string != nil }) else {
                throw IbexError(
                    .argument, at: "\(place), key \(key)", found: value.description, expected: "an array of strings")
            }
            return array.compactMap(\.string)
        }
    }

    /// The argument as one that Keras does not have and that is not written where it has this value.
    func omitted(at value: ConfigValue) -> OptimizerArgument {
        var argument = self
        argument.omitted = value
        return argument
    }

    private init<Owner: Optimizer, Value>(
        _ path: ReferenceWritableKeyPath<Owner, Value>, _ write: @escaping (Value) -> ConfigValue,
        _ read: @escaping (Config, _ key: String, _ place: String, _ now: Value) throws(IbexError) -> Value
    ) {
        value = { optimizer in (optimizer as? Owner).map { write($0[keyPath: path]) } ?? .null }
        self.read = { optimizer, config, key throws(IbexError) in
            guard let owner = optimizer as? Owner else { return }
            owner[keyPath: path] = try read(config, key, owner.className, owner[keyPath: path])
        }
    }
}
