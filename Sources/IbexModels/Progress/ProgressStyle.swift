/// The look of a progress bar.
///
///     try model.fit(x, y, epochs: 5, callbacks: [ProgbarLogger(style: .keras2)])
public enum ProgressStyle: Sendable {
    /// `12/469 ━━━━━━━━━━━━━━━━━━━━ 3s 7ms/step - accuracy: 0.4062 - loss: 1.1769`, coloured, values by name.
    case keras3
    /// `12/469 [>.............................] - ETA: 3s - loss: 1.1769 - accuracy: 0.4062`, values as given to `compile`.
    case keras2

    /// The cells of a whole bar.
    var cells: Int { self == .keras3 ? 20 : 30 }

    /// The order in which values are shown whose names are these, loss and metrics as `compile` has them.
    func order(_ names: [String]) -> [String] { self == .keras3 ? names.sorted() : names }

    /// The beginning of a line that is drawn over, up to the values.
    ///
    /// - Parameters:
    ///   - cells: the length of the bar; none where it is 0, or where the number of steps is not known.
    ///   - showsStep: whether the time of a step is said, where this look says it.
    func head(_ line: ProgressLine, cells: Int, showsStep: Bool, hasColors: Bool) -> String {
        let (total, perStep) = (line.total ?? 0, showsStep ? " " + line.perStep : "")
        let cells = total > 0 ? cells : 0
        switch self {
        case .keras3:
            func bold(_ text: String) -> String { hasColors ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
            let counter = total > 0 ? bold(line.counter) : line.counter
            let bar = cells > 0 ? " " + heavyBar(line.finished(of: cells), cells, hasColors) : ""
            return counter + bar + " " + bold(line.time) + perStep
        case .keras2:
            let bar = cells > 0 ? " [" + arrowBar(line.finished(of: cells), cells, line.done < total) + "]" : ""
            return line.counter + bar + (line.isLeft ? " - ETA: \(line.time)" : " - \(line.time)" + perStep)
        }
    }

    /// Keras 3's cells: those finished are green, the others white; without colours the others are thin.
    private func heavyBar(_ finished: Int, _ cells: Int, _ hasColors: Bool) -> String {
        func row(_ cell: String, _ count: Int) -> String { String(repeating: cell, count: count) }
        guard hasColors else { return row("━", finished) + row("─", cells - finished) }
        let green = finished > 0 ? "\u{1B}[32m\(row("━", finished))\u{1B}[0m" : ""
        return green + "\u{1B}[37m\(row("━", cells - finished))\u{1B}[0m"
    }

    private func arrowBar(_ finished: Int, _ cells: Int, _ isMoving: Bool) -> String {
        let tip = finished > 0 ? (isMoving ? ">" : "=") : ""
        return String(repeating: "=", count: max(finished - 1, 0)) + tip
            + String(repeating: ".", count: cells - finished)
    }

    /// A whole line for a log.
    ///
    /// - Parameter epochSeconds: how long the steps of the epoch took together.
    func logLine(_ line: ProgressLine, epochSeconds: Double) -> String {
        let time = line.isLeft ? " - ETA: \(line.time)" : " - \(line.time)"
        let values = line.values.map { ProgressText.value($0.name, $0.value) }.joined()
        guard self == .keras2, line.isFinal else { return line.counter + time + " - \(line.perStep)" + values }
        let perStep = ProgressText.duration(epochSeconds / Double(max(line.total ?? line.done, 1)), "step")
        return line.counter + time + values + " - \(ProgressText.duration(epochSeconds, "epoch")) - \(perStep)"
    }
}
