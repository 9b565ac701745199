import IbexModels

extension JSON {
    /// A value as Python's `json.dumps` writes it: `, ` and `: ` between values, ASCII alone.
    ///
    /// Keys stand in a fixed order: those that Keras puts first, then the others by the alphabet.
    ///
    /// - Parameter indent: the width of a step where each value is to have a line of its own.
    package static func text(_ value: ConfigValue, indent: Int? = nil) -> String {
        var writer = JSONWriter(indent: indent)
        writer.write(value)
        return writer.text
    }

    /// The keys that Keras writes before others, in its order.
    private static let leading: [String: Int] = {
        let keys = ["module", "class_name", "name", "trainable", "dtype", "optimizer", "loss", "layers", "config"]
        return Dictionary(uniqueKeysWithValues: zip(keys, 0...))
    }()

    /// The entries of an object in the order in which they are written.
    static func ordered(_ config: Config) -> [(key: String, value: ConfigValue)] {
        config.sorted { a, b in
            let (first, second) = (leading[a.key] ?? leading.count, leading[b.key] ?? leading.count)
            return first == second ? a.key < b.key : first < second
        }
    }
}

private struct JSONWriter {
    let indent: Int?
    var text = ""
    private var depth = 0

    init(indent: Int?) { self.indent = indent }

    mutating func write(_ value: ConfigValue) {
        switch value {
        case .null: text += "null"
        case .bool(let flag): text += flag ? "true" : "false"
        case .int(let number): text += String(number)
        case .double(let number): text += Self.text(of: number)
        case .string(let string): quote(string)
        case .array(let values): list("[", "]", values) { $0.write($1) }
        case .object(let config):
            list("{", "}", JSON.ordered(config)) { writer, entry in
                writer.quote(entry.key)
                writer.text += ": "
                writer.write(entry.value)
            }
        }
    }

    private mutating func list<Element>(
        _ open: String, _ close: String, _ elements: [Element], _ write: (inout JSONWriter, Element) -> Void
    ) {
        text += open
        depth += 1
        for (index, element) in elements.enumerated() {
            if index > 0 { text += indent == nil ? ", " : "," }
            breakLine()
            write(&self, element)
        }
        depth -= 1
        if !elements.isEmpty { breakLine() }
        text += close
    }

    private mutating func breakLine() {
        if let indent { text += "\n" + String(repeating: " ", count: indent * depth) }
    }

    private static func text(of number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
        return String(number)
    }

    private mutating func quote(_ string: String) {
        text += "\""
        for unit in string.utf16 {
            switch unit {
            case 0x22: text += "\\\""
            case 0x5C: text += "\\\\"
            case 0x0A: text += "\\n"
            case 0x0D: text += "\\r"
            case 0x09: text += "\\t"
            case 0x08: text += "\\b"
            case 0x0C: text += "\\f"
            case 0x20...0x7E: text.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default:
                let digits = String(unit, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        text += "\""
    }
}
