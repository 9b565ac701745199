import IbexGraph
import IbexRuntime

extension Picture {
    /// What was taken for what: a table with the true class by row and the predicted class by column, in each cell the
    /// first image that was taken so and how many there are. On the diagonal stands how many were right.
    ///
    ///     let classes = try model.predict(xTest).argmax(axis: -1)
    ///     try Picture.mistakes(xTest, labels: yTest, predictions: classes, numClasses: 10).write(to: "mistakes.png")
    ///
    /// - Parameters:
    ///   - images: as `ImageBuffer.images` takes them; only those that are shown are read.
    ///   - labels, predictions: class numbers, as many as images.
    ///   - most: of more classes than this, those with the most mistakes are shown.
    ///   - width: in points.
    /// - Throws: `IbexError` of kind `shape` where numbers do not fit, `data` for a number that is no class.
    public static func mistakes(
        _ images: Tensor, labels: Tensor, predictions: Tensor, numClasses: Int, classNames: [String]? = nil,
        most: Int = 12, title: String = "", width: Double = 720
    ) throws -> Picture {
        let place = "a picture of mistakes"
        let names = try checkedNames(classNames, count: numClasses, at: place)
        let (truth, taken) = (try classNumbers(labels, among: names), try classNumbers(predictions, among: names))
        guard images.shape.rank > 0, truth.count == images.shape[0], taken.count == truth.count else {
            throw IbexError(
                .shape, at: place,
                found: "\(truth.count) labels and \(taken.count) predictions for images of shape \(images.shape)",
                expected: "one of each for every image")
        }
        let table = MistakeTable(truth: truth, taken: taken, names: names, most: max(most, 2))
        let rows = table.examples.joined().compactMap(\.self)
        let shown = rows.isEmpty ? [] : try ImageBuffer.images(images.gathering(Tensor(rows.map { Int32($0) })))
        return table.picture(Dictionary(zip(rows, shown)) { $1 }, title: title, width: width)
    }
}

/// Which images were taken for which class, and how many.
struct MistakeTable {
    let names: [String]
    /// Row: true class; column: predicted class.
    let counts: [[Int]]
    /// The first image of each cell off the diagonal.
    let examples: [[Int?]]
    /// How many classes there are in all.
    private let allClasses: Int

    init(truth: [Int], taken: [Int], names: [String], most: Int) {
        var counts = names.map { _ in names.map { _ in 0 } }
        var examples = names.map { _ in names.map { _ in Int?.none } }
        for (index, (label, prediction)) in zip(truth, taken).enumerated() {
            counts[label][prediction] += 1
            if label != prediction, examples[label][prediction] == nil { examples[label][prediction] = index }
        }
        let mistakes = names.indices.map { one in
            names.indices.reduce(0) { $1 == one ? $0 : $0 + counts[one][$1] + counts[$1][one] }
        }
        let ranked = names.indices.sorted { (mistakes[$1], $0) < (mistakes[$0], $1) }
        let kept = ranked.prefix(most).sorted()
        self.names = kept.map { names[$0] }
        self.counts = kept.map { row in kept.map { counts[row][$0] } }
        self.examples = kept.map { row in kept.map { examples[row][$0] } }
        allClasses = names.count
    }

    func picture(_ images: [Int: ImageBuffer], title: String, width: Double) -> Picture {
        let (margin, tick, label) = (ChartSheet.margin, Font.tick, Font.label)
        let count = Double(names.count)
        let rowNames = names.map { tick.shortened($0, to: 110) }
        let left = margin + label.lineHeight + 6 + (rowNames.map(tick.width).max() ?? 0) + 6
        let side = min(max((ChartSheet.held(width, from: 0) - left - margin) / count, 30), 120)
        let across = left + side * count - margin
        var drawing = Drawing()
        var y = margin
        let part =
            names.count < allClasses ? "\(names.count) of \(allClasses) classes, those with the most mistakes" : ""
        for (text, font) in [(title, Font.title), (part, label)] where !text.isEmpty {
            drawing.text(font.shortened(text, to: across), font, at: Point(margin, y))
            y += font.lineHeight + 6
        }
        drawing.text("predicted class", label, .soft, at: Point(left + side * count / 2, y), .centre, .top)
        y += label.lineHeight + 4 + tick.lineHeight + 4
        let area = Rect(x: left, y: y, width: side * count, height: side * count)
        drawing.text("true class", label, .soft, at: Point(margin, area.centre.y), .leading, .middle, upright: true)
        for (index, name) in names.enumerated() {
            let middle = (Double(index) + 0.5) * side
            drawing.text(rowNames[index], tick, at: Point(left - 6, area.y + middle), .trailing, .middle)
            let column = tick.shortened(name, to: side - 4)
            drawing.text(column, tick, at: Point(area.x + middle, area.y - 4), .centre, .bottom)
        }
        for (index, cell) in area.cells(rows: names.count, columns: names.count).enumerated() {
            draw(index / names.count, index % names.count, in: cell, images, on: &drawing)
        }
        return drawing.picture(width: area.right + margin, height: area.bottom + margin)
    }

    private func draw(
        _ row: Int, _ column: Int, in cell: Rect, _ images: [Int: ImageBuffer], on drawing: inout Drawing
    ) {
        let font = Font(size: 9)
        drawing.box(cell, fill: row == column ? .empty : nil, stroke: Stroke(color: .faint, width: 0.8))
        let number = String(counts[row][column])
        if row == column {
            drawing.text(number, font, .soft, at: cell.centre, .centre, .middle)
        } else if let example = examples[row][column], let image = images[example] {
            let room = Rect(
                left: cell.x + 3, top: cell.y + 3, right: cell.right - 3, bottom: cell.bottom - font.lineHeight - 2)
            let scale = min(room.width / Double(image.width), room.height / Double(image.height))
            let (wide, high) = (Double(image.width) * scale, Double(image.height) * scale)
            drawing.image(image, in: Rect(centre: room.centre, width: wide, height: high))
            drawing.text(number, font, at: Point(cell.centre.x, cell.bottom - 1), .centre, .bottom)
        }
    }
}
