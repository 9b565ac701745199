import IbexGraph
import IbexModels
import IbexRuntime
import Testing

@Suite struct FitTests {
    @Test func trainsOnDigits() throws {
        setRandomSeed(42)
        let (x, y) = try Digits.load()
        let model = Sequential([
            Input(shape: [64]), Dense(64, activation: .relu), Dense(10, activation: .softmax),
        ])
        let labels = try toCategorical(y)
        let images = x.reshaped(-1, 64).cast(to: .float32) / 16
        model.compile(optimizer: .rmsprop(), loss: .categoricalCrossentropy, metrics: [.accuracy])
        let history = try model.fit(images, labels, batchSize: 128, epochs: 5, verbose: 2, validationSplit: 0.2)
        print(history.history)
        #expect((history["accuracy"].last ?? 0) > 0.8)
    }
}
