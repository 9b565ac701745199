import IbexGraph

/// A name with places for numbers, as Python's `str.format` fills it: `model-{epoch:02d}-{val_loss:.3f}.h5`.
package struct FileNameTemplate {
    package enum Field: Sendable, Hashable {
        case integer(Int)
        case number(Double)
    }

    private let text: String

    package init(_ text: String) { self.text = text }

    /// The name with its places filled; `{{` and `}}` stand for braces.
    ///
    /// - Throws: `IbexError` of kind `argument` for a place that nothing is known for, or a format that is none.
    package func filled(_ fields: [String: Field], at place: String) throws(IbexError) -> String {
        var filled = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "{" || character == "}" else {
                filled.append(character)
                continue
            }
            if rest.first == character {
                filled.append(rest.removeFirst())
                continue
            }
            guard character == "{", let end = rest.firstIndex(of: "}") else {
                throw error("a brace \(character) alone in \(text)", expected: "\(character)\(character)", place)
            }
            filled += try value(rest[..<end], fields, place)
            rest = rest[rest.index(after: end)...]
        }
        return filled
    }

    private func value(_ field: Substring, _ fields: [String: Field], _ place: String) throws(IbexError) -> String {
        let parts = field.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let value = fields[String(parts[0])] else {
            throw error(
                "{\(parts[0])} in \(text)", expected: "one of " + fields.keys.sorted().joined(separator: ", "), place)
        }
        let format = parts.count > 1 ? String(parts[1]) : ""
        guard let text = NumberFormat(format)?.text(value) else {
            throw error(
                "the format \"\(format)\" for \(parts[0]) in \(text)",
                expected: value.isInteger ? "a format of whole numbers, such as 02d" : "a format such as .3f", place)
        }
        return text
    }

    private func error(_ found: String, expected: String, _ place: String) -> IbexError {
        IbexError(.argument, at: place, found: found, expected: expected)
    }
}

extension FileNameTemplate.Field {
    fileprivate var isInteger: Bool { if case .integer = self { true } else { false } }
}
