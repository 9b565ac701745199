import IbexGraph
import IbexModels

/// Optimizers between Keras 2 and Keras 3.
///
/// Keras 2.11 brought new ones, `Custom>Adam`, whose formulas are Keras 3's but for the start of averages. The older ones,
/// `Adam`, have a `decay` of the learning rate, and some formulas of their own.
enum Keras2Optimizer {
    /// As Keras 3 says it, with the arguments that keep Keras 2's numbers.
    static func read(_ value: ConfigValue) throws(IbexError) -> ConfigValue {
        var (className, config) = try value.wrapped(at: "optimizer of Keras 2")
        let isNew = className.hasPrefix("Custom>") || config["is_legacy_optimizer"] == false
        if className.hasPrefix("Custom>") { className.removeFirst("Custom>".count) }
        if config["learning_rate"] == nil { config["learning_rate"] = config.removeValue(forKey: "lr") }
        if config["use_ema"] == true { config["ema_starts_with_weights"] = true }
        if !isNew { try readLegacy(className.lowercased(), &config) }
        // The name that nobody chose.
        if config["name"]?.string?.lowercased() == className.lowercased() { config["name"] = nil }
        return ["class_name": .string(className), "config": .object(config)]
    }

    private static func readLegacy(_ className: String, _ config: inout Config) throws(IbexError) {
        let decay = config.removeValue(forKey: "decay")?.double ?? 0
        switch className {
        case "nadam":
            if config["schedule_decay"] == nil { config["schedule_decay"] = .double(decay == 0 ? 0.004 : decay) }
            return
        case "rmsprop": config["epsilon_outside_root"] = .bool((config["momentum"]?.double ?? 0) == 0)
        case "adagrad": config["epsilon_outside_root"] = true
        default: break
        }
        guard decay != 0 else { return }
        guard let rate = config["learning_rate"]?.double else {
            throw IbexError(
                .argument, at: "optimizer of Keras 2, key decay", found: "a decay beside a schedule",
                expected: "one of the two")
        }
        config["learning_rate"] = [
            "class_name": "InverseTimeDecay",
            "config": [
                "initial_learning_rate": .double(rate), "decay_steps": 1, "decay_rate": .double(decay),
                "staircase": false, "name": "InverseTimeDecay",
            ],
        ]
    }

    /// As Keras 2.12 writes it.
    static func config(of optimizer: Optimizer) throws -> ConfigValue {
        let className = optimizer.className
        guard known.contains(className) else {
            throw IbexError(
                .argument, at: "optimizer \(optimizer.name) (\(className))", found: "an optimizer of Keras 3",
                expected: "one of " + known.sorted().joined(separator: ", "))
        }
        var config = try Keras2Writer.arguments(CompileConfig.rounded(optimizer.config), className)
        config["learning_rate"] = config["learning_rate"].map(withoutUsualName)
        for key in ["loss_scale_factor", "gradient_accumulation_steps"] {
            guard config.removeValue(forKey: key)?.isNull != false else {
                throw IbexError(
                    .argument, at: "optimizer \(optimizer.name) (\(className))", found: key,
                    expected: "arguments that Keras 2 has")
            }
        }
        let isLegacy = config["epsilon_outside_root"] == true || config["schedule_decay"] != nil
        if optimizer.name.hasPrefix(KerasName.snakeCase(className)) { config["name"] = .string(className) }
        guard isLegacy else {
            config = config.filter { !Config.ownKeys.contains($0.key) }
            config["jit_compile"] = false
            config["is_legacy_optimizer"] = false
            if className == "RMSprop", config["use_ema"] == false { config["ema_overwrite_frequency"] = 100 }
            return ["class_name": .string("Custom>\(className)"), "config": .object(config)]
        }
        config["decay"] = config["schedule_decay"] ?? 0.0
        let clipping = ["clipnorm", "clipvalue", "global_clipnorm"].filter { config[$0]?.isNull == false }
        let dropped = [
            "weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "use_ema", "ema_momentum",
            "ema_overwrite_frequency",
        ]
        config = config.filter { entry in
            !Config.ownKeys.contains(entry.key) && (clipping.contains(entry.key) || !dropped.contains(entry.key))
        }
        return ["class_name": .string(className), "config": .object(config)]
    }

    /// A schedule without the name that Keras 3 gives it where nobody did.
    private static func withoutUsualName(_ value: ConfigValue) -> ConfigValue {
        guard var object = value.object, var config = object["config"]?.object else { return value }
        let usual = [object["class_name"], "PiecewiseConstant", "SGDRDecay"]
        if usual.contains(config["name"]) { config["name"] = .null }
        object["config"] = .object(config)
        return .object(object)
    }

    private static let known: Set<String> = [
        "SGD", "RMSprop", "Adam", "AdamW", "Adamax", "Nadam", "Adagrad", "Adadelta", "Ftrl", "Adafactor",
    ]
}
