/// The parts of a progress line, as Keras 3 writes them.
package enum ProgressText {
    /// ` - accuracy: 0.9123 - loss: 0.3021`. The single numbers of a metric that has several, `f1_score[0]` and so on, are
    /// left out: their mean stands there.
    package static func values(_ logs: Logs) -> String {
        logs.filter { !$0.name.hasSuffix("]") }.map { " - \($0.name): \(number($0.value))" }.joined()
    }

    /// Four decimals, or an exponent for what is small.
    package static func number(_ value: Double) -> String {
        abs(value) > 1e-3 ? NumberText.fixed(value, decimals: 4) : NumberText.scientific(value, decimals: 4)
    }

    package static func perStep(_ seconds: Double) -> String {
        if seconds >= 1 || seconds == 0 { return NumberText.fixed(seconds, decimals: 0) + "s/step" }
        if seconds >= 1e-3 { return NumberText.fixed(seconds * 1e3, decimals: 0) + "ms/step" }
        return NumberText.fixed(seconds * 1e6, decimals: 0) + "us/step"
    }

    /// `12s`, `1:05`, `2:03:04`.
    package static func remaining(_ seconds: Double) -> String {
        let whole = Int(seconds)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if whole > 3600 { return "\(whole / 3600):\(two(whole % 3600 / 60)):\(two(whole % 60))" }
        if whole > 60 { return "\(whole / 60):\(two(whole % 60))" }
        return "\(whole)s"
    }

    /// Twenty cells, the finished ones green, with the counter before them in bold; the counter alone where the total is
    /// not known.
    package static func bar(_ done: Int, of total: Int?) -> String {
        guard let total else {
            return bold(String(repeating: " ", count: max(7 - String(done).count, 0)) + "\(done)/Unknown")
        }
        let counter = String(repeating: " ", count: String(total).count - String(done).count) + "\(done)/\(total)"
        let green = total == 0 ? 20 : 20 * done / total
        let filled = green > 0 ? "\u{1B}[32m" + String(repeating: "━", count: green) + "\u{1B}[0m" : ""
        return "\u{1B}[1m\(counter)\u{1B}[0m \(filled)\u{1B}[37m"
            + String(repeating: "━", count: 20 - green) + "\u{1B}[0m"
    }

    package static func bold(_ text: String) -> String { "\u{1B}[1m\(text)\u{1B}[0m" }

    /// The number of characters that a terminal shows.
    package static func width(_ text: String) -> Int {
        var (count, isEscape) = (0, false)
        for character in text {
            if character == "\u{1B}" {
                isEscape = true
            } else if isEscape {
                isEscape = character != "m"
            } else {
                count += 1
            }
        }
        return count
    }
}
