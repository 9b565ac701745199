import IbexGraph
import IbexRuntime

extension Model {
    /// Prints the model's layers, their shapes and parameters as Keras 3 does, and returns the text.
    ///
    /// - Parameters:
    ///   - lineLength: the width of the table; by default what fits the terminal, at most 88, with branches 108.
    ///   - expandNested: whether the layers inside layers get rows of their own.
    ///   - showTrainable: whether a column says which layers are trained.
    @discardableResult
    public func summary(lineLength: Int? = nil, expandNested: Bool = false, showTrainable: Bool = false) -> String {
        let text = summaryText(lineLength: lineLength, expandNested: expandNested, showTrainable: showTrainable)
        print(text)
        return text
    }

    /// What `summary` prints.
    package func summaryText(
        lineLength: Int? = nil, expandNested: Bool = false, showTrainable: Bool = false
    ) -> String {
        let isRow = isRowOfLayers
        let line = lineLength ?? min((isRow ? 88 : 108) + (showTrainable ? 12 : 0), Terminal.standardOutput.columns - 4)
        let inner = isRow ? [0.45, 0.8, 1] : [0.3, 0.56, 0.74, 1]
        let widths = TextTable.widths(line: line, ends: showTrainable ? inner.map { $0 * 0.9 } + [1] : inner)
        var titles: [(String, TextTable.Alignment)] = [
            ("Layer (type)", .left), ("Output Shape", .left), ("Param #", .right),
        ]
        if !isRow { titles.append(("Connected to", .left)) }
        if showTrainable { titles.append(("Trainable", .centre)) }
        var table = TextTable(columns: zip(widths, titles).map { .init(title: $1.0, alignment: $1.1, width: $0) })
        func add(_ layer: Layer, of owner: Layer, level: Int) {
            let prefix = level == 0 ? "" : String(repeating: "   ", count: level) + "└ "
            let count = layer.countParams()
            var row = [
                "\(prefix)\(layer.name) (\(layer.className))", Self.shapeText(layer, in: owner),
                layer.isBuilt || count > 0 ? NumberText.grouped(count) : "0 (unbuilt)",
            ]
            if !isRow { row.append(connections(of: layer)) }
            if showTrainable { row.append(layer.weights.isEmpty ? "-" : layer.trainable ? "Y" : "N") }
            table.rows.append(row)
            guard expandNested else { return }
            for inner in (layer as? Model)?.layers ?? layer.sublayers { add(inner, of: layer, level: level + 1) }
        }
        for layer in layers { add(layer, of: self, level: 0) }
        return "Model: \"\(name)\"\n" + table.text + "\n" + totals
    }

    /// Whether each layer follows the one before: a graph without branches and shared layers, or no graph at all.
    private var isRowOfLayers: Bool {
        guard let graph, !(self is Sequential) else { return true }
        let isShared = Set(graph.calls.map { ObjectIdentifier($0.layer) }).count < graph.calls.count
        let isBranched = Set(graph.depths.values).count < graph.depths.count
        return !isShared && !isBranched && graph.calls.allSatisfy { $0.inputs.count <= 1 }
    }

    /// The shape of a layer's result, with `None` for what is not known.
    private static func shapeText(_ layer: Layer, in owner: Layer) -> String {
        let shapes: [[Int?]]
        if let call = (owner as? Model)?.graph?.calls.last(where: { $0.layer === layer }) {
            shapes = call.outputs.map(\.shape)
        } else {
            let known = layer.isBuilt ? try? layer.outputShapes(for: layer.inputShapes) : nil
            guard let known else { return "?" }
            shapes = known.map { [nil] + $0.extents.dropFirst().map { $0 } }
        }
        let texts = shapes.map(OpenExtents.text)
        return texts.count == 1 ? texts[0] : "[" + texts.joined(separator: ", ") + "]"
    }

    /// What a layer is fed with in this model: `dense[0][0]`, the layer, which of its calls, which of its results.
    private func connections(of layer: Layer) -> String {
        guard let graph else { return "-" }
        let sources = graph.calls.filter { $0.layer === layer }.flatMap(\.inputs).map { input in
            let node = input.layer.calls.firstIndex { $0 === input.call } ?? 0
            return "\(input.layer.name)[\(node)][\(input.index)]"
        }
        return sources.isEmpty ? "-" : sources.joined(separator: ", ")
    }

    private var totals: String {
        let state = optimizer?.variables ?? []
        func line(_ title: String, _ variables: [Variable]) -> String {
            let count = variables.reduce(0) { $0 + $1.shape.elementCount }
            let bytes = variables.reduce(0) { $0 + $1.shape.elementCount * $1.dtype.byteCount }
            return " \(title): \(NumberText.grouped(count)) (\(Self.size(bytes)))"
        }
        var lines = [
            line("Total params", weights + state), line("Trainable params", trainableWeights),
            line("Non-trainable params", nonTrainableWeights),
        ]
        if !state.isEmpty { lines.append(line("Optimizer params", state)) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// `423.98 KB`.
    private static func size(_ bytes: Int) -> String {
        var (size, unit) = (Double(bytes), 0)
        let units = ["B", "KB", "MB", "GB", "TB", "PB"]
        while size >= 1024, unit < units.count - 1 { (size, unit) = (size / 1024, unit + 1) }
        return "\(NumberText.fixed(size, decimals: 2)) \(units[unit])"
    }
}
