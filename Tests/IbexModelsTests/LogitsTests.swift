import IbexGraph
import IbexModels
import IbexRuntime
import Testing

/// Cross-entropy of a final softmax or sigmoid is computed from its logits. The numbers are those that Keras 3.15 gives
/// in `evaluate` for the same models.
@Suite struct LogitsTests {
    private func loss(_ layers: [Layer], _ loss: Loss, _ x: Tensor, _ y: Tensor) throws -> Double {
        let model = Sequential(layers)
        model.compile(loss: loss)
        return try model.evaluate(x, y, verbose: 0).loss
    }

    private let wrong = Tensor([[100, 0]] as [[Float]])
    private let oneHot = Tensor([[0, 1]] as [[Float]])

    @Test(arguments: ["cpu", "opencl"]) func softmax(device: String) throws {
        try withDevice(device) {
            #expect(try loss([Activation(.softmax)], .categoricalCrossentropy, wrong, oneHot) == 100)
            let labels = Tensor([1] as [Int32])
            #expect(try loss([Activation(.softmax)], .sparseCategoricalCrossentropy, wrong, labels) == 100)
            #expect(try loss([Activation(.linear)], .categoricalCrossentropy(fromLogits: true), wrong, oneHot) == 100)
            // Something in between hides the logits: probabilities are clipped at 1e-7.
            let far = try loss(
                [Activation(.softmax), Activation(ActivationFunction("once") { $0 * 1 + 0 })], .categoricalCrossentropy,
                wrong, oneHot)
            #expect(abs(far - 16.118) < 1e-3)
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func sigmoid(device: String) throws {
        try withDevice(device) {
            let (x, y) = (Tensor([[50]] as [[Float]]), Tensor([[0]] as [[Float]]))
            #expect(try loss([Activation(.sigmoid)], .binaryCrossentropy, x, y) == 50)
            let far = try loss(
                [Activation(.sigmoid), Activation(ActivationFunction("once") { $0 * 1 + 0 })], .binaryCrossentropy, x, y
            )
            #expect(abs(far - 15.9424) < 1e-3)
        }
    }

    /// Targets of one axis beside predictions with a last axis of one element.
    @Test func binaryClassification() throws {
        try withRandomSeed(5) {
            let x = Tensor.randomNormal([256, 3])
            let y = (x.sum(axis: 1) .> 0).cast(to: .float32)
            let model = Sequential([Dense(1, activation: .sigmoid)])
            model.compile(optimizer: .sgd(learningRate: 1), loss: .binaryCrossentropy, metrics: [.accuracy])
            let history = try model.fit(x, y, epochs: 20, verbose: 0)
            #expect(try #require(history["accuracy"].last) > 0.95)
        }
    }
}
