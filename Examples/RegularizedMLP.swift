import Ibex

/// Two small hidden layers whose weights are held small by an L2 penalty, trained by Adam, with a fifth of the training
/// images kept for validation.
///
/// - Returns: what each epoch came to, and the accuracy on the test images.
@discardableResult
func regularizedMLP(
    _ images: DigitImages, epochs: Int, verbose: Verbosity = 1
) throws -> (history: History, accuracy: Double) {
    let pixels = images.train.x.shape[1] * images.train.x.shape[2]
    let xTrain = images.train.x.reshaped(-1, pixels).cast(to: .float32) / images.brightest
    let xTest = images.test.x.reshaped(-1, pixels).cast(to: .float32) / images.brightest
    let yTrain = try toCategorical(images.train.y, numClasses: 10)
    let yTest = try toCategorical(images.test.y, numClasses: 10)

    let model = Sequential([
        Input(shape: [pixels]),
        Dense(20, activation: .relu, kernelRegularizer: .l2(0.01)),
        Dense(15, activation: .relu, kernelRegularizer: .l2(0.01)),
        Dense(10, activation: .softmax, kernelRegularizer: .l2(0.01)),
    ])
    model.summary()
    model.compile(optimizer: .adam(), loss: .categoricalCrossentropy, metrics: [.accuracy])
    let history = try model.fit(
        xTrain, yTrain, batchSize: 128, epochs: epochs, verbose: verbose, validationSplit: 0.2)
    print("loss on the images kept for validation:", history["val_loss"].last ?? 0)

    let accuracy = try model.evaluate(xTest, yTest, verbose: verbose)["accuracy"] ?? 0
    print("accuracy on the test images:", accuracy)
    return (history, accuracy)
}
