import Ibex

/// The Swift side of the README's table "Keras to Ibex": what stands in a cell there stands here too.
///
/// - Parameters:
///   - x: (n, 784); y: (n, 10), from 0 to 1.
///   - batches: at least ten.
func kerasTwins(_ x: Tensor, _ y: Tensor, _ batches: [Batch]) throws -> [Tensor] {
    setRandomSeed(1)
    let model = Sequential([Input(shape: [784]), Dense(10, activation: .softmax)])
    model.compile(optimizer: .adam(), loss: .meanSquaredError, metrics: [.mae])
    model.summary()
    let history = try model.fit(x, y, batchSize: 32, epochs: 5, validationSplit: 0.2)
    try model.fit(batches, stepsPerEpoch: 10)
    try model.fit(x, y, verbose: 0, callbacks: [EarlyStopping(monitor: "loss")])
    try model.trainOnBatch(x, y)
    let result = try model.evaluate(x, y)
    let classes = try model.predictClasses(x)
    print(try classificationReport(y, classes))
    let numbers = [history["val_loss"].last, result["mae"]]

    let inputs = Input(shape: [784], name: "in")
    let h = try Dense(64, activation: .relu, name: "hidden")(inputs)
    let (a, b) = (try Dense(10)(h), try Dense(1)(h))
    let base = try Model(inputs: inputs, outputs: [a, b])
    let hidden = try base.getLayer(named: "hidden")
    let features = try Model(inputs: base.inputs, outputs: hidden.output)
    base.trainable = false
    let twin = try cloneModel(features)
    try twin.setWeights(features.getWeights())
    model.pop()

    let labels = Tensor([3, 1] as [Int32])
    let oneHot = try toCategorical(labels, numClasses: 10)
    try Configuration.setFloatx(.float64)
    return try [features.predict(x), twin.predict(x), oneHot, Tensor(numbers.map { Float($0 ?? .nan) })]
}

/// What needs files that a machine may lack.
func kerasDataTwins() throws {
    let model = try loadModel("digits.keras")
    try model.save("digits.keras")
    try model.saveWeights("digits.weights.h5")
    try model.loadWeights("digits.weights.h5")
    let ((xTrain, yTrain), (xTest, yTest)) = try MNIST.load()
    let best = ModelCheckpoint("model-{epoch:02d}-{val_loss:.3f}.h5", saveBestOnly: true)
    try model.fit(xTrain, yTrain, callbacks: [best], validationData: (xTest, yTest), interruptible: true)
}
