/// A box that says what a layer is: its name on a dark band, and rows below.
struct NodeBox {
    enum Kind {
        case input, trained, plain

        var color: Color {
            switch self {
            case .input: Color(0x00674B)
            case .trained: Color(0x00507F)
            case .plain: Color(0x4A4A4A)
            }
        }
    }

    let title: String
    let kind: Kind
    /// What is said, and how it is called: `Output shape` and `(None, 10)`.
    let rows: [(key: String, value: String)]

    private static let titleFont = Font(size: 11, isBold: true)
    private static let rowFont = Font(size: 10)
    private static let margin = 8.0
    private static let longest = 320.0

    private var keyWidth: Double { rows.map { Self.rowFont.width(of: $0.key) }.max() ?? 0 }
    private var shownTitle: String { Self.titleFont.shortened(title, to: Self.longest) }
    private var shownValues: [String] { rows.map { Self.rowFont.shortened($0.value, to: Self.longest) } }
    private var rowHeight: Double { Self.rowFont.lineHeight + 3 }
    private var bandHeight: Double { Self.titleFont.lineHeight + 8 }

    var size: (width: Double, height: Double) {
        let values = shownValues.map(Self.rowFont.width).max() ?? 0
        let inner = max(Self.titleFont.width(of: shownTitle), rows.isEmpty ? 0 : keyWidth + 10 + values)
        let below = rows.isEmpty ? 0 : Double(rows.count) * rowHeight + 5
        return (max(inner + 2 * Self.margin, 60), bandHeight + below)
    }

    func draw(in rect: Rect, on drawing: inout Drawing) {
        drawing.frame(.node, rect)
        let band = Rect(x: rect.x, y: rect.y, width: rect.width, height: bandHeight)
        drawing.box(rect, fill: .white)
        drawing.box(band, fill: kind.color)
        drawing.box(rect, stroke: Stroke(color: kind.color, width: 1.2))
        drawing.text(shownTitle, Self.titleFont, .white, at: band.centre, .centre, .middle)
        for (index, (row, value)) in zip(rows, shownValues).enumerated() {
            let y = band.bottom + 3 + Double(index) * rowHeight
            drawing.text(row.key, Self.rowFont, .soft, at: Point(rect.x + Self.margin, y))
            drawing.text(value, Self.rowFont, at: Point(rect.x + Self.margin + keyWidth + 10, y))
        }
    }
}
