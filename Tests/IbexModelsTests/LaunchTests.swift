import IbexGraph
import IbexModels
import IbexRuntime
import Testing

@Suite struct LaunchTests {
    /// One replayed program with gather, metrics and update inside.
    @Test(arguments: ["cpu", "opencl"]) func mlp784(device: String) throws {
        try withDevice(device) {
            let model = Sequential([
                Input(shape: [784]), Dense(784, activation: .relu), Dense(10, activation: .softmax),
            ])
            model.compile(optimizer: .rmsprop(), loss: .categoricalCrossentropy, metrics: [.accuracy])
            let x = Tensor.randomUniform([256, 784])
            let y = try toCategorical(Tensor((0..<256).map { Int32($0 % 10) }), numClasses: 10)
            try model.fit(x, y, batchSize: 128, verbose: 0)
            let step = try #require(model.trainingSteps.first)
            print(step.program)
            #expect(step.executable.launchCount <= 14)
        }
    }
}
