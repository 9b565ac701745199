/// How the series of a chart look: each has a colour, a dash and a marker of its own, so that they can be told apart in
/// grey print and by colour-blind eyes.
///
/// Colours: M. Okabe, K. Ito, "Color Universal Design", 2008.
enum Palette {
    static let blue = Color(0x0072B2)
    static let vermillion = Color(0xD55E00)
    static let green = Color(0x009E73)
    static let purple = Color(0xCC79A7)
    static let orange = Color(0xE69F00)
    static let sky = Color(0x56B4E9)

    private static let colors = [blue, vermillion, green, purple, orange, sky, .ink]
    private static let dashes: [[Double]] = [[], [6, 3], [2, 2], [8, 3, 2, 3]]
    private static let markers: [Marker] = [.disc, .square, .triangle, .diamond, .ring]

    /// The look of the series with this number; the cycles differ in length, so that looks repeat late.
    static func style(_ index: Int) -> LineStyle {
        LineStyle(
            color: colors[index % colors.count], dash: dashes[index % dashes.count],
            marker: markers[index % markers.count])
    }
}

/// The look of one series.
struct LineStyle: Sendable, Hashable {
    var color: Color
    var dash: [Double] = []
    var marker: Marker = .disc
    var width = 1.8

    var stroke: Stroke { Stroke(color: color, width: width, dash: dash) }
}

/// The sign at a point of a series.
enum Marker: Sendable, Hashable {
    case disc, square, triangle, diamond, ring, cross

    /// The sign around a point, of about this radius.
    func path(at centre: Point, radius: Double) -> Path {
        let (x, y, r) = (centre.x, centre.y, radius)
        return switch self {
        case .disc, .ring: [.circle(centre, r)]
        case .square:
            .polygon([(-1, -1), (1, -1), (1, 1), (-1, 1)].map { Point(x + 0.85 * r * $0.0, y + 0.85 * r * $0.1) })
        case .triangle: .polygon([Point(x, y - 1.15 * r), Point(x + r, y + 0.75 * r), Point(x - r, y + 0.75 * r)])
        case .diamond: .polygon([Point(x, y - 1.2 * r), Point(x + r, y), Point(x, y + 1.2 * r), Point(x - r, y)])
        case .cross:
            .lines([Point(x - r, y - r), Point(x + r, y + r)]) + .lines([Point(x - r, y + r), Point(x + r, y - r)])
        }
    }

    var isFilled: Bool { self != .ring && self != .cross }
}
