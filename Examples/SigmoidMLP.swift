import Ibex

/// The first network of many a Keras course: ten sigmoid units between the pixels and the ten digits, trained by plain
/// gradient descent.
///
/// - Returns: the accuracy on the test images.
@discardableResult
func sigmoidMLP(_ images: DigitImages, epochs: Int, verbose: Verbosity = 1) throws -> Double {
    let pixels = images.train.x.shape[1] * images.train.x.shape[2]  // 784 for MNIST
    let xTrain = images.train.x.reshaped(-1, pixels).cast(to: .float32) / images.brightest
    let xTest = images.test.x.reshaped(-1, pixels).cast(to: .float32) / images.brightest
    let yTrain = try toCategorical(images.train.y, numClasses: 10)
    let yTest = try toCategorical(images.test.y, numClasses: 10)

    let model = Sequential([
        Input(shape: [pixels]),
        Dense(10, activation: .sigmoid),
        Dense(10, activation: .softmax),
    ])
    model.summary()
    model.compile(optimizer: .sgd(), loss: .categoricalCrossentropy, metrics: [.accuracy])
    try model.fit(xTrain, yTrain, batchSize: 100, epochs: epochs, verbose: verbose)

    let accuracy = try model.evaluate(xTest, yTest, verbose: verbose)["accuracy"] ?? 0
    print("accuracy on the test images:", accuracy)
    let predictions = try model.predict(xTest, verbose: verbose)
    print("the first ten are taken for", predictions[..<10].argmax(axis: -1), "and are", images.test.y[..<10])
    return accuracy
}
