import IbexGraph
import IbexModels

/// JSON as Python reads and writes it: beside the standard's numbers there are `NaN`, `Infinity` and `-Infinity`.
///
/// Foundation's decoder finds a value's type by trying one after another, which takes half a second for the configuration
/// of a large model, and it takes `NaN` only along with all of JSON5.
package enum JSON {
    /// The value that a text holds.
    ///
    /// The last of several equal keys counts; a whole number that does not fit 64 bits becomes a fraction.
    ///
    /// - Parameter place: what errors name, such as the path of the file.
    /// - Throws: `IbexError` of kind `file` for a text that is no JSON, or that is nested more than 500 deep.
    package static func value(of text: String, at place: String) throws(IbexError) -> ConfigValue {
        try value(of: Array(text.utf8), at: place)
    }

    package static func value(of bytes: [UInt8], at place: String) throws(IbexError) -> ConfigValue {
        var reader = JSONReader(bytes, place: place)
        return try reader.document()
    }
}

private struct JSONReader {
    private let bytes: [UInt8]
    private let place: String
    private var next = 0
    private var depth = 0

    init(_ bytes: [UInt8], place: String) {
        self.bytes = bytes
        self.place = place
    }

    mutating func document() throws(IbexError) -> ConfigValue {
        // A byte order mark, as some editors write it.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { next = 3 }
        let value = try value()
        skipSpace()
        guard next == bytes.count else { throw error("more after the value", expected: "the end") }
        return value
    }

    private func error(_ found: String, expected: String) -> IbexError {
        IbexError(.file, at: place, found: "\(found) at byte \(next) of its JSON", expected: expected)
    }

    private var current: UInt8? { next < bytes.count ? bytes[next] : nil }

    private var currentText: String {
        current.map { "\"\(Character(Unicode.Scalar($0)))\"" } ?? "the end"
    }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { next += 1 }
    }

    /// Whether a character comes next, which is then passed.
    private mutating func passes(_ character: Character) -> Bool {
        skipSpace()
        guard current == character.asciiValue else { return false }
        next += 1
        return true
    }

    private mutating func require(_ character: Character) throws(IbexError) {
        guard passes(character) else { throw error(currentText, expected: "\"\(character)\"") }
    }

    private mutating func value() throws(IbexError) -> ConfigValue {
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return .object(try nested { reader throws(IbexError) in try reader.object() })
        case UInt8(ascii: "["): return .array(try nested { reader throws(IbexError) in try reader.array() })
        case UInt8(ascii: "\""): return .string(try string())
        default: return try word()
        }
    }

    private mutating func nested<Value>(
        _ read: (inout JSONReader) throws(IbexError) -> Value
    ) throws(IbexError) -> Value {
        guard depth < 500 else { throw error("a value more than 500 deep", expected: "less depth") }
        depth += 1
        next += 1
        defer { depth -= 1 }
        return try read(&self)
    }

    private mutating func object() throws(IbexError) -> Config {
        var config: Config = [:]
        if passes("}") { return config }
        repeat {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw error(currentText, expected: "a key in quotes") }
            let key = try string()
            try require(":")
            config[key] = try value()
        } while passes(",")
        try require("}")
        return config
    }

    private mutating func array() throws(IbexError) -> [ConfigValue] {
        var values: [ConfigValue] = []
        if passes("]") { return values }
        repeat { values.append(try value()) } while passes(",")
        try require("]")
        return values
    }

    /// A number or a name.
    private mutating func word() throws(IbexError) -> ConfigValue {
        let start = next
        while let byte = current, Self.isOfWords(byte) { next += 1 }
        let word = String(decoding: bytes[start..<next], as: UTF8.self)
        switch word {
        case "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "NaN": return .double(.nan)
        case "Infinity": return .double(.infinity)
        case "-Infinity": return .double(-.infinity)
        default:
            if Self.isNumber(bytes[start..<next]) {
                if let number = Int(word) { return .int(number) }
                if let number = Double(word) { return .double(number) }
            }
            next = start
            throw error(word.isEmpty ? currentText : "\"\(word.prefix(40))\"", expected: "a value")
        }
    }

    /// Whether characters are a number by JSON's grammar, which is narrower than Swift's.
    private static func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
        var rest = word
        func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        func dropDigits() -> Int {
            let count = rest.prefix(while: isDigit).count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let startsWithZero = rest.first == UInt8(ascii: "0")
        let whole = dropDigits()
        guard whole == 1 || whole > 1 && !startsWithZero else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard dropDigits() > 0 else { return false }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard dropDigits() > 0 else { return false }
        }
        return rest.isEmpty
    }

    private static func isOfWords(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private mutating func string() throws(IbexError) -> String {
        next += 1
        var units: [UInt8] = []
        while let byte = current, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw error("a control character in a text", expected: "an escape for it") }
            if byte == UInt8(ascii: "\\") {
                units.append(contentsOf: String(try escaped()).utf8)
            } else {
                units.append(byte)
                next += 1
            }
        }
        guard current != nil else { throw error("the end in a text", expected: "a quote") }
        next += 1
        return String(decoding: units, as: UTF8.self)
    }

    /// The character that an escape stands for; half of a pair becomes the replacement character.
    private mutating func escaped() throws(IbexError) -> Character {
        next += 1
        let byte = current
        next += 1
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            return Character(Unicode.Scalar(byte ?? 0))
        case UInt8(ascii: "u"):
            let unit = try hexadecimal()
            guard (0xD800..<0xDC00).contains(unit), bytes[next...].starts(with: Array("\\u".utf8)) else {
                return Character(Unicode.Scalar(unit) ?? "\u{FFFD}")
            }
            let start = next
            next += 2
            let low = try hexadecimal()
            guard (0xDC00..<0xE000).contains(low) else {
                next = start
                return "\u{FFFD}"
            }
            return Character(Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}")
        default:
            next -= 1
            throw error("the escape of \(currentText)", expected: "one of JSON's escapes")
        }
    }

    private mutating func hexadecimal() throws(IbexError) -> UInt32 {
        let digits = bytes[next...].prefix(4)
        let number = digits.reduce(UInt32?(0)) { number, byte in
            number.flatMap { sum in Character(Unicode.Scalar(byte)).hexDigitValue.map { sum << 4 + UInt32($0) } }
        }
        guard let number, digits.count == 4 else { throw error("no four digits", expected: "\\u and four digits") }
        next += 4
        return number
    }
}
