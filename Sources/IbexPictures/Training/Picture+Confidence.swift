import IbexGraph
import IbexRuntime

extension Picture {
    /// How sure a model is where it is right and where it is wrong: two histograms of the probability of the predicted
    /// class.
    ///
    ///     try Picture.confidenceHistogram([0.99, 0.51, 0.93], isRight: [true, false, true]).write(to: "sure.png")
    ///
    /// - Parameters:
    ///   - confidences: the probability of each sample's predicted class, from 0 to 1.
    ///   - bins: how many bars there are from 0 to 1; a value on a border belongs to the bar above.
    /// - Throws: `IbexError` of kind `shape` where numbers do not fit, `data` for what is no probability.
    public static func confidenceHistogram(
        _ confidences: [Double], isRight: [Bool], bins: Int = 20, title: String = "", width: Double = 720
    ) throws(IbexError) -> Picture {
        let place = "a picture of confidences"
        guard confidences.count == isRight.count, bins > 0 else {
            throw IbexError(
                .shape, at: place, found: "\(confidences.count) confidences, \(isRight.count) verdicts, \(bins) bins",
                expected: "a verdict for each, and at least one bin")
        }
        guard confidences.allSatisfy({ $0 >= 0 && $0 <= 1 + 1e-6 }) else {
            throw IbexError(.data, at: place, found: "a number outside 0 to 1", expected: "probabilities")
        }
        let pairs = zip(confidences, isRight)
        func histogram(_ name: String, _ wanted: Bool, _ color: Color) -> Histogram {
            Histogram(name: name, values: pairs.filter { $0.1 == wanted }.map(\.0), bins: bins, color: color)
        }
        let charts = [histogram("right", true, Palette.blue), histogram("wrong", false, Palette.vermillion)]
        return ChartSheet(title: title, width: width).picture(
            charts.map(\.panel), legend: { Legend(entries: [], width: $0) }
        ) { charts[$0].draw($1, in: $2, on: &$3) }
    }

    /// The same for the probabilities that a model predicts, (n, classes), and class numbers, (n,).
    ///
    ///     try Picture.confidenceHistogram(model.predict(xTest), labels: yTest).write(to: "sure.png")
    ///
    /// - Throws: `IbexError` as the form with numbers.
    public static func confidenceHistogram(
        _ probabilities: Tensor, labels: Tensor, bins: Int = 20, title: String = "", width: Double = 720
    ) throws -> Picture {
        let (shape, values) = (probabilities.shape, try probabilities.doubles())
        let classes = try classNumbers(labels)
        guard shape.rank == 2, shape[1] > 0, shape[0] == classes.count else {
            throw IbexError(
                .shape, at: "a picture of confidences",
                found: "probabilities of shape \(shape) with labels of shape \(labels.shape)",
                expected: "(n, classes) and (n,)")
        }
        let highest = classes.indices.map { row in
            let own = values[row * shape[1]..<(row + 1) * shape[1]]
            let place = own.indices.reduce(own.startIndex) { own[$1] > own[$0] ? $1 : $0 }
            return (value: own[place], isRight: place - own.startIndex == classes[row])
        }
        return try confidenceHistogram(
            highest.map(\.value), isRight: highest.map(\.isRight), bins: bins, title: title, width: width)
    }
}

/// How many values lie in each part of the range from 0 to 1.
struct Histogram {
    let panel: Panel
    let counts: [Int]
    let color: Color

    init(name: String, values: [Double], bins: Int, color: Color) {
        var counts = [Int](repeating: 0, count: bins)
        for value in values { counts[min(Int(value * Double(bins)), bins - 1)] += 1 }
        (self.counts, self.color) = (counts, color)
        let highest = Double(max(counts.max() ?? 0, 1))
        panel = Panel(
            title: "\(name): \(values.count)",
            x: Axis(scale: Scale(.linear, 0, 1), title: "probability of the predicted class"),
            y: Axis(scale: Scale(.linear, 0, highest * 1.05), title: "samples", wholeNumbers: true))
    }

    func draw(_ panel: Panel, in outer: Rect, on drawing: inout Drawing) {
        let field = panel.draw(in: outer, on: &drawing)
        let wide = 1 / Double(counts.count)
        for (index, count) in counts.enumerated() where count > 0 {
            let corner = field.place(Double(index) * wide, Double(count))
            let end = field.place(Double(index + 1) * wide, 0)
            // One sample is seen beside thousands.
            let top = min(corner.y, end.y - 1)
            drawing.box(Rect(left: corner.x + 0.5, top: top, right: end.x - 0.5, bottom: end.y), fill: color)
        }
    }
}
