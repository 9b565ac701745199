/// One thing that a picture is made of. A picture is a list of them, so that a test can ask where each lies.
enum Mark: Sendable {
    case shape(Path, fill: Color?, stroke: Stroke?)
    case text(TextMark)
    case image(ImageBuffer, Rect)
}

/// The outline of a shape.
typealias Path = [PathPart]

enum PathPart: Sendable, Hashable {
    case move(Point)
    case line(Point)
    /// A cubic Bézier curve to the last point.
    case curve(Point, Point, Point)
    case circle(Point, Double)
    case close
}

extension Path {
    static func lines(_ points: [Point]) -> Path {
        points.enumerated().map { $0 == 0 ? .move($1) : .line($1) }
    }

    static func polygon(_ points: [Point]) -> Path { lines(points) + [.close] }

    static func box(_ rect: Rect, corner: Double = 0) -> Path {
        let (left, top, right, bottom) = (rect.x, rect.y, rect.right, rect.bottom)
        guard corner > 0 else {
            return polygon([Point(left, top), Point(right, top), Point(right, bottom), Point(left, bottom)])
        }
        // The handles that make a curve nearly a quarter of a circle.
        let near = corner * (1 - 0.5523)
        return [
            .move(Point(left + corner, top)), .line(Point(right - corner, top)),
            .curve(Point(right - near, top), Point(right, top + near), Point(right, top + corner)),
            .line(Point(right, bottom - corner)),
            .curve(Point(right, bottom - near), Point(right - near, bottom), Point(right - corner, bottom)),
            .line(Point(left + corner, bottom)),
            .curve(Point(left + near, bottom), Point(left, bottom - near), Point(left, bottom - corner)),
            .line(Point(left, top + corner)),
            .curve(Point(left, top + near), Point(left + near, top), Point(left + corner, top)), .close,
        ]
    }
}

/// How a line is drawn.
struct Stroke: Sendable, Hashable {
    var color: Color
    var width = 1.0
    var dash: [Double] = []
}

/// A line of text and the box that it takes up.
struct TextMark: Sendable, Hashable {
    let text: String
    let font: Font
    let color: Color
    let box: Rect
    /// Whether the text runs upwards.
    let isUpright: Bool
}

/// A part of a picture with a meaning, for the rules that a layout keeps.
struct Frame: Sendable, Hashable {
    enum Kind: Sendable { case panel, legend, cell, image, node, cluster }

    let kind: Kind
    let rect: Rect
}
