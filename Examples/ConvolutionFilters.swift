import Ibex

/// A convolutional network, and what its first layer has learnt: the filters themselves, and what they make of an
/// image, read through a model that shares the layers and ends at the convolution.
///
/// - Parameter pictures: the folder for `filters.pgm` and `activations.pgm`.
/// - Returns: the accuracy on the test images, and the two pictures.
@discardableResult
func convolutionFilters(
    _ images: DigitImages, epochs: Int, pictures: String, verbose: Verbosity = 1
) throws -> (accuracy: Double, filters: Picture, activations: Picture) {
    let xTrain = images.train.x.expandedDims(axis: -1).cast(to: .float32) / images.brightest
    let xTest = images.test.x.expandedDims(axis: -1).cast(to: .float32) / images.brightest
    let yTrain = try toCategorical(images.train.y, numClasses: 10)
    let yTest = try toCategorical(images.test.y, numClasses: 10)

    let model = Sequential([
        Input(shape: [xTrain.shape[1], xTrain.shape[2], 1]),
        Conv2D(32, kernelSize: 3, activation: .relu, name: "convolution"),
        MaxPooling2D(2),
        Dropout(0.25),
        Flatten(),
        Dropout(0.5),
        Dense(10, activation: .softmax),
    ])
    model.summary()
    model.compile(optimizer: .adam(), loss: .categoricalCrossentropy, metrics: [.accuracy])
    try model.fit(xTrain, yTrain, batchSize: 128, epochs: epochs, verbose: verbose)
    let accuracy = try model.evaluate(xTest, yTest, verbose: verbose)["accuracy"] ?? 0
    print("accuracy on the test images:", accuracy)

    let convolution = try model.getLayer(named: "convolution")
    let kernel = convolution.getWeights()[0]  // (3, 3, 1, 32)
    let filters = try Picture(tiles: kernel[0..., 0..., 0].transposed([2, 0, 1]), columns: 8, enlargement: 8)

    let subModel = try Model(inputs: model.inputs, outputs: convolution.output)
    let maps = try subModel.predict(xTest[..<1], verbose: 0)  // (1, 26, 26, 32)
    let activations = try Picture(tiles: maps[0].transposed([2, 0, 1]), columns: 8, enlargement: 2)

    try filters.write(to: pictures + "/filters.pgm")
    try activations.write(to: pictures + "/activations.pgm")
    print("The first test image:")
    print(try Picture(tiles: images.test.x[..<1], columns: 1).text)
    print("What the first filter makes of it:")
    print(try Picture(tiles: maps[0].transposed([2, 0, 1])[..<1], columns: 1).text)
    print("All 32 filters are in \(pictures)/filters.pgm, what they make of it in \(pictures)/activations.pgm.")
    return (accuracy, filters, activations)
}
