/// A table in box-drawing characters, heavy around the head, as Keras 3 prints it.
struct TextTable {
    enum Alignment { case left, right, centre }

    struct Column {
        let title: String
        let alignment: Alignment
        /// The columns of the terminal between two borders, a blank on each side included.
        let width: Int
    }

    let columns: [Column]
    var rows: [[String]] = []

    /// Column widths for ends at these fractions of the line.
    static func widths(line: Int, ends: [Double]) -> [Int] {
        var widths: [Int] = []
        var before = 0
        for end in ends {
            widths.append(Int(end * Double(line)) - before + 2)
            before = Int(end * Double(line))
        }
        var excess = widths.reduce(0, +) - (line - (ends.count + 1))
        for index in widths.indices {
            let share = (Double(excess) / Double(widths.count - index)).rounded(.toNearestOrEven)
            widths[index] -= Int(share)
            excess -= Int(share)
        }
        return widths
    }

    var text: String {
        var lines = [rule("┏", "━", "┳", "┓")]
        lines += cells(columns.map(\.title), border: "┃")
        lines.append(rule("┡", "━", "╇", "┩"))
        for (index, row) in rows.enumerated() {
            if index > 0 { lines.append(rule("├", "─", "┼", "┤")) }
            lines += cells(row, border: "│")
        }
        lines.append(rule("└", "─", "┴", "┘"))
        return lines.joined(separator: "\n")
    }

    private func rule(_ left: String, _ line: String, _ cross: String, _ right: String) -> String {
        left + columns.map { String(repeating: line, count: $0.width) }.joined(separator: cross) + right
    }

    private func cells(_ texts: [String], border: String) -> [String] {
        let wrapped = zip(texts, columns).map { Self.wrapped($0, width: max($1.width - 2, 1)) }
        let height = wrapped.map(\.count).max() ?? 1
        return (0..<height).map { line in
            let parts = zip(wrapped, columns).map { lines, column in
                " " + Self.padded(line < lines.count ? lines[line] : "", column) + " "
            }
            return border + parts.joined(separator: border) + border
        }
    }

    private static func padded(_ text: String, _ column: Column) -> String {
        let room = max(column.width - 2 - text.columns, 0)
        let left =
            switch column.alignment {
            case .left: 0
            case .right: room
            case .centre: room / 2
            }
        return String(repeating: " ", count: left) + text + String(repeating: " ", count: room - left)
    }

    /// Lines of at most `width` columns, broken at blanks; a longer word is cut with an ellipsis.
    private static func wrapped(_ text: String, width: Int) -> [String] {
        if text.columns <= width { return [text] }
        var lines: [String] = []
        var line = ""
        for part in text.split(separator: " ", omittingEmptySubsequences: false) {
            let word = part.columns > width ? part.prefix(columns: width - 1) + "…" : String(part)
            if line.isEmpty {
                line = word
            } else if line.columns + 1 + word.columns <= width {
                line += " " + word
            } else {
                lines.append(line)
                line = word
            }
        }
        return lines + [line]
    }
}
