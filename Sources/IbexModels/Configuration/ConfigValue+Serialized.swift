import IbexGraph

extension Config {
    /// The arguments that Keras does not have. Keras refuses an unknown one: they stand beside the configuration, under
    /// `ibex`, where Keras does not look.
    package static let ownKeys: Set<String> = [
        "uses_unbiased_variance", "epsilon_outside_root", "schedule_decay", "ema_starts_with_weights",
    ]
}

extension ConfigValue {
    /// An object in Keras's wrapping: module, class name, configuration.
    ///
    /// - Parameters:
    ///   - module: where Keras has the class; `nil` for one of a user's own, whose name is then registered.
    ///   - className: for a class of a user's own perhaps `package>Name`.
    package static func serialized(module: String?, className: String, config: Config) -> ConfigValue {
        var object: Config = [
            "module": module.map { .string($0) } ?? .null,
            "class_name": .string(className.split(separator: ">").last.map(String.init) ?? className),
            "config": .object(config.filter { !Config.ownKeys.contains($0.key) }),
            "registered_name": module == nil ? .string(className) : .null,
        ]
        let own = config.filter { Config.ownKeys.contains($0.key) }
        if !own.isEmpty { object["ibex"] = .object(own) }
        return .object(object)
    }

    /// A function of a user's own, as Keras writes one.
    static func serialized(function name: String) -> ConfigValue {
        [
            "module": "builtins", "class_name": "function", "config": .string(name), "registered_name": "function",
        ]
    }

    /// The name of a function: a string, or what `serialized(function:)` gives.
    package var functionName: String? { string ?? object?["config"]?.string }

    /// The class name and configuration of an object in Keras's wrapping; the name is `package>Name` where one is
    /// registered so.
    package func wrapped(at place: String) throws(IbexError) -> (className: String, config: Config) {
        guard let object, let className = object["class_name"]?.string else {
            throw IbexError(
                .argument, at: place, found: description, expected: "an object with class_name and config")
        }
        let registered = object["registered_name"]?.string
        let isPackaged = registered?.contains(">") == true
        let config = object["config"]?.object ?? [:]
        return (isPackaged ? registered ?? className : className, config.merging(object["ibex"]?.object ?? [:]) { $1 })
    }
}
