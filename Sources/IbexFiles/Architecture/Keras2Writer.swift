import IbexGraph
import IbexModels

/// Configurations as Keras 2.12 writes them, from those of Keras 3.
enum Keras2Writer {
    /// A model's JSON or YAML as a whole.
    static func document(of model: Model) throws -> ConfigValue {
        let entry = try entry(SharedLayers.writing { model.serialized }).object ?? [:]
        return .object(entry.merging(["keras_version": "2.12.0", "backend": "tensorflow"]) { $1 })
    }

    /// A layer with its class.
    static func entry(_ value: ConfigValue) throws(IbexError) -> ConfigValue {
        let (className, config) = try value.wrapped(at: "layer")
        let isOperation = value.object?["module"]?.string?.hasPrefix("keras.src.ops") == true
        guard !Keras2Layer.absent.contains(className), !isOperation else {
            throw IbexError(
                .argument, at: "layer \(config["name"]?.string ?? "") (\(className))",
                found: isOperation ? "an operation of Keras 3" : "a layer of Keras 3",
                expected: "one that Keras 2.12 has", remedy: "Write it in Keras 3's style.")
        }
        let isCustom = value.object?["module"]?.isNull == true
        var arguments = config.filter { !Config.ownKeys.contains($0.key) }
        arguments = className == "InputLayer" ? arguments : try self.arguments(arguments, className)
        let difference = Keras2Layer[className]
        if difference.listsAxes { arguments["axis"] = axes(arguments["axis"], rank(value)) }
        arguments = arguments.filter { !difference.dropped.contains($0.key) }
        arguments = difference.added.merging(arguments) { $1 }
        arguments = Config(arguments.map { (difference.renamed[$0] ?? $0, $1) }) { first, _ in first }
        if let layers = config["layers"]?.array { try write(layers, of: className, into: &arguments) }
        // A name of a package is the class's name here.
        let registered = value.object?["registered_name"]?.string
        var entry: Config = [
            "class_name": .string(isCustom ? registered ?? className : className), "config": .object(arguments),
        ]
        entry["shared_object_id"] = value.object?["shared_object_id"]
        return .object(entry)
    }

    /// The arguments of a layer, an optimizer or the like.
    static func arguments(_ config: Config, _ className: String) throws(IbexError) -> Config {
        var result: Config = [:]
        for (key, value) in config where key != "layers" {
            result[key] = key == "layer" ? try entry(value) : try argument(key, value, of: className)
        }
        return result
    }

    private static func argument(
        _ key: String, _ value: ConfigValue, of className: String
    ) throws(IbexError) -> ConfigValue {
        if key == "activation" { return try activation(value, of: className) }
        if key == "factor" || key.hasSuffix("_factor") { return factor(value, of: className) }
        guard let object = value.object, let inner = object["class_name"]?.string else { return value }
        if inner == "DTypePolicy" { return policy(value) }
        if let name = value.functionName { return .string(name) }
        let module = object["module"]?.string
        var config = try arguments(object["config"]?.object ?? [:], inner)
        if module == "keras.initializers" {
            config["input_axes"] = nil
            config["output_axes"] = nil
        }
        if module == "keras.regularizers", inner != "OrthogonalRegularizer" {
            config = config.mapValues { $0.double.map { .double(Double(Float($0))) } ?? $0 }
        }
        let registered = object["registered_name"]?.string
        return ["class_name": .string(module == nil ? registered ?? inner : inner), "config": .object(config)]
    }

    /// Plain types by their names, others as policies.
    private static func policy(_ value: ConfigValue) -> ConfigValue {
        let name = value.object?["config"]?.object?["name"]?.string ?? "float32"
        return name.hasPrefix("mixed") ? ["class_name": "Policy", "config": ["name": .string(name)]] : .string(name)
    }

    private static func activation(_ value: ConfigValue, of className: String) throws(IbexError) -> ConfigValue {
        if value == "hard_sigmoid" { throw unknown("Keras 3's hard_sigmoid", className) }
        guard let (name, config) = try? value.wrapped(at: className) else { return value }
        if name == "hard_sigmoid", config["slope"] == 0.2 { return "hard_sigmoid" }
        if let name = value.functionName { return .string(name) }
        guard value.object?["module"] == "keras.layers" else { throw unknown("\(name) with arguments", className) }
        return try entry(value)
    }

