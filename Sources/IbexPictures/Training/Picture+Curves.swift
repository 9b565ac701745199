import IbexGraph
import IbexModels

extension Picture {
    /// A named line of points, for curves that are not told by epochs.
    public struct Curve: Sendable, Hashable {
        public let name: String
        public let x, y: [Double]

        /// - Precondition: `x` and `y` are of one length.
        public init(name: String, x: [Double], y: [Double]) {
            precondition(x.count == y.count, "Curve \(name): found \(x.count) x and \(y.count) y; expected one length")
            (self.name, self.x, self.y) = (name, x, y)
        }

        /// What lies below the curve, by trapezoids.
        public var area: Double {
            zip(x.indices, x.indices.dropFirst()).reduce(0) { $0 + (x[$1.1] - x[$1.0]) * (y[$1.1] + y[$1.0]) / 2 }
        }

        /// The sum of each precision times the gain of recall that it comes with.
        var averagePrecision: Double {
            abs(zip(x.indices, x.indices.dropFirst()).reduce(0) { $0 + (x[$1.1] - x[$1.0]) * y[$1.1] })
        }
    }

    /// ROC curves: the share of the positives that is found against the share of the negatives that is taken for them,
    /// threshold by threshold. The diagonal is chance; the legend says the area below each curve.
    ///
    ///     let curve = Picture.Curve(name: "7 or not", x: falsePositiveRates, y: truePositiveRates)
    ///     try Picture.rocCurve([curve]).write(to: "roc.png")
    ///
    /// - Throws: `IbexError` of kind `data` for points outside 0 to 1, `argument` without curves.
    public static func rocCurve(
        _ curves: [Curve], title: String = "", width: Double = 440
    ) throws(IbexError) -> Picture {
        try square(
            curves, x: "false positive rate", y: "true positive rate", diagonal: true, title: title, width: width
        ) { "area \(NumberText.fixed(abs($0.area), decimals: 4))" }
    }

    /// Precision-recall curves: how many of those found are right against how many of the right ones are found. The
    /// legend says the average precision.
    ///
    ///     try Picture.precisionRecallCurve([.init(name: "7 or not", x: recalls, y: precisions)]).write(to: "pr.png")
    ///
    /// - Parameter curves: recall as `x`, precision as `y`, in the order of thresholds, either way.
    /// - Throws: `IbexError` as `rocCurve`.
    public static func precisionRecallCurve(
        _ curves: [Curve], title: String = "", width: Double = 440
    ) throws(IbexError) -> Picture {
        try square(curves, x: "recall", y: "precision", diagonal: false, title: title, width: width) { curve in
            let isFalling = (curve.x.first ?? 0) > (curve.x.last ?? 0)
            let rising = isFalling ? Curve(name: "", x: curve.x.reversed(), y: curve.y.reversed()) : curve
            return "average precision \(NumberText.fixed(rising.averagePrecision, decimals: 4))"
        }
    }

    private static func square(
        _ curves: [Curve], x: String, y: String, diagonal: Bool, title: String, width: Double,
        _ measure: (Curve) -> String
    ) throws(IbexError) -> Picture {
        guard !curves.isEmpty, curves.allSatisfy({ !$0.x.isEmpty }) else {
            throw IbexError(
                .argument, at: "a picture of curves", found: "\(curves.count) curves, or one without points",
                expected: "at least one curve, each with points")
        }
        guard curves.allSatisfy({ ($0.x + $0.y).allSatisfy { $0 >= -1e-6 && $0 <= 1 + 1e-6 } }) else {
            throw IbexError(.data, at: "a picture of curves", found: "a point outside 0 to 1", expected: "rates")
        }
        let unit = Scale(.linear, -0.01, 1.01)
        let panel = Panel(title: "", x: Axis(scale: unit, title: x), y: Axis(scale: unit, title: y))
        let series = curves.enumerated().map { index, curve in
            LineChart.Series(
                name: "\(curve.name): \(measure(curve))", style: Palette.style(index),
                points: zip(curve.x, curve.y).map { ($0, $1) })
        }
        let chance = LineStyle(color: Color(0x999999), dash: [2, 3], width: 1.2)
        var entries = series.map { Legend.Entry(name: $0.name, sign: .line($0.style, withMarker: false)) }
        if diagonal { entries.append(.init(name: "chance", sign: .line(chance, withMarker: false))) }
        let sheet = ChartSheet(title: title, width: width, panelHeight: { $0 })
        return sheet.picture([panel], legend: { Legend(entries: entries, width: $0) }) { _, panel, outer, drawing in
            let field = panel.draw(in: outer, on: &drawing)
            if diagonal { drawing.line([field.place(0, 0), field.place(1, 1)], chance.stroke) }
            for one in series {
                drawing.line(Self.thinned(one.points.map { field.place($0.x, $0.y ?? 0) }), one.style.stroke)
            }
        }
    }

    /// The points of a line without those that lie closer to the one before than eyes can see: a curve has one for each
    /// threshold, of which there may be as many as samples.
    private static func thinned(_ points: [Point]) -> [Point] {
        guard points.count > 1000, let last = points.last else { return points }
        var kept: [Point] = []
        for point in points.dropLast() {
            if let before = kept.last, abs(point.x - before.x) + abs(point.y - before.y) < 0.25 { continue }
            kept.append(point)
        }
        return kept + [last]
    }
}
