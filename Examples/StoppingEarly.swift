import Ibex

/// A network with more weights than so few images need: it is trained until its loss on images kept for validation has
/// not got better for three epochs, and then has the weights of its best epoch.
///
/// - Returns: what each epoch came to, the number of the best one, and the accuracy on the test images.
@discardableResult
func stoppingEarly(
    _ images: DigitImages, epochs: Int, verbose: Verbosity = .auto
) throws -> (history: History, bestEpoch: Int, accuracy: Double) {
    let pixels = images.train.x.shape[1] * images.train.x.shape[2]
    let xTrain = images.train.x.reshaped(-1, pixels).cast(to: .float32) / images.brightest
    let xTest = images.test.x.reshaped(-1, pixels).cast(to: .float32) / images.brightest

    let model = Sequential([
        Input(shape: [pixels]),
        Dense(256, activation: .relu),
        Dense(10, activation: .softmax),
    ])
    model.compile(optimizer: .adam(learningRate: 0.01), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
    let stop = EarlyStopping(monitor: "val_loss", patience: 3, verbose: 1, mode: .min, restoreBestWeights: true)
    let history = try model.fit(
        xTrain, images.train.y, batchSize: 128, epochs: epochs, verbose: verbose, callbacks: [stop],
        validationSplit: 0.2)
    print("\(history.epoch.count) of \(epochs) epochs; the best was epoch \(stop.bestEpoch + 1)")

    let accuracy = try model.evaluate(xTest, images.test.y, verbose: verbose)["accuracy"] ?? 0
    print("accuracy on the test images:", accuracy)
    return (history, stop.bestEpoch, accuracy)
}
