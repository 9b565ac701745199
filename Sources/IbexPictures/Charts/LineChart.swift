/// Lines over a common axis.
struct LineChart {
    struct Series {
        let name: String
        let style: LineStyle
        /// Where `y` is `nil`, nothing was measured and the line goes on to the next point; where it is not a number or
        /// infinite, the line breaks and a cross stands on the axis.
        let points: [(x: Double, y: Double?)]
    }

    var panel: Panel
    let series: [Series]
    /// Where an upright line stands, and the points on it that are ringed.
    var best: (x: Double, points: [(y: Double, color: Color)])?

    /// Points are marked up to this number of them; beyond, the line says it better.
    static let mostMarkers = 30

    /// Whether the points of these series get markers.
    static func marksPoints(_ series: [Series]) -> Bool { series.allSatisfy { $0.points.count <= mostMarkers } }

    static let bestStroke = Stroke(color: .soft, width: 1.2, dash: [2, 3])

    func draw(in outer: Rect, on drawing: inout Drawing) {
        let field = panel.draw(in: outer, on: &drawing)
        if let best {
            let (x, area) = (field.place(best.x, field.y.low).x, field.area)
            drawing.line([Point(x, area.y), Point(x, area.bottom)], Self.bestStroke)
        }
        for one in series { draw(one, in: field, on: &drawing) }
        for point in best?.points ?? [] where isShown(point.y, field) {
            let place = field.place(best?.x ?? 0, point.y)
            drawing.shape([.circle(place, 5.5)], stroke: Stroke(color: .ink, width: 1.4))
        }
    }

    private func isShown(_ y: Double, _ field: Panel.Field) -> Bool {
        Scale.isShown(y) && (field.y.kind != .logarithmic || y > 0)
    }

    private func draw(_ one: Series, in field: Panel.Field, on drawing: inout Drawing) {
        var run: [Point] = []
        let marksAll = Self.marksPoints(series)
        func end(_ drawing: inout Drawing) {
            if run.count > 1 { drawing.line(run, one.style.stroke) }
            if marksAll || run.count == 1 {
                for point in run { drawing.marker(one.style.marker, at: point, radius: 3, one.style.color) }
            }
            run = []
        }
        for point in one.points {
            guard let y = point.y else { continue }
            if isShown(y, field) {
                run.append(field.place(point.x, y))
            } else {
                end(&drawing)
                let place = Point(field.place(point.x, field.y.low).x, field.area.bottom)
                drawing.marker(.cross, at: place, radius: 3.5, one.style.color)
            }
        }
        end(&drawing)
    }
}
