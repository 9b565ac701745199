import IbexGraph
import IbexRuntime

extension Picture {
    /// Images in rows with their labels, and with what a model took them for: a wrong one stands in a frame, and
    /// `7 as 1` below it means a 7 that was taken for a 1.
    ///
    ///     let images = try ImageBuffer.images(xTest[..<24])
    ///     try Picture.imageGrid(images, labels: ["7", "2"], predictions: ["7", "1"]).write(to: "digits.png")
    ///
    /// - Parameters:
    ///   - labels: the true classes; predictions: what they were taken for. Either as many as there are images.
    ///   - columns: how many images stand beside each other; about three to two rows by default.
    ///   - width: in points; by default the images are 64 points wide.
    /// - Throws: `IbexError` of kind `argument` without images, or where labels do not fit in number.
    public static func imageGrid(
        _ images: [ImageBuffer], labels: [String]? = nil, predictions: [String]? = nil, columns: Int? = nil,
        title: String = "", width: Double? = nil
    ) throws(IbexError) -> Picture {
        let counts = [labels?.count, predictions?.count].compactMap(\.self)
        guard !images.isEmpty, counts.allSatisfy({ $0 == images.count }), columns ?? 1 > 0 else {
            throw IbexError(
                .argument, at: "a picture of images",
                found: "\(images.count) images in \(columns.map(String.init) ?? "any") columns with \(counts) labels",
                expected: "at least one image and column, and a label for each image or none at all")
        }
        let items = images.indices.map { index in
            let (label, prediction) = (labels?[index], predictions?[index])
            guard let label, let prediction, label != prediction else {
                return ImageGrid.Item(image: images[index], caption: [label ?? prediction].compactMap(\.self))
            }
            let whole = "\(label) as \(prediction)"
            let fits = Font(size: Font.tick.size, isBold: true).width(of: whole) <= 64
            return ImageGrid.Item(
                image: images[index], caption: fits ? [whole] : [label, "as \(prediction)"], isMarked: true)
        }
        var grid = ImageGrid(items: items, columns: columns, title: title)
        if items.contains(where: \.isMarked) {
            grid.legend = [.init(name: "wrong: true class as predicted class", sign: .area(ImageGrid.markColor))]
        }
        return grid.picture(width: width)
    }

    /// Images of a tensor with labels and predictions as class numbers.
    ///
    ///     let classes = try model.predict(xTest[..<24]).argmax(axis: -1)
    ///     try Picture.imageGrid(xTest[..<24], labels: yTest[..<24], predictions: classes).write(to: "digits.png")
    ///
    /// - Parameter images: as `ImageBuffer.images` takes them.
    /// - Throws: `IbexError` as `ImageBuffer.images` and the form with pixels, `data` for a number that is no class.
    public static func imageGrid(
        _ images: Tensor, labels: Tensor? = nil, predictions: Tensor? = nil, classNames: [String]? = nil,
        columns: Int? = nil, title: String = "", width: Double? = nil
    ) throws -> Picture {
        func names(_ classes: Tensor?) throws -> [String]? {
            try classes.map { try classNumbers($0, among: classNames).map { classNames?[$0] ?? String($0) } }
        }
        return try imageGrid(
            ImageBuffer.images(images), labels: names(labels), predictions: names(predictions), columns: columns,
            title: title, width: width)
    }

    /// The class numbers of a tensor.
    static func classNumbers(_ tensor: Tensor, among names: [String]? = nil) throws -> [Int] {
        try tensor.doubles().map { value in
            guard value >= 0, value < Double(names?.count ?? .max), value.rounded() == value else {
                throw IbexError(
                    .data, at: "a picture of classes", found: "the class \(value)",
                    expected: names.map { "a number from 0 to \($0.count - 1)" } ?? "whole numbers from 0 on",
                    remedy: "For one-hot rows or probabilities, use argmax(axis: -1).")
            }
            return Int(value)
        }
    }
}
