import IbexGraph
import IbexRuntime

extension Model {
    /// Prints the model's layers, their shapes and parameters as Keras 3 does, and returns the text.
    ///
    /// - Parameters:
    ///   - lineLength: the width of the table; by default what fits the terminal, at most 88.
    ///   - expandNested: whether the layers inside layers get rows of their own.
    ///   - showTrainable: whether a column says which layers are trained.
    @discardableResult
    public func summary(lineLength: Int? = nil, expandNested: Bool = false, showTrainable: Bool = false) -> String {
        let text = summaryText(
            width: lineLength ?? min(88, Terminal.columns - 4) + (showTrainable ? 12 : 0), expandNested, showTrainable)
        print(text)
        return text
    }

    private func summaryText(width: Int, _ expandNested: Bool, _ showTrainable: Bool) -> String {
        let ends = showTrainable ? [0.45 * 0.9, 0.8 * 0.9, 0.9, 1] : [0.45, 0.8, 1]
        let widths = TextTable.widths(line: width, ends: ends)
        let titles: [(String, TextTable.Alignment)] = [
            ("Layer (type)", .left), ("Output Shape", .left), ("Param #", .right), ("Trainable", .centre),
        ]
        var table = TextTable(columns: zip(widths, titles).map { .init(title: $1.0, alignment: $1.1, width: $0) })
        func add(_ layer: Layer, level: Int) {
            let prefix = level == 0 ? "" : String(repeating: "   ", count: level) + "└ "
            let count = layer.countParams()
            let isBuilt = layer.isBuilt
            let row = [
                "\(prefix)\(layer.name) (\(layer.className))", shapeText(layer),
                isBuilt || count > 0 ? NumberText.grouped(count) : "0 (unbuilt)",
                layer.weights.isEmpty ? "-" : layer.trainable ? "Y" : "N",
            ]
            table.rows.append(Array(row.prefix(table.columns.count)))
            guard expandNested else { return }
            for inner in (layer as? Model)?.layers ?? layer.sublayers { add(inner, level: level + 1) }
        }
        for layer in layers { add(layer, level: 0) }
        return "Model: \"\(name)\"\n" + table.text + "\n" + totals
    }

    /// The shape of a layer's result, with `None` for the batch.
    private func shapeText(_ layer: Layer) -> String {
        guard layer.isBuilt, let shapes = try? layer.outputShapes(for: layer.inputShapes) else { return "?" }
        let batch = (self as? Sequential)?.input?.batchSize.map(String.init) ?? "None"
        let texts = shapes.map { shape in
            let extents = [batch] + shape.extents.dropFirst().map(String.init)
            return extents.count == 1 ? "(\(extents[0]),)" : "(" + extents.joined(separator: ", ") + ")"
        }
        return texts.joined(separator: ", ")
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
