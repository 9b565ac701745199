import IbexModels

/// Numbers as a report shows them.
enum ReportNumbers {
    /// Four digits behind the point, or an exponent for what is small or large.
    static func value(_ value: Double?) -> String {
        guard let value else { return "–" }
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞" }
        if value == 0 { return "0" }
        let size = abs(value)
        let text =
            size < 1e-3 || size >= 1e6
            ? NumberText.scientific(value, decimals: 3) : NumberText.fixed(value, decimals: 4)
        return text.replacing("-", with: "−")
    }

    /// A share of 1 with two digits behind the point: `98.71 %`.
    static func percent(_ value: Double) -> String {
        value.isFinite ? NumberText.fixed(100 * value, decimals: 2) + " %" : Self.value(value)
    }

    /// `4.2 s`, `3 min 12 s`, `2 h 5 min`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "–" }
        if seconds < 0.1 { return NumberText.fixed(seconds * 1000, decimals: 0) + " ms" }
        if seconds < 59.95 { return NumberText.fixed(seconds, decimals: 1) + " s" }
        let whole = Int(seconds.rounded())
        return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
    }

    /// A size in the largest unit of which there is at least one.
    static func bytes(_ count: Int) -> String {
        var (size, units) = (Double(count), ["B", "KiB", "MiB", "GiB", "TiB"])
        while size >= 1024, units.count > 1 {
            size /= 1024
            units.removeFirst()
        }
        return NumberText.fixed(size, decimals: units[0] == "B" ? 0 : 1) + " " + units[0]
    }
}
