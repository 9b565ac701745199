import Ibex

/// One hidden layer as wide as MNIST has pixels, trained by RMSprop, on class numbers instead of one-hot rows.
///
/// - Returns: the accuracy on the test images.
@discardableResult
func wideMLP(_ images: DigitImages, epochs: Int, verbose: Verbosity = 1) throws -> Double {
    let pixels = images.train.x.shape[1] * images.train.x.shape[2]
    let xTrain = images.train.x.reshaped(-1, pixels).cast(to: .float32) / images.brightest
    let xTest = images.test.x.reshaped(-1, pixels).cast(to: .float32) / images.brightest

    let model = Sequential()
    model.add(Input(shape: [pixels]))
    model.add(Dense(784, activation: .relu))
    model.add(Dense(10, activation: .softmax))
    model.compile(optimizer: .rmsprop(), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
    try model.fit(
        xTrain, images.train.y, batchSize: 128, epochs: epochs, verbose: verbose,
        validationData: (xTest, images.test.y))

    let result = try model.evaluate(xTest, images.test.y, verbose: verbose)
    print("loss on the test images: \(result.loss), accuracy: \(result["accuracy"] ?? 0)")
    return result["accuracy"] ?? 0
}
