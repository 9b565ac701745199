/// Images in rows, each with a caption of one or two lines below.
struct ImageGrid {
    struct Item {
        let image: ImageBuffer
        let caption: [String]
        /// Whether the image stands in a frame, its caption in the frame's colour.
        var isMarked = false
    }

    let items: [Item]
    var columns: Int?
    var title = ""
    var legend: [Legend.Entry] = []
    /// The side of an image.
    var side = 64.0

    static let markColor = Palette.vermillion

    func picture(width wanted: Double?) -> Picture {
        let margin = ChartSheet.margin
        let columns = max(min(self.columns ?? fittingColumns, items.count), 1)
        let gap = 10.0
        let across = wanted.map { ChartSheet.held($0, from: 0) - 2 * margin - gap * Double(columns - 1) }
        let side = across.map { max($0 / Double(columns), 16) } ?? self.side
        let inner = side * Double(columns) + gap * Double(columns - 1)
        // Captions of small pictures need room for their title and legend too.
        let width = max(inner, min(headWidth, 560))
        var drawing = Drawing()
        var y = margin
        if !title.isEmpty {
            drawing.text(Font.title.shortened(title, to: width), .title, at: Point(margin, y))
            y += Font.title.lineHeight + 8
        }
        let key = Legend(entries: legend, width: width)
        key.draw(at: Point(margin, y), on: &drawing)
        if key.height > 0 { y += key.height + 8 }
        let font = Font.tick
        let lines = items.map(\.caption.count).max() ?? 0
        let tallest = items.map { side * min(Double($0.image.height) / Double($0.image.width), 2) }.max() ?? side
        let step = tallest + (lines > 0 ? 3 + Double(lines) * font.lineHeight : 0) + gap
        for (index, item) in items.enumerated() {
            let corner = Point(
                margin + Double(index % columns) * (side + gap), y + Double(index / columns) * step)
            draw(item, in: Rect(x: corner.x, y: corner.y, width: side, height: tallest), font, on: &drawing)
        }
        let rows = (items.count + columns - 1) / columns
        return drawing.picture(width: width + 2 * margin, height: y + Double(rows) * step - gap + margin)
    }

    /// About three columns to two rows, at most what stands beside each other on a page; a few more or fewer where all
    /// rows are full then.
    private var fittingColumns: Int {
        let most = max(Int(720 / (side + 10)), 1)
        let usual = (1...most).first { 2 * $0 * $0 >= 3 * items.count } ?? most
        let near = (max(usual - 2, 1)...min(usual + 2, most)).filter { items.count % $0 == 0 }
        return near.min { abs($0 - usual) < abs($1 - usual) } ?? usual
    }

    private var headWidth: Double {
        let entries = legend.map { $0.signWidth + 6 + Font.label.width(of: $0.name) }.max() ?? 0
        return max(Font.title.width(of: title), entries)
    }

    private func draw(_ item: Item, in box: Rect, _ font: Font, on drawing: inout Drawing) {
        let scale = min(box.width / Double(item.image.width), box.height / Double(item.image.height))
        let (wide, high) = (Double(item.image.width) * scale, Double(item.image.height) * scale)
        let place = Rect(x: box.centre.x - wide / 2, y: box.y, width: wide, height: high)
        drawing.image(item.image, in: place)
        let stroke = item.isMarked ? Stroke(color: Self.markColor, width: 2.5) : Stroke(color: .faint, width: 0.8)
        drawing.box(place, stroke: stroke)
        for (line, text) in item.caption.enumerated() {
            let at = Point(box.centre.x, box.bottom + 3 + Double(line) * font.lineHeight)
            let face = Font(size: font.size, isBold: item.isMarked)
            drawing.text(
                face.shortened(text, to: box.width + 8), face, item.isMarked ? Color(0xA84A00) : .ink, at: at, .centre,
                .top)
        }
    }
}
