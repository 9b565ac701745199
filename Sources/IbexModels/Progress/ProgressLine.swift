/// What a line of progress says, before its look and the room for it are known.
struct ProgressLine {
    /// Steps that are done.
    let done: Int
    /// The steps of the whole pass, where their number is known.
    let total: Int?
    /// Seconds since the beginning of the pass where it has ended or its length is not known, else those left.
    let seconds: Double
    let secondsPerStep: Double
    let isFinal: Bool
    var values: [(name: String, value: Double)]

    var isLeft: Bool { !isFinal && total != nil }

    /// ` 12/469`; `     12/Unknown`.
    var counter: String {
        guard let total, total > 0 else { return ProgressText.padded("\(done)", 7) + "/Unknown" }
        return ProgressText.padded("\(done)", "\(total)".count) + "/\(total)"
    }

    var time: String {
        isLeft ? ProgressText.remaining(seconds) : NumberText.fixed(seconds, decimals: 0) + "s"
    }

    var perStep: String { ProgressText.duration(secondsPerStep, "step") }

    /// How many of a bar's cells stand for steps that are done; none where the number of all steps is not known.
    func finished(of cells: Int) -> Int {
        guard let total, total > 0 else { return 0 }
        return min(cells * done / total, cells)
    }
}
