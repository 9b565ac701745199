import IbexGraph
import IbexModels
import IbexRuntime
import Testing

/// What channels-first pictures cost: the layers compute channels last, between transposes that mostly cancel out.
@Suite(.serialized) struct ChannelsFirstTests {
    /// The training step of cnn-32-64 on 28 x 28 pictures.
    private func step(_ format: ImageDataFormat, channels: Int) throws -> Program {
        try withDevice("opencl") {
            let shape: [Int?] = format == .channelsLast ? [28, 28, channels] : [channels, 28, 28]
            let model = Sequential([
                Input(shape: shape),
                Conv2D(32, kernelSize: 3, dataFormat: format, activation: .relu),
                Conv2D(64, kernelSize: 3, dataFormat: format, activation: .relu),
                MaxPooling2D(2, dataFormat: format), Flatten(dataFormat: format), Dense(128, activation: .relu),
                Dense(10, activation: .softmax),
            ])
            model.compile(optimizer: .adam(), loss: .categoricalCrossentropy, metrics: [.accuracy])
            let x = Tensor.ones(Shape([4] + shape.compactMap(\.self)), .float32)
            try model.fit(x, Tensor.ones([4, 10], .float32) / 10, batchSize: 4, verbose: 0)
            return try #require(model.trainingSteps.first).program
        }
    }

    /// The batch is brought channels last once, for the first convolution and its filter's gradient; nothing else moves.
    @Test(arguments: [1, 3]) func aTransposeAtMost(channels: Int) throws {
        let (first, last) = (
            try step(.channelsFirst, channels: channels), try step(.channelsLast, channels: channels)
        )
        #expect(first.steps.count <= last.steps.count + 1, "\(first)\nchannels last: \(last)")
        let kernels = first.steps.map(\.op.name).filter { $0 != "fused" }.sorted()
        #expect(kernels == last.steps.map(\.op.name).filter { $0 != "fused" }.sorted())
    }
}