    private static func unknown(_ what: String, _ className: String) -> IbexError {
        IbexError(
            .argument, at: className, found: what, expected: "an activation that Keras 2 has",
            remedy: "Write it in Keras 3's style.")
    }

    /// The number of axes that a layer was built for.
    private static func rank(_ value: ConfigValue) -> Int? {
        if let shape = value.object?["build_config"]?.object?["input_shape"]?.array { return shape.count }
        // A layer that Keras 3 does not build says nothing of its shape but in the call.
        let call = value.object?["inbound_nodes"]?.array?.first?.object?["args"]?.array?.first?.object
        return call?["config"]?.object?["shape"]?.array?.count
    }

    /// A list of axes counted from the front, where that can be told.
    private static func axes(_ value: ConfigValue?, _ rank: Int?) -> ConfigValue? {
        guard let axes = value?.ints ?? value?.int.map({ [$0] }), rank != nil || axes.allSatisfy({ $0 >= 0 }) else {
            return value
        }
        return ConfigValue(axes.map { $0 < 0 ? $0 + (rank ?? 0) : $0 })
    }

    /// A range as one number where that says the same, for the layers that move and colour images.
    private static func factor(_ value: ConfigValue, of className: String) -> ConfigValue {
        guard let range = value.array?.compactMap(\.double), range.count == 2, className != "RandomBrightness" else {
            return value
        }
        let isOne = className == "RandomContrast" ? range[0] == range[1] : range[0] == -range[1]
        return isOne ? .double(range[1]) : value
    }
}

extension Keras2Writer {
    /// The layers of a model, with their calls where it is a graph of them.
    private static func write(
        _ layers: [ConfigValue], of className: String, into config: inout Config
    ) throws(IbexError) {
        // The first call of a model inside is hidden: it is its own, on its own inputs.
        let models = layers.filter { $0.object?["config"]?.object?["layers"] != nil }
        let shifted = Set(models.compactMap { $0.object?["name"]?.string })
        var entries: [ConfigValue] = []
        for layer in layers {
            var entry = try entry(layer).object ?? [:]
            if let nodes = layer.object?["inbound_nodes"]?.array {
                entry["name"] = layer.object?["name"]
                let inner = layer.object?["class_name"]?.string ?? ""
                entry["inbound_nodes"] = .array(nodes.map { node($0, of: inner, shifted) })
            }
            entries.append(.object(entry))
        }
        config["layers"] = .array(entries)
        for key in ["input_layers", "output_layers"] {
            guard let ends = config[key] else { continue }
            if let named = ends.object {
                config[key] = .object(named.mapValues { reference($0, shifted) })
            } else {
                let list = ends.array?.first?.string == nil ? ends.array ?? [] : [ends]
                config[key] = .array(list.map { reference($0, shifted) })
            }
        }
    }

    private static func reference(_ value: ConfigValue, _ shifted: Set<String>) -> ConfigValue {
        guard var parts = value.array, parts.count >= 3, shifted.contains(parts[0].string ?? "") else { return value }
        parts[1] = .int((parts[1].int ?? 0) + 1)
        return .array(parts)
    }

    private static func node(_ value: ConfigValue, of className: String, _ shifted: Set<String>) -> ConfigValue {
        let given = value.object?["kwargs"]?.object ?? [:]
        let usual = CallDefaults.of(className)
        let arguments = given.filter { $0.key == "training" && usual[$0.key] != $0.value }
        return .array(
            tensors(value.object?["args"] ?? .null).map { history in
                .array((reference(history, shifted).array ?? []) + [.object(arguments)])
            })
    }

    private static func tensors(_ value: ConfigValue) -> [ConfigValue] {
        if let history = value.object?["config"]?.object?["keras_history"] { return [history] }
        return value.array?.flatMap(tensors) ?? []
    }
}
