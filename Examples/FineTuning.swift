import Ibex

/// A network that has learnt the digits 0 to 4 learns 5 to 9: it loses its head, its base is frozen, a new head is
/// trained, and then all of it a little.
///
/// - Returns: the accuracies on test images and by how much the base changed, in the order of the stages.
@discardableResult
func fineTuning(_ images: DigitImages, epochs: Int, verbose: Verbosity = 1) throws -> FineTuningResult {
    let (low, lowTest) = (try chosen(images.train, 0...4, images), try chosen(images.test, 0...4, images))
    let (high, highTest) = (try chosen(images.train, 5...9, images), try chosen(images.test, 5...9, images))

    // A base that knows what strokes look like.
    let model = Sequential([
        Input(shape: [low.x.shape[1], low.x.shape[2], 1]),
        Conv2D(16, kernelSize: 3, activation: .relu),
        MaxPooling2D(2),
        Flatten(),
        Dense(64, activation: .relu),
        Dense(5, activation: .softmax),
    ])
    model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
    try model.fit(low.x, low.y, batchSize: 64, epochs: epochs, verbose: verbose)
    let first = try model.evaluate(lowTest.x, lowTest.y, verbose: 0)["accuracy"] ?? 0
    print("digits 0 to 4, accuracy on the test images:", first)

    // The head goes, the base is frozen, a new head is trained.
    model.pop()
    for layer in model.layers { layer.trainable = false }
    model.add(Dense(5, activation: .softmax, name: "head"))
    model.summary(showTrainable: true)
    model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
    let learnt = try baseWeights(model)
    try model.fit(high.x, high.y, batchSize: 64, epochs: epochs, verbose: verbose)
    let second = try model.evaluate(highTest.x, highTest.y, verbose: 0)["accuracy"] ?? 0
    let frozenChange = largestChange(learnt, try baseWeights(model))
    print("digits 5 to 9 by a new head: \(second); the base changed by \(frozenChange)")

    // Everything may change, in small steps.
    model.trainable = true
    model.compile(optimizer: .adam(learningRate: 1e-4), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
    try model.fit(high.x, high.y, batchSize: 64, epochs: epochs, verbose: verbose)
    let third = try model.evaluate(highTest.x, highTest.y, verbose: 0)["accuracy"] ?? 0
    let tunedChange = largestChange(learnt, try baseWeights(model))
    print("digits 5 to 9, fine-tuned: \(third); the base changed by \(tunedChange)")
    return FineTuningResult(accuracies: [first, second, third], baseChanges: [frozenChange, tunedChange])
}

struct FineTuningResult {
    let accuracies: [Double]
    let baseChanges: [Float]
}

/// The images of some digits, ready for a convolution, and their classes counted from the first of these digits.
private func chosen(
    _ part: (x: Tensor, y: Tensor), _ digits: ClosedRange<UInt8>, _ images: DigitImages
) throws -> (x: Tensor, y: Tensor) {
    let labels = try part.y.scalars(as: UInt8.self)
    let rows = Tensor(labels.indices.filter { digits.contains(labels[$0]) }.map { Int32($0) })
    let x = part.x.gathering(rows).expandedDims(axis: -1).cast(to: .float32) / images.brightest
    return (x, part.y.gathering(rows).cast(to: .int32) - Double(digits.lowerBound))
}

/// All weights but those of the head.
private func baseWeights(_ model: Sequential) throws -> [Float] {
    try model.layers.dropLast().flatMap { try $0.getWeights().flatMap { try $0.scalars(as: Float.self) } }
}

private func largestChange(_ before: [Float], _ after: [Float]) -> Float {
    zip(before, after).map { abs($0 - $1) }.max() ?? 0
}
