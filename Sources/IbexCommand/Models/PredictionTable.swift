import Ibex

/// Results as text: of probabilities the most likely classes, of other numbers the first of each row.
struct PredictionTable {
    private let shape: Shape
    private let numbers: [Double]
    private let limit: Int

    init(_ result: Tensor, limit: Int) throws {
        shape = result.shape
        numbers = try result.cast(to: .float64).scalars(as: Double.self)
        self.limit = max(limit, 0)
    }

    var text: String {
        let count = shape.rank == 0 ? 1 : shape[0]
        let shown = min(count, limit)
        var lines = [header]
        let width = max(String(max(count - 1, 0)).count, 3)
        for row in 0..<shown { lines.append(padded(String(row), width) + "  " + line(of: values(row))) }
        if shown < count { lines.append("… \(count - shown) more; --rows shows them, --output keeps all.") }
        return lines.joined(separator: "\n")
    }

    /// Whether each row holds probabilities of classes: none outside 0 to 1, together 1.
    var isDistribution: Bool {
        shape.rank == 2 && shape[1] > 1
            && (0..<shape[0]).allSatisfy { row in
                let values = values(row)
                return values.allSatisfy { $0 >= 0 && $0 <= 1.0001 } && abs(values.reduce(0, +) - 1) < 1e-3
            }
    }

    private var rowSize: Int { shape.rank == 0 ? 1 : shape.elementCount / max(shape[0], 1) }

    private func values(_ row: Int) -> ArraySlice<Double> { numbers[row * rowSize..<(row + 1) * rowSize] }

    private var header: String {
        isDistribution
            ? "row  class  probability  next" : "row  " + (rowSize == 1 ? "value" : "values of each row, \(rowSize)")
    }

    private func line(of values: ArraySlice<Double>) -> String {
        guard isDistribution else {
            let texts = values.prefix(8).map { padded(Self.text($0), 11) }
            return texts.joined(separator: " ") + (values.count > 8 ? " …" : "")
        }
        let classes = Array(values.enumerated()).sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }.prefix(3)
        let parts = classes.map { (String($0.offset), Self.percent($0.element)) }
        let first = padded(parts[0].0, 5) + "  " + padded(parts[0].1, 11)
        return first + "  " + parts.dropFirst().map { "\($0.0): \($0.1)" }.joined(separator: ", ")
    }

    private static func percent(_ value: Double) -> String {
        let tenths = Int((value * 1000).rounded())
        return "\(tenths / 10).\(tenths % 10) %"
    }

    /// Six significant digits.
    private static func text(_ value: Double) -> String { "\(Float(value))" }

    private func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(width - text.count, 0)) + text
    }
}
