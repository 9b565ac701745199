/// Reads a Python literal, byte by byte, as far as NumPy's headers need it: strings, whole numbers, truth values, tuples of
/// numbers.
///
/// Each function reads one thing, blanks before it included, and gives `nil` where something else stands there.
struct PythonLiteral {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The first byte that is not a blank; `nil` at the end.
    mutating func next() -> Character? {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
        return position < bytes.count ? Character(UnicodeScalar(bytes[position])) : nil
    }

    mutating func take(_ character: Character) -> Bool {
        guard next() == character else { return false }
        position += 1
        return true
    }

    /// A string without escapes.
    mutating func string() -> String? {
        guard let quote = next(), quote == "'" || quote == "\"" else { return nil }
        let rest = bytes[(position + 1)...]
        guard let end = rest.firstIndex(where: { $0 == quote.asciiValue || $0 == UInt8(ascii: "\\") }),
            bytes[end] == quote.asciiValue
        else { return nil }
        position = end + 1
        return String(validating: rest[..<end], as: UTF8.self)
    }

    mutating func truth() -> Bool? {
        for (word, value) in [("True", true), ("False", false)] where next() == word.first {
            guard bytes[position...].starts(with: word.utf8) else { return nil }
            position += word.utf8.count
            return value
        }
        return nil
    }

    /// A whole number, not negative; the `L` of Python 2 may follow.
    mutating func number() -> Int? {
        guard next() != nil else { return nil }
        let digits = bytes[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let number = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
        position = digits.endIndex
        if position < bytes.count, bytes[position] == UInt8(ascii: "L") { position += 1 }
        return number
    }

    /// A tuple of whole numbers: `()`, `(3,)`, `(2, 3)`.
    mutating func tuple() -> [Int]? {
        guard take("(") else { return nil }
        var numbers: [Int] = []
        var endsInComma = true
        while !take(")") {
            guard endsInComma, let number = number() else { return nil }
            numbers.append(number)
            endsInComma = take(",")
        }
        // `(3)` is a number, not a tuple.
        return numbers.count == 1 && !endsInComma ? nil : numbers
    }
}
