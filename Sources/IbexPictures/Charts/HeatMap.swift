import Glibc

/// A table of coloured cells with names at its rows and columns and a bar that says what the colours mean.
struct HeatMap {
    let values: [[Double]]
    /// Up to two lines for each cell; what does not fit is left out, for all cells alike.
    let texts: [[[String]]]
    let rowNames, columnNames: [String]
    let rowTitle, columnTitle: String
    let scale: Scale
    var colors = ColorMap.blues
    /// What the bar's numbers are.
    var unit = ""

    private static let barWidth = 12.0
    /// The longest that the name of a class may be.
    private static let longestName = 130.0

    /// The side of a cell where the picture's width is left to the map: small maps have large cells.
    private var cell: Double {
        let longest = max(rowNames.count, columnNames.count)
        return max(min(480 / Double(max(longest, 1)), 84), 7)
    }

    /// The box that the map takes up, drawn from its upper left corner.
    func drawing(width wanted: Double?) -> (drawing: Drawing, width: Double, height: Double) {
        let (tick, label) = (Font.tick, Font.label)
        let (rows, columns) = (Double(rowNames.count), Double(columnNames.count))
        let rowLabels = rowNames.map { tick.shortened($0, to: Self.longestName) }
        let left = label.lineHeight + 6 + (rowLabels.map(tick.width).max() ?? 0) + 6
        let bar = barTicks(height: 100).labels.map(tick.width).max() ?? 0
        let right = 16 + Self.barWidth + 7 + max(bar, 30)
        let side = wanted.map { max((ChartSheet.held($0, from: 0) - left - right) / columns, 3) } ?? cell
        let area = Rect(x: left, y: tick.lineHeight / 2, width: side * columns, height: side * rows)

        var drawing = Drawing()
        drawing.frame(.panel, area)
        drawCells(area, side, on: &drawing)
        for (row, name) in rowLabels.enumerated() where row % Self.stride(side, tick.lineHeight + 1) == 0 {
            let y = area.y + (Double(row) + 0.5) * side
            drawing.text(name, tick, at: Point(left - 6, y), .trailing, .middle)
        }
        let below = drawColumnNames(area, side, on: &drawing)
        let bottom = below + 4 + label.lineHeight
        let columnText = label.shortened(columnTitle, to: area.width + left)
        // The title stays within the picture where the map is narrow.
        let centre = max(area.centre.x, label.width(of: columnText) / 2)
        drawing.text(columnText, label, .soft, at: Point(centre, bottom), .centre, .bottom)
        let rowText = label.shortened(rowTitle, to: max(area.height, 60))
        let middle = max(area.centre.y, label.width(of: rowText) / 2)
        drawing.text(rowText, label, .soft, at: Point(0, middle), .leading, .middle, upright: true)
        drawBar(Rect(x: area.right + 16, y: area.y, width: Self.barWidth, height: area.height), on: &drawing)
        let reach = max(area.right + right, centre + label.width(of: columnText) / 2)
        return (drawing, reach, max(bottom, middle + label.width(of: rowText) / 2))
    }

    private func color(_ value: Double) -> Color {
        Scale.isShown(value) ? colors.color(scale.position(value)) : .empty
    }

    private func drawCells(_ area: Rect, _ side: Double, on drawing: inout Drawing) {
        let font = textFont(side)
        for (row, values) in values.enumerated() {
            for (column, value) in values.enumerated() {
                let color = color(value)
                let rect = Rect(
                    x: area.x + Double(column) * side, y: area.y + Double(row) * side, width: side, height: side)
                drawing.box(rect, fill: color, stroke: Stroke(color: .white, width: side > 14 ? 1 : 0.4))
                guard let font else { continue }
                let lines = texts[row][column]
                let top = rect.centre.y - Double(lines.count) * font.lineHeight / 2
                for (index, line) in lines.enumerated() {
                    let place = Point(rect.centre.x, top + Double(index) * font.lineHeight)
                    drawing.text(line, font, color.readable, at: place, .centre, .top)
                }
            }
        }
        drawing.box(area, stroke: Stroke(color: .soft, width: 0.8))
    }

    /// The largest letters in which every cell's text fits; none where they were too small to read.
    private func textFont(_ side: Double) -> Font? {
        let lines = texts.joined().map(\.count).max() ?? 0
        guard lines > 0 else { return nil }
        let probe = Font(size: 10)
        let longest = Set(texts.joined().joined()).map(probe.width).max() ?? 0
        let size = min(13, 10 * (side - 5) / max(longest, 1), 10 * (side - 3) / (probe.lineHeight * Double(lines)))
        return size >= 6.5 ? Font(size: size) : nil
    }

    /// Which of the names stand there: every one, or every second, fifth, tenth and so on.
    private static func stride(_ side: Double, _ needed: Double) -> Int {
        let least = Int((needed / side).rounded(.up))
        return [1, 2, 5, 10, 20, 50, 100, 200, 500].first { $0 >= least } ?? least
    }

    /// Draws the columns' names, level where they fit, else upright; where they end.
    private func drawColumnNames(_ area: Rect, _ side: Double, on drawing: inout Drawing) -> Double {
        let tick = Font.tick
        let longest = columnNames.map(tick.width).max() ?? 0
        let top = area.bottom + 6
        if longest + 4 <= side || longest < 26 && side < 26 {
            let stride = Self.stride(side, longest + 4)
            for (column, name) in columnNames.enumerated() where column % stride == 0 {
                drawing.text(name, tick, at: Point(area.x + (Double(column) + 0.5) * side, top), .centre, .top)
            }
            return top + tick.lineHeight
        }
        let stride = Self.stride(side, tick.lineHeight + 1)
        let names = columnNames.map { tick.shortened($0, to: Self.longestName) }
        for (column, name) in names.enumerated() where column % stride == 0 {
            let place = Point(area.x + (Double(column) + 0.5) * side, top)
            drawing.text(name, tick, at: place, .centre, .top, upright: true)
        }
        return top + (names.map(tick.width).max() ?? 0)
    }

    private func barTicks(height: Double) -> Ticks { Axis(scale: scale).ticks(up: height, .tick) }

    private func drawBar(_ bar: Rect, on drawing: inout Drawing) {
        let steps = 64
        for (index, cell) in bar.cells(rows: steps, columns: 1).enumerated() {
            // Each a little longer, so that no light shows between them.
            let rect = Rect(
                x: cell.x, y: cell.y, width: cell.width, height: min(cell.height + 0.5, bar.bottom - cell.y))
            drawing.box(rect, fill: colors.color(1 - (Double(index) + 0.5) / Double(steps)))
        }
        drawing.box(bar, stroke: Stroke(color: .soft, width: 0.8))
        drawing.frame(.legend, bar)
        let ticks = barTicks(height: bar.height)
        for (value, name) in zip(ticks.values, ticks.labels) {
            let y = bar.bottom - scale.position(value) * bar.height
            drawing.line([Point(bar.right, y), Point(bar.right + 3, y)], Stroke(color: .soft, width: 0.8))
            drawing.text(name + unit, .tick, .soft, at: Point(bar.right + 6, y), .leading, .middle)
        }
    }
}
