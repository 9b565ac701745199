import Glibc

/// Numbers as C's printf writes them.
enum NumberText {
    /// `%.4f` for 4 decimals.
    static func fixed(_ value: Double, decimals: Int) -> String { formatted("%.\(decimals)f", value) }

    /// `%.4e` for 4 decimals.
    static func scientific(_ value: Double, decimals: Int) -> String { formatted("%.\(decimals)e", value) }

    /// `1,234,567`.
    static func grouped(_ value: Int) -> String {
        var digits = Array(String(value.magnitude))
        for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
        return (value < 0 ? "-" : "") + String(digits)
    }

    private static func formatted(_ format: String, _ value: Double) -> String {
        var buffer = [UInt8](repeating: 0, count: 400)
        let count = buffer.withUnsafeMutableBytes { bytes in
            withVaList([value]) { vsnprintf(bytes.baseAddress, bytes.count, format, $0) }
        }
        return String(decoding: buffer.prefix(max(0, min(Int(count), buffer.count - 1))), as: UTF8.self)
    }
}
