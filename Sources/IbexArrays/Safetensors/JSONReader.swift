/// Reads JSON whose form is known before.
struct JSONReader {
    struct Unexpected: Error {
        let position: Int
        let expected: String
    }

    private let text: [UInt8]
    private var position = 0

    init(_ text: [UInt8]) { self.text = text }

    func unexpected(_ expected: String) -> Unexpected { Unexpected(position: position, expected: expected) }

    /// An object; the function reads the value of each key.
    mutating func object(
        _ value: (inout JSONReader, String) throws(Unexpected) -> Void
    ) throws(Unexpected) {
        try require("{")
        if take("}") { return }
        repeat {
            let key = try string()
            try require(":")
            try value(&self, key)
        } while take(",")
        try require("}")
    }

    /// A list of whole numbers, none negative.
    mutating func numbers() throws(Unexpected) -> [Int] {
        try require("[")
        var numbers: [Int] = []
        if take("]") { return numbers }
        repeat { numbers.append(try number()) } while take(",")
        try require("]")
        return numbers
    }

    mutating func string() throws(Unexpected) -> String {
        try require("\"")
        var bytes: [UInt8] = []
        while position < text.count, text[position] != UInt8(ascii: "\"") {
            guard text[position] >= 0x20 else { throw unexpected("a text without line ends") }
            if text[position] == UInt8(ascii: "\\") {
                bytes += Array(String(try escape()).utf8)
            } else {
                bytes.append(text[position])
                position += 1
            }
        }
        guard position < text.count, let string = String(validating: bytes, as: UTF8.self) else {
            throw unexpected("a text in UTF-8")
        }
        position += 1
        return string
    }

    /// Nothing but blanks.
    mutating func end() throws(Unexpected) {
        skipBlanks()
        guard position == text.count else { throw unexpected("the end of the header") }
    }

    private mutating func number() throws(Unexpected) -> Int {
        skipBlanks()
        let digits = text[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let isPlain = digits.count == 1 || digits.first != UInt8(ascii: "0")
        guard isPlain, let number = Int(String(decoding: digits, as: UTF8.self)) else {
            throw unexpected("a whole number")
        }
        position = digits.endIndex
        return number
    }

    private mutating func escape() throws(Unexpected) -> Unicode.Scalar {
        position += 1
        guard position < text.count else { throw unexpected("an escaped character") }
        let letter = text[position]
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let high = try unit()
            if let scalar = Unicode.Scalar(high) { return scalar }
            // A character beyond 16 bits is written as two units.
            guard text[position...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
                throw unexpected("the second half of a character")
            }
            position += 2
            let low = try unit()
            guard (0xD800..<0xDC00).contains(high), (0xDC00..<0xE000).contains(low),
                let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
            else { throw unexpected("the two halves of a character") }
            return scalar
        default: throw unexpected("an escaped character")
        }
    }

    private mutating func unit() throws(Unexpected) -> UInt32 {
        let digits = text[position...].prefix(4)
        guard digits.count == 4, !digits.contains(UInt8(ascii: "+")),
            let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw unexpected("four hexadecimal digits") }
        position += 4
        return unit
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func require(_ character: Unicode.Scalar) throws(Unexpected) {
        guard take(character) else { throw unexpected("`\(character)`") }
    }

    private mutating func skipBlanks() {
        while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) { position += 1 }
    }
}
