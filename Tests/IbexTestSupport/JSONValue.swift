import Foundation

/// A JSON value that threads can share.
///
///     testCase.config["units"]?.int        // 3
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    public init(parsing data: Data) throws {
        self = try JSONDecoder().decode(JSONValue.self, from: data)
    }

    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }
    public var double: Double? {
        if case .number(let value) = self { value } else { nil }
    }
    public var int: Int? { double.flatMap { Int(exactly: $0) } }
    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }
    public var array: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }
    public var object: [String: JSONValue]? {
        if case .object(let value) = self { value } else { nil }
    }
    /// The whole numbers of an array; a bare number is an array of one.
    public var ints: [Int]? {
        if let int { return [int] }
        guard let array else { return nil }
        let ints = array.compactMap(\.int)
        return ints.count == array.count ? ints : nil
    }
    public var isNull: Bool { self == .null }

    public subscript(key: String) -> JSONValue? { object?[key] }
}

extension JSONValue: Decodable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }
}
