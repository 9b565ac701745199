import IbexGraph
import IbexModels
import IbexRuntime

extension Picture {
    /// A confusion matrix as a heat map with its counts.
    ///
    ///     try Picture.confusionMatrix([[48, 2], [5, 45]], classNames: ["cat", "dog"]).write(to: "confusion.png")
    ///
    /// Colours grow with the root of a number, so that few mistakes beside many right answers are seen.
    ///
    /// - Parameters:
    ///   - counts: row i, column j: how often class i was taken for class j.
    ///   - classNames: the numbers from 0 by default.
    ///   - normalized: whether each row is divided by its sum: cells then show what share of a class was taken for what,
    ///     in percent. A class without samples stays empty.
    ///   - width: in points; by default cells are large for few classes and small for many.
    /// - Throws: `IbexError` of kind `shape` where the counts are no square or the names do not fit in number, `data` for
    ///   counts below 0 or not finite.
    public static func confusionMatrix(
        _ counts: [[Double]], classNames: [String]? = nil, normalized: Bool = false, title: String = "",
        width: Double? = nil
    ) throws(IbexError) -> Picture {
        let place = "a picture of a confusion matrix"
        let names = try checkedNames(classNames, count: counts.count, at: place)
        guard !counts.isEmpty, counts.allSatisfy({ $0.count == counts.count }) else {
            throw IbexError(
                .shape, at: place, found: "\(counts.count) rows of \(Set(counts.map(\.count)).sorted()) numbers",
                expected: "as many rows as columns, at least one")
        }
        guard counts.joined().allSatisfy({ $0 >= 0 && Scale.isShown($0) }) else {
            throw IbexError(.data, at: place, found: "a count that is negative or not finite", expected: "counts")
        }
        let shares = counts.map { row in
            let sum = row.reduce(0, +)
            return row.map { sum > 0 ? $0 / sum : .nan }
        }
        let largest = normalized ? 1 : max(counts.joined().max() ?? 1, 1)
        let map = HeatMap(
            values: normalized ? shares.map { $0.map { 100 * $0 } } : counts,
            texts: normalized
                ? shares.map { $0.map { percent($0, fine: names.count <= 15) } }
                : counts.map { $0.map { [count($0)] } },
            rowNames: names, columnNames: names, rowTitle: "true class",
            columnTitle: normalized ? "predicted class (percent of the row)" : "predicted class",
            scale: Scale(.squareRoot, 0, normalized ? 100 : largest), unit: normalized ? "%" : "")
        return map.picture(title: title, width: width)
    }

    /// The confusion matrix of true and predicted classes as a heat map.
    ///
    ///     let classes = try model.predict(x).argmax(axis: -1)
    ///     try Picture.confusionMatrix(y, classes, numClasses: 10).write(to: "confusion.png")
    ///
    /// - Parameters:
    ///   - labels: class numbers; predictions: class numbers, as many.
    /// - Throws: `IbexError` as `IbexModels.confusionMatrix` and the form with counts.
    public static func confusionMatrix(
        _ labels: Tensor, _ predictions: Tensor, numClasses: Int, classNames: [String]? = nil,
        normalized: Bool = false, title: String = "", width: Double? = nil
    ) throws -> Picture {
        let counts = try IbexModels.confusionMatrix(labels, predictions, numClasses: numClasses).doubles()
        let rows = (0..<numClasses).map { Array(counts[$0 * numClasses..<($0 + 1) * numClasses]) }
        return try confusionMatrix(
            rows, classNames: classNames, normalized: normalized, title: title, width: width)
    }

    /// The names of classes: those given, where they fit in number, else numbers from 0.
    static func checkedNames(_ names: [String]?, count: Int, at place: String) throws(IbexError) -> [String] {
        guard let names else { return (0..<count).map(String.init) }
        guard names.count == count else {
            throw IbexError(.shape, at: place, found: "\(names.count) class names", expected: "\(count)")
        }
        return names
    }

    private static func count(_ value: Double) -> String {
        guard value.rounded() == value, value < 1e15 else { return Ticks.name(value) }
        return value < 100_000 ? String(Int(value)) : "\(Int(value / 1000))k"
    }

    /// Percents, to a tenth where there is room.
    private static func percent(_ share: Double, fine: Bool) -> [String] {
        guard !share.isNaN else { return [] }
        if share == 0 || share == 1 { return [share == 0 ? "0" : "100"] }
        return [NumberText.fixed(100 * share, decimals: fine ? 1 : 0)]
    }
}

extension HeatMap {
    func picture(title: String, width: Double?) -> Picture {
        let margin = ChartSheet.margin
        let map = drawing(width: width.map { $0 - 2 * margin })
        var drawing = Drawing()
        var y = margin
        if !title.isEmpty {
            drawing.text(Font.title.shortened(title, to: map.width), .title, at: Point(margin, y))
            y += Font.title.lineHeight + 8
        }
        drawing.add(map.drawing, at: Point(margin, y))
        return drawing.picture(width: map.width + 2 * margin, height: y + map.height + margin)
    }
}
