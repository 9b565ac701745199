/// The page that charts share: a title, a legend and panels in rows.
struct ChartSheet {
    var title = ""
    let width: Double
    /// The height of a panel for its width.
    var panelHeight: (Double) -> Double = { min(max(0.68 * $0, Panel.smallest.height), 420) }
    /// How wide a panel is before another one stands beside it.
    var panelWidth = 300.0

    static let margin = 14.0
    static let gap = 18.0
    /// A width within what a page can have; what is no number is as little as that.
    static func held(_ width: Double, from least: Double) -> Double {
        width > least ? min(width, 20_000) : least
    }

    static let smallestWidth = Panel.smallest.width + 2 * margin

    /// - Parameters:
    ///   - panels: changed so that those above each other begin at one place, and handed to `draw`.
    ///   - draw: draws the panel of a number with its data.
    func picture(
        _ panels: [Panel], legend: (Double) -> Legend, draw: (Int, Panel, Rect, inout Drawing) -> Void
    ) -> Picture {
        let count = panels.count
        let width = Self.held(self.width, from: Self.smallestWidth)
        let inner = width - 2 * Self.margin
        var drawing = Drawing()
        var y = Self.margin
        if !title.isEmpty {
            drawing.text(Font.title.shortened(title, to: inner), .title, at: Point(Self.margin, y))
            y += Font.title.lineHeight + 8
        }
        let legend = legend(inner)
        legend.draw(at: Point(Self.margin, y), on: &drawing)
        if legend.height > 0 { y += legend.height + 10 }
        let fitting = max(Int((inner + Self.gap) / (panelWidth + Self.gap)), 1)
        let rows = (count + fitting - 1) / fitting
        // As even as the number of rows allows.
        let columns = (count + rows - 1) / rows
        let each = (inner - Self.gap * Double(columns - 1)) / Double(columns)
        let height = panelHeight(each)
        let nameWidths = (0..<columns).map { column in
            stride(from: column, to: count, by: columns).map { panels[$0].widthOfNames(inHeight: height) }.max() ?? 0
        }
        for (index, panel) in panels.enumerated() {
            var panel = panel
            panel.nameWidth = nameWidths[index % columns]
            let (row, column) = (Double(index / columns), Double(index % columns))
            let corner = Point(Self.margin + column * (each + Self.gap), y + row * (height + Self.gap))
            draw(index, panel, Rect(x: corner.x, y: corner.y, width: each, height: height), &drawing)
        }
        y += Double(rows) * height + Double(rows - 1) * Self.gap + Self.margin
        return drawing.picture(width: width, height: y)
    }
}
