import Ibex

let (x, y) = try Digits.load()  // 1,797 handwritten digits that travel with Ibex: 8x8 pixels from 0 to 16
let (xTrain, xTest, yTrain, yTest) = try trainTestSplit(x.cast(to: .float32) / 16, y, testSize: 0.2, seed: 42)
let model = Sequential([
    Input(shape: [8, 8]), Flatten(), Dense(64, activation: .relu), Dense(10, activation: .softmax),
])
model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
try model.fit(xTrain, yTrain, batchSize: 32, epochs: 10, validationSplit: 0.1)
print("accuracy:", try model.evaluate(xTest, yTest)["accuracy"] ?? 0)
print("predicted:", try model.predict(xTest[..<10]).argmax(axis: -1), "really:", yTest[..<10])
