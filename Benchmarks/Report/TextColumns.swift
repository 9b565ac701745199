/// Rows of cells in columns as wide as their widest cell, a rule below the header.
struct TextColumns {
    let header: [String]
    let rows: [[String]]
    /// The columns that are flush left; numbers are flush right.
    let left: Set<Int>

    var text: String {
        let table = [header] + rows
        let widths = header.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
        let lines = table.map { row in
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                guard left.contains(column) else { return padding + cell }
                return column == header.count - 1 ? cell : cell + padding
            }
            return cells.joined(separator: "  ")
        }
        let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
        return ([lines[0], rule] + lines.dropFirst()).joined(separator: "\n")
    }
}
