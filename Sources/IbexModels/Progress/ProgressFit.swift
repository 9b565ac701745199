/// A line of progress in the room that there is.
///
/// Where a line is too long, these go, in this order, until it fits: the bar's cells but five; the time of a step; the
/// values from the last one on, the loss as the last of them, with an ellipsis for what is not shown; the bar; the loss.
/// What is too long even then is cut. The line that stays at the end of a pass keeps all its values: those that do not
/// fit stand on further lines.
struct ProgressFit {
    let style: ProgressStyle
    /// The columns that a line may take.
    let columns: Int
    let hasColors: Bool

    private static let leastCells = 5

    /// A line as it is shown, and its width.
    typealias Shown = (text: String, columns: Int)

    /// A line while the pass runs.
    func running(_ line: ProgressLine) -> Shown {
        let all = line.values.map(\.name)
        let shorter = sequence(first: all) { names in
            names.lastIndex { $0 != "loss" }.map { index in names.filter { $0 != names[index] } }
        }
        let fewest = all.filter { $0 == "loss" }
        let forms: [Form] =
            [Form(all, cells: Self.leastCells, showsStep: true)]
            + shorter.map { Form($0, cells: Self.leastCells, showsStep: false) }
            + [Form(fewest, cells: 0), Form([], cells: Self.leastCells), Form([], cells: 0)]
        for form in forms {
            if let shown = shown(line, form) { return shown }
        }
        let text = String(head(line, Form([], cells: 0), colors: false).prefix(columns: columns))
        return (text, text.columns)
    }

    /// The lines that stay when the pass has ended.
    func final(_ line: ProgressLine) -> [Shown] {
        let whole = Form([], cells: min(Self.leastCells, style.cells), showsStep: true)
        let forms = [whole, Form([], cells: 0, showsStep: true), Form([], cells: 0)]
        var bare = line
        bare.values = []
        var lines = [forms.lazy.compactMap { shown(bare, $0) }.first ?? running(bare)]
        for (name, value) in line.values {
            let piece = self.piece(name, value)
            let last = lines.removeLast()
            if last.columns + piece.columns <= columns {
                lines.append((last.text + piece, last.columns + piece.columns))
            } else {
                lines += [last, (piece, piece.columns)]
            }
        }
        return lines
    }

    /// What of a line is shown.
    private struct Form {
        let names: [String]
        let cells: Int
        let showsStep: Bool

        init(_ names: [String], cells: Int, showsStep: Bool = false) {
            (self.names, self.cells, self.showsStep) = (names, cells, showsStep)
        }
    }

    private func head(_ line: ProgressLine, _ form: Form, colors: Bool) -> String {
        style.head(line, cells: form.cells, showsStep: form.showsStep, hasColors: colors)
    }

    /// The line in a form, with as long a bar as there is room for; `nil` where there is none.
    private func shown(_ line: ProgressLine, _ form: Form) -> Shown? {
        let values = line.values.filter { form.names.contains($0.name) }
        let isWhole = values.count == line.values.count
        let tail = values.map { ProgressText.value($0.name, $0.value) }.joined() + (isWhole ? "" : " …")
        let least = head(line, form, colors: false).columns + tail.columns
        guard least <= columns else { return nil }
        let hasBar = form.cells > 0 && line.total ?? 0 > 0
        let cells = hasBar ? min(form.cells + columns - least, style.cells) : 0
        let full = Form(form.names, cells: cells, showsStep: form.showsStep)
        return (head(line, full, colors: hasColors) + tail, least + (hasBar ? cells - form.cells : 0))
    }

    /// A value of the last lines; where it is longer than a line, its name is cut.
    private func piece(_ name: String, _ value: Double) -> String {
        let piece = ProgressText.value(name, value)
        guard piece.columns > columns else { return piece }
        let rest = ProgressText.value("…", value)
        let cut = ProgressText.value(name.prefix(columns: columns - rest.columns) + "…", value)
        return String(cut.prefix(columns: columns))
    }
}
