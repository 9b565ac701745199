/// The parts of a progress line, as Keras writes them.
package enum ProgressText {
    /// ` - accuracy: 0.9123`
    static func value(_ name: String, _ value: Double) -> String { " - \(name): \(number(value))" }

    /// Four decimals, or an exponent for what is small.
    package static func number(_ value: Double) -> String {
        abs(value) > 1e-3 ? NumberText.fixed(value, decimals: 4) : NumberText.scientific(value, decimals: 4)
    }

    /// `12ms/step`
    package static func duration(_ seconds: Double, _ unit: String) -> String {
        if seconds >= 1 || seconds == 0 { return NumberText.fixed(seconds, decimals: 0) + "s/\(unit)" }
        if seconds >= 1e-3 { return NumberText.fixed(seconds * 1e3, decimals: 0) + "ms/\(unit)" }
        return NumberText.fixed(seconds * 1e6, decimals: 0) + "us/\(unit)"
    }

    /// `12s`, `1:05`, `2:03:04`.
    package static func remaining(_ seconds: Double) -> String {
        let whole = Int(min(seconds, 1e9))
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if seconds > 3600 { return "\(whole / 3600):\(two(whole % 3600 / 60)):\(two(whole % 60))" }
        if seconds > 60 { return "\(whole / 60):\(two(whole % 60))" }
        return "\(whole)s"
    }

    static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(width - text.count, 0)) + text
    }
}
