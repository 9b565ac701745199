import Foundation
import IbexFiles
import IbexGraph
import IbexModels
import IbexPictures

extension HTML {
    /// A drawing as lines: sharp at any size. It is an image of its own, since names inside several would clash.
    static func figure(_ picture: Picture, alt: String, caption: String) throws -> HTML {
        image(try picture.svg(), "image/svg+xml", picture, alt: alt, caption: caption)
    }

    /// A drawing that consists of images, as pixels.
    static func pixels(_ picture: Picture, alt: String, caption: String) throws -> HTML {
        image(try picture.png(), "image/png", picture, alt: alt, caption: caption)
    }

    private static func image(_ data: Data, _ type: String, _ picture: Picture, alt: String, caption: String) -> HTML {
        let source = "data:\(type);base64,\(data.base64EncodedString())"
        let (width, height) = (Int(picture.width.rounded(.up)), Int(picture.height.rounded(.up)))
        return """
            <figure><img src="\(source)" width="\(width)" height="\(height)" alt="\(alt)"/>
            <figcaption>\(caption)</figcaption></figure>
            """
    }
}

extension Report {
    /// Loss and metrics epoch by epoch.
    func curves() throws -> HTML {
        guard !log.epochs.isEmpty, !log.names.isEmpty else { return .nothing }
        let shown = log.names.filter { !$0.hasSuffix("]") }
        let logs = log.values.filter { shown.contains($0.key) }
        let ends = log.final.filter { shown.contains($0.name) }.map { "\($0.name) \(Self.text($0.value, of: $0.name))" }
        return try .figure(
            try Picture.history(logs, epochs: log.epochs),
            alt: "Curves over \(log.epochs.count) epochs; at the end: \(ends.joined(separator: ", "))",
            caption: "Loss and metrics at the end of each epoch, on the samples for training and for validation.")
    }

    /// How often each class was taken for each.
    func confusion() throws -> HTML {
        // Of more classes a picture shows nothing that could be read.
        guard let (counts, names) = classes, counts.count <= 100 else { return .nothing }
        let total = counts.joined().reduce(0, +)
        let right = counts.indices.reduce(0) { $0 + counts[$1][$1] }
        return try .figure(
            try Picture.confusionMatrix(counts.map { $0.map(Double.init) }, classNames: names),
            alt: "Confusion matrix of \(counts.count) classes: \(right) of \(total) samples on the diagonal",
            caption: "How often each class, by row, was taken for each class, by column: "
                + "\(NumberText.grouped(right)) of \(NumberText.grouped(total)) samples are right.")
    }

    /// How well classes are told apart whatever probability is asked for.
    func rocCurves() throws -> HTML {
        guard let (_, names) = classes, !arrays.curves.isEmpty else { return .nothing }
        let curves = arrays.curves.map { curve in
            curve.named(names.indices.contains(curve.number) ? names[curve.number] : String(curve.number))
        }
        return try .figure(
            Picture.rocCurve(curves),
            alt: "ROC curves; areas: "
                + curves.map { "\($0.name) \(NumberText.fixed($0.area, decimals: 4))" }.joined(separator: ", "),
            caption:
                "For a class against the others: which share of its samples is found, and which share of the others is "
                + "taken for it, as less and less is asked of the model's answer. The area is how probable it is that a "
                + "sample of the class gets more for it than one of the others"
                + (names.count > curves.count && names.count > 2
                    ? "; of the classes those with the least are shown." : "."))
    }

    /// Images that were taken for another class: one of each kind, by row and column, and the surest ones.
    func mistakes() throws -> HTML {
        guard let images = arrays.images, let (counts, names) = classes, images.shape[0] > 0 else { return .nothing }
        let surest = arrays.mistakes.prefix(ClassFindings.surest).indices
        func name(_ classes: [Int], _ place: Int) -> String {
            let number = classes[arrays.mistakes[place]]
            return names.indices.contains(number) ? names[number] : String(number)
        }
        let grid = try HTML.pixels(
            Picture.imageGrid(
                ImageBuffer.images(images[..<surest.count]), labels: surest.map { name(arrays.labels, $0) },
                predictions: surest.map { name(arrays.predictions, $0) }),
            alt: surest.prefix(12).map { "\(name(arrays.labels, $0)) taken for \(name(arrays.predictions, $0))" }
                .joined(separator: ", "),
            caption: "The mistakes that the model is surest of.")
        // The table reads images of all samples; those that it does not show are not kept.
        let examples = ClassFindings.examples(labels: arrays.labels, predictions: arrays.predictions)
        guard Set(examples).isSubset(of: arrays.mistakes) else { return grid }
        var places = [Int32](repeating: 0, count: arrays.labels.count)
        for (place, sample) in arrays.mistakes.enumerated() { places[sample] = Int32(place) }
        func classNumbers(_ numbers: [Int]) -> Tensor { Tensor(numbers.map { Int32($0) }) }
        let table = try HTML.pixels(
            Picture.mistakes(
                images.gathering(Tensor(places)), labels: classNumbers(arrays.labels),
                predictions: classNumbers(arrays.predictions), numClasses: counts.count, classNames: names),
            alt:
                "A table of mistakes, the true class by row and the predicted one by column, with an image of each kind",
            caption:
                "For each class, by row, an image that was taken for the class of the column, and how many there are.")
        return HTML([table, grid])
    }

    /// How sure the model is where it is right and where it is wrong.
    func confidence() throws -> HTML {
        guard !arrays.confidences.isEmpty else { return .nothing }
        let isRight = zip(arrays.labels, arrays.predictions).map { $0 == $1 }
        func mean(_ wanted: Bool) -> String {
            let values = zip(arrays.confidences, isRight).filter { $1 == wanted }.map(\.0)
            return values.isEmpty ? "none" : ReportNumbers.percent(values.reduce(0, +) / Double(values.count))
        }
        return try .figure(
            Picture.confidenceHistogram(arrays.confidences, isRight: isRight),
            alt:
                "Mean probability of the predicted class: \(mean(true)) where it is right, \(mean(false)) where it is wrong",
            caption:
                "The probability that the model gives the class that it predicts: on average \(mean(true)) where it is "
                + "right, \(mean(false)) where it is wrong.")
    }

    /// What the first convolution has learnt.
    func filters() throws -> HTML {
        guard let kernel = arrays.filters else { return .nothing }
        let extents = kernel.shape.extents
        let layer = Conv2D(extents[3], kernelSize: IntPair(extents[0], extents[1]), useBias: false, name: "filters")
        try layer.buildIfNeeded([Shape([1, extents[0], extents[1], extents[2]])])
        try layer.setWeights([kernel])
        return try .pixels(
            Picture.filters(of: layer, title: ""),
            alt: "\(extents[3]) filters of \(extents[0]) by \(extents[1]) pixels",
            caption: "The weights of the first convolution's filters.")
    }

    /// The layers and what leads where.
    func graph() throws -> HTML {
        guard let record else { return .nothing }
        let model = try Architecture.model(record.model, at: "\(title), model")
        return try .figure(
            plotModel(model, showShapes: true, showLayerNames: true, showLayerActivations: true),
            alt: "The model as a graph: " + model.layers.map(\.name).joined(separator: ", "),
            caption: "The layers, their shapes, and what leads where.")
    }
}
