/// One of Python's formats for numbers: `[[fill]align][sign][0][width][.precision][type]`.
struct NumberFormat {
    private var fill: Character = " "
    private var align: Character = ">"
    private var sign: Character = "-"
    private var width = 0
    private var precision: Int?
    private var type: Character?

    /// `nil` where the text is no such format.
    init?(_ text: String) {
        var rest = text[...]
        func isAlign(_ character: Character?) -> Bool { character.map { "<>=^".contains($0) } ?? false }
        if isAlign(rest.dropFirst().first) {
            fill = rest.removeFirst()
            align = rest.removeFirst()
        } else if isAlign(rest.first) {
            align = rest.removeFirst()
        }
        let isAligned = rest.count < text.count
        if let first = rest.first, "+- ".contains(first) { sign = rest.removeFirst() }
        if rest.first == "0", !isAligned {
            rest.removeFirst()
            (fill, align) = ("0", "=")
        }
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest.dropFirst(digits.count)
        guard let width = digits.isEmpty ? 0 : Int(digits), width <= 200 else { return nil }
        self.width = width
        if rest.first == "." {
            let digits = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count + 1)
            guard let precision = Int(digits), precision <= 50 else { return nil }
            self.precision = precision
        }
        type = rest.popFirst()
        guard rest.isEmpty, type.map({ "deEfFgG%".contains($0) }) ?? true else { return nil }
    }

    /// The number as text; `nil` for a format of whole numbers and one that is not, or the other way round.
    func text(_ value: FileNameTemplate.Field) -> String? {
        switch value {
        case .integer(let number) where type == nil || type == "d":
            return precision == nil ? padded(String(number.magnitude), isNegative: number < 0) : nil
        case .integer(let number): return text(.number(Double(number)))
        case .number(let number):
            guard type != "d" else { return nil }
            return padded(digits(number.magnitude), isNegative: number.sign == .minus && !number.isNaN)
        }
    }

    private func digits(_ value: Double) -> String {
        switch type {
        case "%": return NumberText.fixed(value * 100, decimals: precision ?? 6) + "%"
        case let type?: return NumberText.formatted("%.\(precision ?? 6)\(type)", value)
        case nil:
            guard let precision else { return NumberText.shortest(value) }
            return general(value, digits: max(precision, 1))
        }
    }

    /// As `%g`, but with a decimal point, and with an exponent where all digits are before it.
    private func general(_ value: Double, digits: Int) -> String {
        let text = NumberText.formatted("%.\(digits)g", value)
        guard value.isFinite, !text.contains("e"), !text.contains(".") else { return text }
        guard text.count >= digits, value >= 1 else { return text + ".0" }
        let exponential = NumberText.formatted("%.\(digits - 1)e", value).split(separator: "e")
        var mantissa = String(exponential[0])
        while mantissa.contains("."), mantissa.hasSuffix("0") || mantissa.hasSuffix(".") { mantissa.removeLast() }
        return mantissa + "e" + exponential[1]
    }

    private func padded(_ digits: String, isNegative: Bool) -> String {
        let mark = isNegative ? "-" : sign == "-" ? "" : String(sign)
        let room = max(width - mark.count - digits.count, 0)
        func filling(_ count: Int) -> String { String(repeating: fill, count: count) }
        switch align {
        case "<": return mark + digits + filling(room)
        case "^": return filling(room / 2) + mark + digits + filling(room - room / 2)
        case "=": return mark + filling(room) + digits
        default: return filling(room) + mark + digits
        }
    }
}
