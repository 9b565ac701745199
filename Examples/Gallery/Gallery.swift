import Foundation
import Ibex
import IbexPictures

/// `gallery FOLDER`: trains a small convolutional network and draws all that Ibex can draw of it.
@main
struct Gallery {
    static func main() throws {
        let folder = CommandLine.arguments.dropFirst().first ?? "Documentation/gallery"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        setRandomSeed(42)
        let digits = try GalleryDigits()
        let model = convolutionalNetwork(side: digits.side)
        let history = try model.fit(
            digits.xTrain, digits.yTrain, batchSize: 64, epochs: 12, verbose: 2, validationSplit: 0.2)
        let pictures = try trainingPictures(model, history, digits) + modelPictures(model)
        for (name, picture) in pictures {
            try picture.write(to: "\(folder)/\(name).png")
            print("\(folder)/\(name).png: \(Int(picture.width))x\(Int(picture.height)) points")
        }
    }

    static func convolutionalNetwork(side: Int) -> Sequential {
        let model = Sequential([
            Input(shape: [side, side, 1]),
            Conv2D(16, kernelSize: 3, activation: .relu, name: "convolution"),
            MaxPooling2D(2),
            Dropout(0.25),
            Flatten(),
            Dense(32, activation: .relu),
            Dense(10, activation: .softmax),
        ])
        model.compile(
            optimizer: .adam(learningRate: 0.002), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
        return model
    }

    static func trainingPictures(
        _ model: Sequential, _ history: History, _ digits: GalleryDigits
    ) throws -> [(String, Picture)] {
        let probabilities = try model.predict(digits.xTest, verbose: 0)
        let classes = probabilities.argmax(axis: -1)
        let (images, truth) = (digits.xTest, digits.yTest)
        let wrong = try digits.firstWrong(classes)
        let scores = try GalleryCurves(probabilities, truth)
        return try [
            ("history", history.plot(title: "A small convolutional network on \(digits.name)")),
            ("confusion", .confusionMatrix(truth, classes, numClasses: 10, title: "What was taken for what")),
            (
                "confusion-normalized",
                .confusionMatrix(
                    truth, classes, numClasses: 10, normalized: true,
                    title: "What was taken for what, in percent of a digit")
            ),
            (
                "digits",
                .imageGrid(
                    images[..<30], labels: truth[..<30], predictions: classes[..<30], title: "The first test images")
            ),
            (
                "mistakes",
                .mistakes(images, labels: truth, predictions: classes, numClasses: 10, title: "Mistakes")
            ),
            ("probabilities", probabilityBars(probabilities, digits, wrong)),
            ("confidence", .confidenceHistogram(probabilities, labels: truth, title: "How sure the network is")),
            ("roc", .rocCurve(scores.roc, title: "One digit against the others")),
            ("precision-recall", .precisionRecallCurve(scores.precisionRecall, title: "One digit against the others")),
            ("filters", .filters(of: model.getLayer(named: "convolution"))),
            ("activations", .activations(of: "convolution", in: model, for: images[..<1])),
        ]
    }

    static func probabilityBars(
        _ probabilities: Tensor, _ digits: GalleryDigits, _ sample: Int
    ) throws -> Picture {
        let label = try Int(digits.yTest[sample].cast(to: .int32).item(as: Int32.self))
        let image = try ImageBuffer.images(digits.xTest[sample..<sample + 1])[0]
        return try .probabilities(probabilities[sample], trueClass: label, image: image)
    }

    /// The network itself, and one with branches, a model inside and a layer that is used twice.
    static func modelPictures(_ network: Sequential) throws -> [(String, Picture)] {
        let encoder = Sequential(
            [
                Input(shape: [28, 28, 1]), Conv2D(16, kernelSize: 3, activation: .relu, name: "edges"),
                GlobalAveragePooling2D(name: "average"),
            ], name: "encoder")
        let (left, right) = (Input(shape: [28, 28, 1], name: "left"), Input(shape: [28, 28, 1], name: "right"))
        let extra = Input(shape: [4], name: "extra")
        let (a, b): (SymbolicTensor, SymbolicTensor) = (try encoder(left), try encoder(right))
        let joined = try Concatenate(name: "joined")([a, b, extra])
        let hidden = try Dense(32, activation: .relu, name: "hidden")(joined)
        let deeper = try Dense(32, activation: .relu, name: "deeper")(hidden)
        let sum = try Add(name: "shortcut")([hidden, deeper])
        let output = try Dense(1, activation: .sigmoid, name: "same")(sum)
        let twin = try Model(inputs: [left, right, extra], outputs: output, name: "twin")
        return try [
            ("model", plotModel(network, showShapes: true, showLayerNames: true, showLayerActivations: true)),
            ("model-branches", plotModel(twin, showShapes: true, showLayerNames: true, expandNested: true)),
        ]
    }
}
