import Glibc
import IbexModels

/// The values that an axis names, and their names.
///
/// Steps are 1, 2 or 5 times a power of ten; the names of an axis have equally many decimals, and an exponent where
/// they were long without.
struct Ticks: Sendable, Hashable {
    let values: [Double]
    let labels: [String]

    /// At most about `count` ticks for a range.
    static func along(_ scale: Scale, count: Int, wholeNumbers: Bool = false) -> Ticks {
        switch scale.kind {
        case .linear: linear(scale.low, scale.high, count: count, wholeNumbers: wholeNumbers)
        case .squareRoot: roots(scale.high)
        case .logarithmic: logarithmic(scale.low, scale.high, count: count)
        }
    }

    private static func linear(_ low: Double, _ high: Double, count: Int, wholeNumbers: Bool) -> Ticks {
        let least = step(atLeast: (high - low) / Double(max(count, 1)))
        let step = wholeNumbers ? max(least, 1) : least
        // A hair of room, for a range that begins or ends on a tick.
        let (first, last) = ((low / step - 1e-9).rounded(.up), (high / step + 1e-9).rounded(.down))
        let values = stride(from: first, through: last, by: 1).map { $0 * step }
        return Ticks(values: values, labels: names(values, step: step))
    }

    /// The smallest step of 1, 2 or 5 times a power of ten that is not below this one.
    private static func step(atLeast least: Double) -> Double {
        let power = pow(10, floor(log10(least)))
        return ([1, 2, 5].first { $0 * power >= least * (1 - 1e-9) } ?? 10) * power
    }

    private static func logarithmic(_ low: Double, _ high: Double, count: Int) -> Ticks {
        let (first, last) = (Int(ceil(log10(low) - 1e-9)), Int(floor(log10(high) + 1e-9)))
        func within(_ values: [Double]) -> [Double] {
            values.filter { $0 >= low * 0.999_999 && $0 <= high * 1.000_001 }
        }
        let decades = max((last - first + max(count, 1)) / max(count, 1), 1)
        var values = within(stride(from: first, through: last, by: decades).map { pow(10, Double($0)) })
        if values.count < 3 {
            let fine = within((first - 1...last).flatMap { power in [1, 2, 5].map { $0 * pow(10, Double(power)) } })
            if fine.count <= max(count, 2) { values = fine }
        }
        guard values.count > 1 else { return linear(low, high, count: count, wholeNumbers: false) }
        return Ticks(values: values, labels: values.map(name))
    }

    /// From the highest down, each about half of the one before, and 0.
    private static func roots(_ high: Double) -> Ticks {
        let last = Int(floor(log10(high)))
        let all = (last - 3...last).reversed().flatMap { power in [5, 2, 1].map { $0 * pow(10, Double(power)) } }
        let values = [high] + all.filter { $0 < high * 0.85 } + [0]
        return Ticks(values: values, labels: values.map(name))
    }

    private static func names(_ values: [Double], step: Double) -> [String] {
        let largest = values.map(abs).max() ?? 0
        let fine = Int(floor(log10(step) + 1e-9))
        guard largest >= 1e6 || largest > 0 && largest < 9.99e-4 else {
            return values.map { NumberText.fixed($0 == 0 ? 0 : $0, decimals: max(-fine, 0)) }
        }
        let power = Int(floor(log10(largest) + 1e-9))
        return values.map { value in
            guard value != 0 else { return "0" }
            // Divided in two steps: a power of ten below 1e-308 is no number of full precision.
            let half = pow(10, Double(power / 2))
            let mantissa = value / half / pow(10, Double(power - power / 2))
            return NumberText.fixed(mantissa, decimals: min(max(power - fine, 0), 12)) + "e\(power)"
        }
    }

    /// One value as short as it can be said.
    static func name(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-inf" : "inf" }
        if value == 0 { return "0" }
        let size = abs(value)
        guard size >= 9.99e-4, size < 1e6 else {
            let parts = NumberText.scientific(value, decimals: 2).split(separator: "e")
            let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
            return trimmed(String(parts[0])) + "e\(exponent)"
        }
        let decimals = max(3 - Int(floor(log10(size))), 0)
        return decimals > 0
            ? trimmed(NumberText.fixed(value, decimals: decimals)) : NumberText.fixed(value, decimals: 0)
    }

    private static func trimmed(_ text: String) -> String {
        var text = text[...]
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return String(text)
    }
}
