import IbexGraph
import IbexModels

/// Configurations of Keras 2 and its predecessors as those of Keras 3; where numbers differ, with the arguments that keep
/// Keras 2's.
enum Keras2Reader {
    /// A layer with its class.
    static func entry(_ value: ConfigValue) throws(IbexError) -> ConfigValue {
        guard var entry = value.object, var className = entry["class_name"]?.string else {
            throw IbexError(
                .file, at: "a layer of Keras 2", found: value.description, expected: "class_name and config")
        }
        className = earlierNames[className] ?? className
        entry["class_name"] = .string(className)
        // Keras before 2.3 wrote a row of layers as a list.
        let list = entry["config"]?.array
        var config = list.map { ["layers": .array($0)] } ?? entry["config"]?.object ?? [:]
        let difference = Keras2Layer[className]
        for (new, old) in difference.renamed where config[new] == nil { config[new] = config.removeValue(forKey: old) }
        if className == "BatchNormalization" { config["uses_unbiased_variance"] = true }
        for (key, argument) in config { config[key] = try self.argument(key, argument) }
        if let layers = config["layers"]?.array {
            config["layers"] = .array(
                config["input_layers"] == nil ? try row(layers) : try graph(layers, in: &config))
        }
        entry["config"] = .object(config)
        return .object(entry)
    }

    private static let earlierNames = [
        "Model": "Functional", "BatchNormalizationV1": "BatchNormalization",
        "BatchNormalizationV2": "BatchNormalization",
    ]

    private static func argument(_ key: String, _ value: ConfigValue) throws(IbexError) -> ConfigValue {
        if key == "activation" || key == "recurrent_activation", value == "hard_sigmoid" {
            return ["class_name": "hard_sigmoid", "config": ["slope": 0.2]]
        }
        guard ["layer", "forward_layer", "backward_layer"].contains(key), value.object != nil else { return value }
        return try entry(value)
    }

    /// The layers of a `Sequential`; where the first one says its input's shape, after an input of it.
    private static func row(_ layers: [ConfigValue]) throws(IbexError) -> [ConfigValue] {
        var entries: [ConfigValue] = []
        for layer in layers { entries.append(try entry(layer)) }
        let first = entries.first?.object
        guard first?["class_name"] != "InputLayer", let config = first?["config"]?.object,
            let shape = config["batch_input_shape"], shape.array?.dropFirst().allSatisfy({ $0.int != nil }) == true
        else { return entries }
        let input: ConfigValue = [
            "class_name": "InputLayer",
            "config": [
                "batch_shape": shape, "dtype": config["dtype"] ?? "float32",
                "name": .string((config["name"]?.string ?? "layer") + "_input"),
            ],
        ]
        return [input] + entries
    }
}

extension Keras2Reader {
    /// The layers of a graph of calls.
    ///
    /// A model inside has a first call of its own that is not listed, and what refers to its results counts it.
    private static func graph(_ layers: [ConfigValue], in config: inout Config) throws(IbexError) -> [ConfigValue] {
        var lists: [[ConfigValue]] = []
        var layers = layers
        for index in layers.indices { layers[index] = try Keras2Operation.entry(layers[index]) }
        for layer in layers {
            var nodes: [ConfigValue] = []
            for value in layer.object?["inbound_nodes"]?.array ?? [] { nodes.append(try node(value)) }
            lists.append(nodes)
        }
        for key in ["input_layers", "output_layers"] { config[key] = ends(config[key]) }
        let largest = Dictionary(
            (lists.flatMap(\.self).flatMap(references) + ends(of: config)).map { ($0.layer, $0.call) },
            uniquingKeysWith: max)
        var shifted: Set<String> = []
        for (layer, nodes) in zip(layers, lists) where !nodes.isEmpty {
            let name = layer.object?["name"]?.string ?? ""
            if largest[name] == nodes.count { shifted.insert(name) }
        }
        var entries: [ConfigValue] = []
        for (layer, nodes) in zip(layers, lists) {
            var entry = try entry(layer).object ?? [:]
            entry["inbound_nodes"] = .array(nodes.map { moved($0, shifted) })
            entries.append(.object(entry))
        }
        for key in ["input_layers", "output_layers"] { config[key] = config[key].map { moved($0, shifted) } }
        return entries
    }

    /// One end where a list holds one: Keras 2 lists them always.
    private static func ends(_ value: ConfigValue?) -> ConfigValue? {
        guard let list = value?.array, list.count == 1, list[0].array != nil else { return value }
        return list[0]
    }

    private static func ends(of config: Config) -> [(layer: String, call: Int)] {
        ["input_layers", "output_layers"].compactMap { config[$0] }.flatMap(references)
    }

    /// A call in the way of Keras 3: `args` and `kwargs`.
    private static func node(_ value: ConfigValue) throws(IbexError) -> ConfigValue {
        guard let array = value.array else { return value }
        let inputs = isReference(value) ? [array] : array.compactMap(\.array)
        guard inputs.count == array.count || isReference(value), inputs.allSatisfy({ $0.count >= 3 }) else {
            throw IbexError(
                .argument, at: "inbound_nodes of Keras 2", found: value.description,
                expected: "[layer, call, result, arguments] for each input")
        }
        let arguments = inputs.first { $0.count > 3 }?[3].object ?? [:]
        return [
            "args": [.array(inputs.map { tensor(.array(Array($0.prefix(3)))) })],
            "kwargs": .object(arguments.mapValues { isReference($0) ? tensor($0) : $0 }),
        ]
    }

    private static func isReference(_ value: ConfigValue) -> Bool {
        guard let array = value.array, array.count >= 3 else { return false }
        return array[0].string != nil && array[1].int != nil && array[2].int != nil
    }

    static func tensor(_ reference: ConfigValue) -> ConfigValue {
        ["class_name": "__keras_tensor__", "config": ["keras_history": reference]]
    }

    /// The layers and calls that a value refers to.
    private static func references(_ value: ConfigValue) -> [(layer: String, call: Int)] {
        if isReference(value), let array = value.array { return [(array[0].string ?? "", array[1].int ?? 0)] }
        return (value.array ?? value.object.map { Array($0.values) } ?? []).flatMap(references)
    }

    private static func moved(_ value: ConfigValue, _ shifted: Set<String>) -> ConfigValue {
        if isReference(value), var parts = value.array {
            guard shifted.contains(parts[0].string ?? "") else { return value }
            parts[1] = .int((parts[1].int ?? 1) - 1)
            return .array(parts)
        }
        if let array = value.array { return .array(array.map { moved($0, shifted) }) }
        return value.object.map { .object($0.mapValues { moved($0, shifted) }) } ?? value
    }
}
