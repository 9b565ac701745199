import IbexGraph
import IbexModels
import Yams

/// YAML as Keras 2.5 and its predecessors wrote it.
package enum YAML {
    /// What plain words stand for.
    package enum Style: Sendable {
        /// As PyYAML reads them: `1e-3` is a text.
        case yaml11
        /// As people write them: `1e-3` is a number.
        case yaml12Numbers
    }

    /// The value that a text holds.
    ///
    /// - Parameters:
    ///   - place: what errors name, such as the path of the file.
    ///   - style: what plain words stand for.
    /// - Throws: `IbexError` of kind `file` for a text that is no YAML, or whose aliases unfold to more values than a text
    ///   of that length has.
    package static func value(of text: String, at place: String, style: Style = .yaml11) throws -> ConfigValue {
        let root: Yams.Node?
        do { root = try Parser(yaml: text).singleRoot() } catch {
            throw IbexError(.file, at: place, found: "a text that is no YAML: \(error)", expected: "YAML")
        }
        guard let root else { return .null }
        var reader = NodeReader(place: place, limit: text.utf8.count, style: style)
        return try reader.value(root)
    }

    /// A value as text, keys by the alphabet, one line each.
    package static func text(_ value: ConfigValue) throws -> String {
        do { return try serialize(node: node(value)) } catch {
            throw IbexError(.argument, at: "YAML", found: "\(error)", expected: "values that YAML holds")
        }
    }

    private static func node(_ value: ConfigValue) -> Yams.Node {
        switch value {
        case .null: plain("null")
        case .bool(let flag): plain(flag ? "true" : "false")
        case .int(let number): plain(String(number))
        case .double(let number): plain(text(of: number))
        case .string(let text): quoted(text)
        case .array(let values): Yams.Node(values.map(node), Tag(.seq), values.isEmpty ? .flow : .block)
        case .object(let config):
            Yams.Node(
                config.sorted { $0.key < $1.key }.map { (quoted($0.key), node($0.value)) }, Tag(.map),
                config.isEmpty ? .flow : .block)
        }
    }

    private static func plain(_ text: String) -> Yams.Node { .scalar(Yams.Node.Scalar(text, Tag(.implicit), .plain)) }

    /// A text, between quotes where it would be read as something else.
    private static func quoted(_ text: String) -> Yams.Node {
        let isPlain = Resolver.default.resolveTag(of: plain(text)) == .str
        return .scalar(Yams.Node.Scalar(text, Tag(isPlain ? .implicit : .str), isPlain ? .any : .singleQuoted))
    }

    /// YAML 1.1 takes no exponent without a point for a number.
    private static func text(of number: Double) -> String {
        if number.isNaN { return ".nan" }
        if number.isInfinite { return number < 0 ? "-.inf" : ".inf" }
        let text = String(number)
        return text.contains(".") ? text : text.replacing("e", with: ".0e")
    }
}

private struct NodeReader {
    let place: String
    /// So many values a text without aliases could hold.
    let limit: Int
    let style: YAML.Style
    private var count = 0

    init(place: String, limit: Int, style: YAML.Style) {
        self.place = place
        self.limit = limit
        self.style = style
    }

    mutating func value(_ node: Yams.Node) throws(IbexError) -> ConfigValue {
        count += 1
        guard count <= limit + 1 else {
            throw IbexError(
                .file, at: place, found: "aliases that unfold to more than \(limit) values",
                expected: "a text that says each value once")
        }
        switch node {
        case .scalar(let scalar): return value(scalar)
        case .sequence(let sequence):
            var values: [ConfigValue] = []
            for node in sequence { values.append(try value(node)) }
            return .array(values)
        case .mapping(let mapping):
            var config: Config = [:]
            for (key, node) in mapping { config[key.scalar?.string ?? ""] = try value(node) }
            return .object(config)
        case .alias:
            throw IbexError(.file, at: place, found: "an alias of nothing", expected: "an anchor before it")
        }
    }

    private func value(_ scalar: Yams.Node.Scalar) -> ConfigValue {
        let text = scalar.string
        guard scalar.style == .plain else { return .string(text) }
        switch Resolver.default.resolveTag(of: .scalar(Yams.Node.Scalar(text, Tag(.implicit), .plain))) {
        case .null: return .null
        case .bool: return .bool(["true", "yes", "on"].contains(text.lowercased()))
        case .int: return Int(text.replacing("_", with: "")).map { .int($0) } ?? .string(text)
        case .float: return Self.number(text).map { .double($0) } ?? .string(text)
        default: return exponential(text).map { .double($0) } ?? .string(text)
        }
    }

    /// A number with an exponent, which YAML 1.2 reads without a point or a sign.
    private func exponential(_ text: String) -> Double? {
        guard style == .yaml12Numbers, text.contains(where: { "eE".contains($0) }),
            text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) })
        else { return nil }
        return Double(text)
    }

    private static func number(_ text: String) -> Double? {
        let lower = text.lowercased().replacing("_", with: "")
        switch lower {
        case ".nan": return .nan
        case ".inf", "+.inf": return .infinity
        case "-.inf": return -.infinity
        default: return Double(lower)
        }
    }
}
