import IbexModels

/// A call of a layer in a model, or a layer of which no call is known.
struct LayerUse {
    let layer: Layer
    /// Which of the calls of the layer it is, from 1, and how many there are.
    var turn = (number: 1, count: 1)
    /// The uses that it is fed by.
    var sources: [Int] = []
    var inputShapes: [String] = []
    var outputShapes: [String] = []

    /// The calls of a model, each after those that feed it. The input of a `Sequential` is no layer of its own.
    static func uses(of calls: [LayerCall], in model: Model) -> [LayerUse] {
        let shown = calls.filter { !(model is Sequential && $0.layer is InputLayer) }
        let places = Dictionary(uniqueKeysWithValues: shown.enumerated().map { (ObjectIdentifier($1), $0) })
        let counts = Dictionary(shown.map { (ObjectIdentifier($0.layer), 1) }, uniquingKeysWith: +)
        var turns: [ObjectIdentifier: Int] = [:]
        return shown.map { call in
            let key = ObjectIdentifier(call.layer)
            turns[key, default: 0] += 1
            return LayerUse(
                layer: call.layer, turn: (turns[key] ?? 1, counts[key] ?? 1),
                sources: call.inputs.compactMap { places[ObjectIdentifier($0.call)] },
                inputShapes: call.inputs.map { OpenExtents.text($0.shape) },
                outputShapes: call.outputShapes.map(OpenExtents.text))
        }
    }

    var kind: NodeBox.Kind { layer is InputLayer ? .input : layer.weights.isEmpty ? .plain : .trained }

    func title(_ shown: ModelGraph.Shown) -> String {
        let name = shown.layerNames ? "\(layer.name) (\(layer.className))" : layer.className
        return turn.count > 1 ? "\(name), call \(turn.number) of \(turn.count)" : name
    }

    func rows(_ shown: ModelGraph.Shown) -> [(key: String, value: String)] {
        var rows: [(key: String, value: String)] = []
        if shown.activations, let activation { rows.append(("Activation", activation)) }
        if shown.shapes {
            if !(layer is InputLayer) { rows.append(("Input shape", Self.list(inputShapes))) }
            rows.append(("Output shape", Self.list(outputShapes)))
        }
        if shown.dtype { rows.append(("Output dtype", layer.dtype.rawValue)) }
        if shown.trainable, !layer.weights.isEmpty { rows.append(("Trainable", layer.trainable ? "yes" : "no")) }
        return rows
    }

    private static func list(_ shapes: [String]) -> String {
        switch shapes.count {
        case 0: "?"
        case 1: shapes[0]
        default: "[" + shapes.joined(separator: ", ") + "]"
        }
    }

    private var activation: String? {
        guard let value = layer.config["activation"] else { return nil }
        return value.string ?? value.object?["config"]?.object?["name"]?.string ?? value.object?["class_name"]?.string
    }
}
