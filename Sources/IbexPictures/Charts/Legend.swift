/// What the looks of series mean, in rows that lie beside no data.
struct Legend {
    struct Entry {
        enum Sign {
            case line(LineStyle, withMarker: Bool)
            case marker(Marker, Color)
            case area(Color)
            /// An upright line.
            case rule(Stroke)
        }

        let name: String
        let sign: Sign

        var signWidth: Double { if case .line = sign { 24 } else { 12 } }
    }

    let entries: [Entry]
    let width: Double

    private static let gap = 18.0
    private static let rowHeight = Font.label.lineHeight + 5

    /// The entries with their places, from the upper left corner.
    private var placed: [(entry: Entry, name: String, place: Point)] {
        var (x, y) = (0.0, 0.0)
        return entries.map { entry in
            let name = Font.label.shortened(entry.name, to: width - entry.signWidth - 6)
            let long = entry.signWidth + 6 + Font.label.width(of: name)
            if x > 0, x + long > width { (x, y) = (0, y + Self.rowHeight) }
            defer { x += long + Self.gap }
            return (entry, name, Point(x, y))
        }
    }

    var height: Double { entries.isEmpty ? 0 : (placed.last?.place.y ?? 0) + Self.rowHeight }

    func draw(at corner: Point, on drawing: inout Drawing) {
        guard !entries.isEmpty else { return }
        drawing.frame(.legend, Rect(x: corner.x, y: corner.y, width: width, height: height))
        for (entry, name, place) in placed {
            let at = place.moved(by: corner)
            let middle = at.y + Self.rowHeight / 2
            let (left, right) = (Point(at.x, middle), Point(at.x + entry.signWidth, middle))
            let centre = Point(at.x + entry.signWidth / 2, middle)
            switch entry.sign {
            case .line(let style, let withMarker):
                drawing.line([left, right], style.stroke)
                if withMarker { drawing.marker(style.marker, at: centre, radius: 3, style.color) }
            case .marker(let marker, let color): drawing.marker(marker, at: centre, radius: 4, color)
            case .area(let color):
                drawing.box(
                    Rect(centre: centre, width: 12, height: 10), fill: color, stroke: Stroke(color: .faint, width: 0.8))
            case .rule(let stroke):
                drawing.line([Point(centre.x, middle - 7), Point(centre.x, middle + 7)], stroke)
            }
            drawing.text(name, .label, at: Point(right.x + 6, middle), .leading, .middle)
        }
    }
}
