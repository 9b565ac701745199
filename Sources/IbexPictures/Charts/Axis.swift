/// One side of a panel: a range, its title and how finely it is named.
struct Axis: Sendable {
    let scale: Scale
    var title = ""
    var wholeNumbers = false

    /// The horizontal axis of epochs, counted from 1, whole numbers only.
    static func epochs(_ numbers: [Int]) -> Axis {
        let (first, last) = (Double(numbers.min() ?? 1), Double(numbers.max() ?? 1))
        let room = last > first ? 0.02 * (last - first) : 0.5
        return Axis(scale: Scale(.linear, first - room, last + room), title: "epoch", wholeNumbers: true)
    }

    /// As many ticks as fit side by side.
    func ticks(across width: Double, _ font: Font) -> Ticks {
        for count in stride(from: max(min(Int(width / 40), 10), 1), to: 1, by: -1) {
            let ticks = Ticks.along(scale, count: count, wholeNumbers: wholeNumbers)
            if fits(ticks, width, font) { return ticks }
        }
        let ticks = Ticks.along(scale, count: 1, wholeNumbers: wholeNumbers)
        return fits(ticks, width, font) ? ticks : Ticks(values: [], labels: [])
    }

    private func fits(_ ticks: Ticks, _ width: Double, _ font: Font) -> Bool {
        var end = -Double.infinity
        for (value, label) in zip(ticks.values, ticks.labels) {
            let (middle, half) = (scale.position(value) * width, font.width(of: label) / 2)
            if middle - half < end + 8 { return false }
            end = middle + half
        }
        return true
    }

    /// As many ticks as fit one above the other.
    func ticks(up height: Double, _ font: Font) -> Ticks {
        let all = Ticks.along(scale, count: max(min(Int(height / 26), 8), 2), wholeNumbers: wholeNumbers)
        // A range that is not even brings its ticks closer at one end.
        var kept: [Int] = []
        for index in all.values.indices {
            let place = scale.position(all.values[index]) * height
            let last = kept.last.map { scale.position(all.values[$0]) * height } ?? -.infinity
            if abs(place - last) >= font.lineHeight + 2 { kept.append(index) }
        }
        return Ticks(values: kept.map { all.values[$0] }, labels: kept.map { all.labels[$0] })
    }
}
