/// A picture in the making: marks, in the order in which they are drawn, and the frames that they keep to.
struct Drawing {
    private(set) var marks: [Mark] = []
    private(set) var frames: [Frame] = []

    enum Horizontal { case leading, centre, trailing }
    enum Vertical { case top, middle, bottom }

    mutating func frame(_ kind: Frame.Kind, _ rect: Rect) { frames.append(Frame(kind: kind, rect: rect)) }

    mutating func shape(_ path: Path, fill: Color? = nil, stroke: Stroke? = nil) {
        marks.append(.shape(path, fill: fill, stroke: stroke))
    }

    mutating func box(_ rect: Rect, fill: Color? = nil, stroke: Stroke? = nil, corner: Double = 0) {
        shape(.box(rect, corner: corner), fill: fill, stroke: stroke)
    }

    mutating func line(_ points: [Point], _ stroke: Stroke) { shape(.lines(points), stroke: stroke) }

    mutating func marker(_ marker: Marker, at point: Point, radius: Double, _ color: Color) {
        let path = marker.path(at: point, radius: radius)
        if marker.isFilled {
            shape(path, fill: color)
        } else {
            shape(path, stroke: Stroke(color: color, width: 1.8))
        }
    }

    mutating func image(_ image: ImageBuffer, in rect: Rect) {
        marks.append(.image(image, rect))
        frame(.image, rect)
    }

    /// Puts a line of text so that the named point of its box lies at a place.
    mutating func text(
        _ text: String, _ font: Font, _ color: Color = .ink, at place: Point, _ horizontal: Horizontal = .leading,
        _ vertical: Vertical = .top, upright: Bool = false
    ) {
        guard !text.isEmpty else { return }
        let (long, high) = (font.width(of: text), font.lineHeight)
        let (width, height) = upright ? (high, long) : (long, high)
        let x =
            switch horizontal {
            case .leading: place.x
            case .centre: place.x - width / 2
            case .trailing: place.x - width
            }
        let y =
            switch vertical {
            case .top: place.y
            case .middle: place.y - height / 2
            case .bottom: place.y - height
            }
        let box = Rect(x: x, y: y, width: width, height: height)
        marks.append(.text(TextMark(text: text, font: font, color: color, box: box, isUpright: upright)))
    }

    /// Puts a finished drawing at a place.
    mutating func add(_ other: Drawing, at place: Point) {
        marks += other.marks.map { $0.moved(by: place) }
        frames += other.frames.map { Frame(kind: $0.kind, rect: $0.rect.moved(by: place)) }
    }

    func picture(width: Double, height: Double) -> Picture {
        Picture(width: width.rounded(.up), height: height.rounded(.up), marks: marks, frames: frames)
    }
}

extension Point {
    func moved(by offset: Point) -> Point { Point(x + offset.x, y + offset.y) }
}

extension Rect {
    func moved(by offset: Point) -> Rect { Rect(x: x + offset.x, y: y + offset.y, width: width, height: height) }
}

extension Mark {
    func moved(by offset: Point) -> Mark {
        switch self {
        case .shape(let path, let fill, let stroke):
            .shape(path.map { $0.moved(by: offset) }, fill: fill, stroke: stroke)
        case .text(let text):
            .text(
                TextMark(
                    text: text.text, font: text.font, color: text.color, box: text.box.moved(by: offset),
                    isUpright: text.isUpright))
        case .image(let image, let rect): .image(image, rect.moved(by: offset))
        }
    }
}

extension PathPart {
    func moved(by offset: Point) -> PathPart {
        switch self {
        case .move(let point): .move(point.moved(by: offset))
        case .line(let point): .line(point.moved(by: offset))
        case .curve(let a, let b, let c): .curve(a.moved(by: offset), b.moved(by: offset), c.moved(by: offset))
        case .circle(let centre, let radius): .circle(centre.moved(by: offset), radius)
        case .close: .close
        }
    }
}
