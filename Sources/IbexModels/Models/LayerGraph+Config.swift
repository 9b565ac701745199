import IbexGraph

extension LayerGraph {
    /// The graph under Keras's names: `layers` with their `inbound_nodes`, `input_layers`, `output_layers`.
    var config: Config {
        [
            "layers": .array(layers.map(entry)), "input_layers": ends(inputs), "output_layers": ends(outputs),
        ]
    }

    private func entry(_ layer: Layer) -> ConfigValue {
        var entry = layer.serialized.object ?? [:]
        entry["name"] = .string(layer.name)
        entry["inbound_nodes"] = .array(calls(of: layer).filter { !$0.inputs.isEmpty }.map(node))
        return .object(entry)
    }

    private func node(_ call: LayerCall) -> ConfigValue {
        let tensors = call.inputs.map { input -> ConfigValue in
            let dtype = input.layer.dtype.rawValue
            return [
                "class_name": "__keras_tensor__",
                "config": [
                    "shape": .array(input.shape.map { ConfigValue($0) }), "dtype": .string(dtype),
                    "keras_history": history(input),
                ],
            ]
        }
        return [
            "args": .array(tensors.count == 1 ? tensors : [.array(tensors)]),
            "kwargs": .object(call.training.map { ["training": .bool($0)] } ?? [:]),
        ]
    }

    private func calls(of layer: Layer) -> [LayerCall] { calls.filter { $0.layer === layer } }

    /// The layer, which of its calls in this graph, which of the call's results.
    private func history(_ tensor: SymbolicTensor) -> ConfigValue {
        let node = calls(of: tensor.layer).firstIndex { $0 === tensor.call } ?? 0
        return .array([.string(tensor.layer.name), .int(node), .int(tensor.index)])
    }

    private func ends(_ tensors: [SymbolicTensor]) -> ConfigValue {
        tensors.count == 1 ? history(tensors[0]) : .array(tensors.map(history))
    }
}

/// A graph of calls as a configuration tells it, made anew.
struct GraphReader {
    private let place: String
    private var layers: [String: Layer] = [:]
    private var nodes: [(name: String, node: ConfigValue)] = []
    private var outputs: [String: [[SymbolicTensor]]] = [:]

    /// - Throws: `IbexError` where a layer is unknown, or a node refers to what is not there.
    init(_ config: Config, at place: String) throws {
        self.place = place
        for entry in config["layers"]?.array ?? [] {
            let layer = try LayerRegistry.layer(entry, at: "\(place), key layers")
            let name = entry.object?["name"]?.string ?? layer.name
            layers[name] = layer
            if let input = layer as? InputLayer { outputs[name] = [[input.symbol]] }
            for node in entry.object?["inbound_nodes"]?.array ?? [] { nodes.append((name, node)) }
        }
        try replay()
    }

    /// Calls the layers; a call waits until those that it depends on are made.
    private mutating func replay() throws {
        while !nodes.isEmpty {
            var waiting: [(name: String, node: ConfigValue)] = []
            for (name, node) in nodes {
                let isInTurn = !waiting.contains { $0.name == name }
                guard isInTurn, let inputs = try tensors(of: node), let layer = layers[name] else {
                    waiting.append((name, node))
                    continue
                }
                let training = node.object?["kwargs"]?.object?["training"]?.bool
                let results: [SymbolicTensor] = try layer(inputs, training: training)
                outputs[name, default: []].append(results)
            }
            guard waiting.count < nodes.count else {
                throw IbexError(
                    .argument, at: "\(place), key inbound_nodes",
                    found: "calls that wait for each other: \(Set(waiting.map(\.name)).sorted())",
                    expected: "calls that depend on inputs and on earlier calls")
            }
            nodes = waiting
        }
    }

    /// The tensors that a call was given; `nil` where one is not made yet.
    private func tensors(of node: ConfigValue) throws -> [SymbolicTensor]? {
        var found: [SymbolicTensor] = []
        for history in Self.histories(in: node) {
            guard let tensor = try tensor(history) else { return nil }
            found.append(tensor)
        }
        return found
    }

    /// The references to tensors in a call: Keras 3 wraps each, Keras 2 lists `[layer, call, result, arguments]`.
    private static func histories(in value: ConfigValue) -> [[ConfigValue]] {
        if let object = value.object {
            if object["class_name"] == "__keras_tensor__" {
                return [object["config"]?.object?["keras_history"]?.array ?? []]
            }
            return [object["args"], object["kwargs"]].compactMap(\.self).flatMap { part in
                part.object.map { $0.sorted { $0.key < $1.key }.flatMap { histories(in: $1) } } ?? histories(in: part)
            }
        }
        guard let array = value.array else { return [] }
        return array.first?.string != nil && array.count >= 3 ? [array] : array.flatMap(histories)
    }

    private func tensor(_ history: [ConfigValue]) throws(IbexError) -> SymbolicTensor? {
        guard history.count >= 3, let name = history[0].string, let call = history[1].int, let index = history[2].int,
            layers[name] != nil, call >= 0, index >= 0
        else {
            throw IbexError(
                .argument, at: "\(place), key inbound_nodes", found: ConfigValue.array(history).description,
                expected: "the name of a layer, the number of its call, the number of the result")
        }
        guard let made = outputs[name], call < made.count else { return nil }
        guard index < made[call].count else {
            throw IbexError(
                .argument, at: "\(place), key inbound_nodes", found: "result \(index) of \(name)",
                expected: "one of \(made[call].count)")
        }
        return made[call][index]
    }

    /// The tensors under `input_layers` or `output_layers`.
    func ends(_ value: ConfigValue?, key: String) throws -> [SymbolicTensor] {
        let histories =
            (value?.object?.sorted { $0.key < $1.key }.map(\.value)).map { $0.flatMap(Self.histories) }
            ?? Self.histories(in: value ?? .null)
        return try histories.map { history in
            guard let tensor = try tensor(history) else {
                throw IbexError(
                    .argument, at: "\(place), key \(key)", found: ConfigValue.array(history).description,
                    expected: "a call that inbound_nodes lists")
            }
            return tensor
        }
    }
}

extension Model {
    /// The model that a configuration tells call for call: Keras's `Functional`.
    ///
    /// - Throws: `IbexError` where a layer is unknown, or where calls do not fit together.
    public static func functional(config: Config) throws -> Model {
        let reader = try GraphReader(config, at: "Functional")
        let model = try Model(
            inputs: try reader.ends(config["input_layers"], key: "input_layers"),
            outputs: try reader.ends(config["output_layers"], key: "output_layers"), name: config["name"]?.string)
        try model.applyCommon(config)
        return model
    }
}
