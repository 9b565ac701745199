import IbexGraph

/// A graph of calls as a configuration tells it, made anew.
struct GraphReader {
    private let place: String
    private var layers: [String: Layer] = [:]
    private var outputs: [String: [[SymbolicTensor]]] = [:]

    /// A call as its layer and its number among the layer's calls.
    private struct CallKey: Hashable {
        let layer: String
        let index: Int
    }

    private struct Node {
        let key: CallKey
        let references: [[ConfigValue]]
        let training: ConfigValue?

        init(_ key: CallKey, _ value: ConfigValue) {
            self.key = key
            let named = value.object?["kwargs"]?.object ?? [:]
            training = named["training"]
            // Masks follow their tensors here.
            let inputs = named.filter { $0.key != "mask" }.sorted { $0.key < $1.key }.map(\.value)
            references = ([value.object?["args"] ?? .null] + inputs).flatMap(GraphReader.references)
        }
    }

    /// - Throws: `IbexError` where a layer is unknown, or a node refers to what is not there.
    init(_ config: Config, at place: String) throws {
        self.place = place
        var nodes: [Node] = []
        for entry in config["layers"]?.array ?? [] where !Self.makesMask(entry) {
            let place = "\(place), key layers"
            let layer =
                Operation.isEntry(entry)
                ? try Operation(entry: entry, at: place) : try LayerRegistry.layer(entry, at: place)
            let name = entry.object?["name"]?.string ?? layer.name
            guard layers.updateValue(layer, forKey: name) == nil else {
                throw IbexError(
                    .argument, at: place, found: "two layers named \"\(name)\"",
                    expected: "a name of its own for each")
            }
            if let input = layer as? InputLayer {
                outputs[name] = [[input.symbol]]
            } else {
                nodes += (entry.object?["inbound_nodes"]?.array ?? []).enumerated().map {
                    Node(CallKey(layer: name, index: $0), $1)
                }
            }
        }
        try replay(nodes)
    }

    /// Whether an entry is the comparison that Keras 3 notes down where a layer makes a mask: masks are made anew here.
    private static func makesMask(_ entry: ConfigValue) -> Bool {
        let module = entry.object?["module"]?.string ?? ""
        return module.hasPrefix("keras.src.ops") && entry.object?["class_name"] == "NotEqual"
    }

    /// Calls the layers; a call waits for the ones that it depends on, and for those of its own layer before it.
    private mutating func replay(_ nodes: [Node]) throws {
        var ready = Array(nodes.reversed())
        var waiting: [CallKey: [Node]] = [:]
        while let node = ready.popLast() {
            if let missing = try missing(for: node) {
                waiting[missing, default: []].append(node)
                continue
            }
            guard let layer = layers[node.key.layer] else { continue }
            let isSaid = node.training != CallDefaults.of(layer.className)["training"]
            let results: [SymbolicTensor] = try layer(
                try node.references.compactMap(tensor), training: isSaid ? node.training?.bool : nil)
            outputs[node.key.layer, default: []].append(results)
            ready += waiting.removeValue(forKey: node.key)?.reversed() ?? []
        }
        guard waiting.isEmpty else {
            let names = Set(waiting.values.flatMap(\.self).map(\.key.layer))
            throw IbexError(
                .argument, at: "\(place), key inbound_nodes",
                found: "calls that wait for each other: \(names.sorted())",
                expected: "calls that depend on inputs and on earlier calls")
        }
    }

    /// A call that has to come before this one.
    private func missing(for node: Node) throws(IbexError) -> CallKey? {
        if node.key.index > outputs[node.key.layer]?.count ?? 0 {
            return CallKey(layer: node.key.layer, index: node.key.index - 1)
        }
        for reference in node.references where try tensor(reference) == nil {
            return CallKey(layer: reference[0].string ?? "", index: reference[1].int ?? 0)
        }
        return nil
    }

    /// The references to tensors in a value.
    private static func references(_ value: ConfigValue) -> [[ConfigValue]] {
        if value.object?["class_name"] == "__keras_tensor__" {
            return [value.object?["config"]?.object?["keras_history"]?.array ?? []]
        }
        return value.array?.flatMap(references) ?? []
    }

    /// The tensor that a reference means; `nil` where it is not made yet.
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

    /// The tensors under `input_layers` or `output_layers`: one, a list, or a dictionary in the order of its keys.
    func ends(_ value: ConfigValue?, key: String) throws -> [SymbolicTensor] {
        let references: [ConfigValue]
        switch EndsForm(value) {
        case .single: references = [value ?? .null]
        case .list: references = value?.array ?? []
        case .named(let keys): references = keys.map { value?.object?[$0] ?? .null }
        }
        return try references.map { reference in
            guard let tensor = try tensor(reference.array ?? []) else {
                throw IbexError(
                    .argument, at: "\(place), key \(key)", found: reference.description,
                    expected: "a call that inbound_nodes lists")
            }
            return tensor
        }
    }
}
