import IbexGraph
import IbexModels
import IbexRuntime

extension Picture {
    /// The probabilities that a model gives one sample, as bars, with the image beside them.
    ///
    ///     let p = try model.predict(xTest[..<1])
    ///     let image = try ImageBuffer.images(xTest[..<1])[0]
    ///     try Picture.probabilities(p, trueClass: 7, image: image).write(to: "seven.png")
    ///
    /// - Parameters:
    ///   - values: one for each class, from 0 to 1.
    ///   - trueClass: is named in bold; where another class has the highest bar, that bar has another colour.
    ///   - most: of more classes than this, those with the highest bars are shown, highest first.
    /// - Throws: `IbexError` of kind `shape` where names do not fit in number, `data` for what is no probability,
    ///   `argument` for a class that is none.
    public static func probabilities(
        _ values: [Double], classNames: [String]? = nil, trueClass: Int? = nil, image: ImageBuffer? = nil,
        most: Int = 12, title: String? = nil, width: Double = 480
    ) throws(IbexError) -> Picture {
        let place = "a picture of probabilities"
        let names = try checkedNames(classNames, count: values.count, at: place)
        guard !values.isEmpty, values.allSatisfy({ $0 >= -1e-6 && $0 <= 1 + 1e-6 }) else {
            throw IbexError(
                .data, at: place, found: "\(values.count) numbers from \(values.min() ?? 0) to \(values.max() ?? 0)",
                expected: "at least one, each from 0 to 1", remedy: "For logits, use softmax(axis: -1) first.")
        }
        guard trueClass.map(values.indices.contains) ?? true else {
            throw IbexError(
                .argument, at: place, found: "the true class \(trueClass ?? 0)",
                expected: "a class from 0 to \(values.count - 1)")
        }
        let ranked = values.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }
        var shown = values.count <= most ? Array(values.indices) : Array(ranked.prefix(max(most, 1)))
        if let trueClass, !shown.contains(trueClass) { shown.append(trueClass) }
        let bars = shown.map { one in
            ProbabilityBars.Bar(
                name: names[one], value: values[one], isTrue: one == trueClass, isHighest: one == ranked[0])
        }
        let rest = values.count > bars.count ? ", \(bars.count) of \(values.count) classes" : ""
        let truth = trueClass.map { ", true class \(names[$0])" } ?? ""
        let heading = title ?? "predicted class \(names[ranked[0]])\(truth)\(rest)"
        return ProbabilityBars(bars: bars, image: image, title: heading).picture(width: width)
    }

    /// The probabilities of one sample, (classes,) or (1, classes).
    ///
    /// - Throws: `IbexError` as the form with numbers.
    public static func probabilities(
        _ values: Tensor, classNames: [String]? = nil, trueClass: Int? = nil, image: ImageBuffer? = nil,
        most: Int = 12, title: String? = nil, width: Double = 480
    ) throws -> Picture {
        guard values.shape.rank == 1 || values.shape.rank == 2 && values.shape[0] == 1 else {
            throw IbexError(
                .shape, at: "a picture of probabilities", found: "a tensor of shape \(values.shape)",
                expected: "(classes,) or (1, classes): those of one sample")
        }
        return try probabilities(
            values.doubles(), classNames: classNames, trueClass: trueClass, image: image, most: most, title: title,
            width: width)
    }
}

/// Level bars, one below the other.
struct ProbabilityBars {
    struct Bar {
        let name: String
        let value: Double
        let isTrue, isHighest: Bool

        var color: Color { isTrue && isHighest ? Palette.blue : isHighest ? Palette.vermillion : Color(0x9DBBD0) }
        /// Its share in percent.
        var text: String {
            value > 0 && value < 0.0005 ? "<0.1%" : NumberText.fixed(100 * abs(value), decimals: 1) + "%"
        }
    }

    let bars: [Bar]
    let image: ImageBuffer?
    let title: String

    private static let rowHeight = 20.0

    func picture(width wanted: Double) -> Picture {
        let (margin, font) = (ChartSheet.margin, Font.label)
        let width = ChartSheet.held(wanted, from: image == nil ? 220 : 380)
        let top = margin + (title.isEmpty ? 0 : Font.heading.lineHeight + 10)
        let high = max(Self.rowHeight * Double(bars.count), image == nil ? 0 : 120)
        var (left, drawing) = (margin, Drawing())
        drawing.text(Font.heading.shortened(title, to: width - 2 * margin), .heading, at: Point(margin, margin))
        if let image {
            let side = min(high, 0.3 * width)
            let scale = side / Double(max(image.width, image.height))
            let (w, h) = (Double(image.width) * scale, Double(image.height) * scale)
            let place = Rect(x: left, y: top + (high - h) / 2, width: w, height: h)
            drawing.image(image, in: place)
            drawing.box(place, stroke: Stroke(color: .faint))
            left += w + 18
        }
        func face(_ bar: Bar) -> Font { Font(size: font.size, isBold: bar.isTrue) }
        let names = bars.map { face($0).shortened($0.name, to: 0.3 * width) }
        let nameWidth = zip(bars, names).map { face($0).width(of: $1) }.max() ?? 0
        let valueWidth = bars.map { face($0).width(of: $0.text) }.max() ?? 0
        let first = top + (high - Self.rowHeight * Double(bars.count)) / 2
        let area = Rect(
            left: left + nameWidth + 8, top: first, right: width - margin - valueWidth - 8,
            bottom: first + Self.rowHeight * Double(bars.count))
        drawing.frame(.panel, area)
        for (index, bar) in bars.enumerated() {
            let middle = area.y + (Double(index) + 0.5) * Self.rowHeight
            drawing.text(names[index], face(bar), at: Point(area.x - 8, middle), .trailing, .middle)
            let track = Rect(x: area.x, y: middle - 6, width: area.width, height: 12)
            drawing.box(track, fill: .empty)
            var filled = track
            filled.width = max(min(max(bar.value, 0), 1) * track.width, 0.8)
            drawing.box(filled, fill: bar.color)
            drawing.text(bar.text, face(bar), at: Point(width - margin, middle), .trailing, .middle)
        }
        return drawing.picture(width: width, height: top + high + margin)
    }
}
