import Foundation
import Ibex

/// A network that is saved whenever its loss on images kept for validation is smaller than ever before; the last of these
/// files is loaded again.
///
/// - Parameter models: the folder for the files.
/// - Returns: what each epoch came to, the names of the files, and the accuracy of the model loaded on the test images.
@discardableResult
func bestModels(
    _ images: DigitImages, epochs: Int, models: String, verbose: Verbosity = .auto
) throws -> (history: History, files: [String], accuracy: Double) {
    let pixels = images.train.x.shape[1] * images.train.x.shape[2]
    let xTrain = images.train.x.reshaped(-1, pixels).cast(to: .float32) / images.brightest
    let xTest = images.test.x.reshaped(-1, pixels).cast(to: .float32) / images.brightest

    let model = Sequential([
        Input(shape: [pixels]),
        Dense(64, activation: .relu),
        Dense(10, activation: .softmax),
    ])
    model.compile(optimizer: .adam(learningRate: 0.02), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
    let checkpoint = ModelCheckpoint(
        models + "/model-{epoch:02d}-{val_loss:.3f}.h5", monitor: "val_loss", verbose: 1, saveBestOnly: true, mode: .min
    )
    let history = try model.fit(
        xTrain, images.train.y, batchSize: 128, epochs: epochs, verbose: verbose, callbacks: [checkpoint],
        validationSplit: 0.2)

    let files = try FileManager.default.contentsOfDirectory(atPath: models).filter { $0.hasSuffix(".h5") }.sorted()
    let best = try loadModel(models + "/" + (files.last ?? ""))
    let accuracy = try best.evaluate(xTest, images.test.y, verbose: verbose)["accuracy"] ?? 0
    print("The best of them, \(files.last ?? ""), has an accuracy on the test images of", accuracy)
    return (history, files, accuracy)
}
