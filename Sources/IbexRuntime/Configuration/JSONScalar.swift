import IbexGraph

/// A value of a JSON object, as far as keras.json needs telling them apart.
enum JSONScalar: Decodable, Hashable {
    case string(String)
    case number(Double)
    case bool(Bool)
    case null
    case other

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else {
            self = .other
        }
    }

    private var found: String {
        switch self {
        case .string(let text): "\"\(text)\""
        case .number(let number): "\(number)"
        case .bool(let flag): "\(flag)"
        case .null: "null"
        case .other: "a list or an object"
        }
    }

    func string(at place: String, _ expected: String) throws -> String {
        guard case .string(let text) = self else {
            throw IbexError(.configuration, at: place, found: found, expected: expected)
        }
        return text
    }

    func number(at place: String, _ expected: String, where holds: (Double) -> Bool) throws -> Double {
        guard case .number(let number) = self, holds(number) else {
            throw IbexError(.configuration, at: place, found: found, expected: expected)
        }
        return number
    }

    func choice<Choice: RawRepresentable<String>>(at place: String, _ choices: [Choice]) throws -> Choice {
        guard case .string(let text) = self, let choice = Choice(rawValue: text) else {
            throw IbexError(
                .configuration, at: place, found: found, expected: oneOf(choices.map { "\"\($0.rawValue)\"" }))
        }
        return choice
    }
}
