import Glibc

/// Numbers as C's printf writes them.
package enum NumberText {
    /// `%.4f` for 4 decimals.
    package static func fixed(_ value: Double, decimals: Int) -> String { formatted("%.\(decimals)f", value) }

    /// `%.4e` for 4 decimals.
    package static func scientific(_ value: Double, decimals: Int) -> String { formatted("%.\(decimals)e", value) }

    /// `1,234,567`.
    package static func grouped(_ value: Int) -> String {
        var digits = Array(String(value.magnitude))
        for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
        return (value < 0 ? "-" : "") + String(digits)
    }

    /// The shortest digits that mean this number and no other, as Python's `repr` writes them: `0.001`, `1e-05`, `1e+16`.
    package static func shortest(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
        let parts = value.magnitude.description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".").map(String.init)
        let (whole, fraction) = (mantissa[0], mantissa.count > 1 ? mantissa[1] : "")
        let leading = (whole + fraction).prefix { $0 == "0" }.count
        var digits = String((whole + fraction).dropFirst(leading))
        while digits.hasSuffix("0") { digits.removeLast() }
        // The number is 0.digits times ten to the power of `point`.
        let point = digits.isEmpty ? 1 : whole.count - leading + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        return (value.sign == .minus ? "-" : "") + (digits.isEmpty ? "0.0" : text(digits, point))
    }

    private static func text(_ digits: String, _ point: Int) -> String {
        func zeros(_ count: Int) -> String { String(repeating: "0", count: max(count, 0)) }
        switch point {
        case -3...0: return "0." + zeros(-point) + digits
        case 1...16:
            let fraction = digits.dropFirst(point)
            return digits.prefix(point) + zeros(point - digits.count) + "." + (fraction.isEmpty ? "0" : fraction)
        default:
            let exponent = String(abs(point - 1))
            return digits.prefix(1) + (digits.count > 1 ? "." + digits.dropFirst() : "") + "e"
                + (point > 0 ? "+" : "-") + zeros(2 - exponent.count) + exponent
        }
    }

    /// A number in one of C's formats, such as `.3f`.
    static func formatted(_ format: String, _ value: Double) -> String {
        var buffer = [UInt8](repeating: 0, count: 400)
        let count = buffer.withUnsafeMutableBytes { bytes in
            withVaList([value]) { vsnprintf(bytes.baseAddress, bytes.count, format, $0) }
        }
        return String(decoding: buffer.prefix(max(0, min(Int(count), buffer.count - 1))), as: UTF8.self)
    }
}
