// A small convolutional network on the handwritten digits that travel with Ibex.
import Ibex

setRandomSeed(42)
let (images, labels) = try Digits.load()
let (x, xTest, y, yTest) = try trainTestSplit(images.cast(to: .float32) / 16, labels, testSize: 0.2, seed: 42)

let model = Sequential {
    Input(shape: [8, 8])
    Reshape([8, 8, 1])
    Conv2D(16, kernelSize: 3, activation: .relu)
    Conv2D(32, kernelSize: 3, activation: .relu)
    MaxPooling2D(2)
    Dropout(0.25)
    Flatten()
    Dense(10, activation: .softmax)
}
model.summary()
model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])

let history = try model.fit(x, y, batchSize: 32, epochs: 10, validationSplit: 0.1)
print("validation accuracy by epoch:", history["val_accuracy"])

print("test accuracy:", try model.evaluate(xTest, yTest)["accuracy"] ?? 0)
