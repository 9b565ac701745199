import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// What every layer must do: say what it was made with, be made again from that, know its shapes, and train.
@Suite struct LayerContractTests {
    struct Row: Sendable, CustomStringConvertible {
        let description: String
        let make: @Sendable () -> Layer
        let input: Shape
        let output: Shape
        let weights: Int
    }

    static let rows: [Row] =
        convolutionRows + poolingRows + spatialRows + [
            Row(
                description: "Dense", make: { Dense(5, activation: .relu, kernelRegularizer: .l2(0.1), name: "d") },
                input: [2, 3], output: [2, 5], weights: 20),
            Row(
                description: "Dense without bias, three axes",
                make: { Dense(5, useBias: false, kernelInitializer: .heNormal(seed: 3), activityRegularizer: .l1()) },
                input: [2, 4, 3], output: [2, 4, 5], weights: 15),
            Row(description: "Flatten", make: { Flatten() }, input: [2, 3, 4], output: [2, 12], weights: 0),
            Row(
                description: "Flatten channels first", make: { Flatten(dataFormat: .channelsFirst) },
                input: [2, 3, 4, 5],
                output: [2, 60], weights: 0),
            Row(description: "Reshape", make: { Reshape([3, -1]) }, input: [2, 12], output: [2, 3, 4], weights: 0),
            Row(
                description: "Dropout", make: { Dropout(0.25, noiseShape: [nil, 1], seed: 3) }, input: [2, 4],
                output: [2, 4],
                weights: 0),
            Row(description: "Activation", make: { Activation(.gelu) }, input: [2, 4], output: [2, 4], weights: 0),
        ]

    @Test(arguments: rows) func configuration(row: Row) throws {
        let layer = row.make()
        let twin = try LayerRegistry.layer(layer.className, config: layer.config)
        #expect(twin.config == layer.config)
        #expect(twin.name == layer.name)
        #expect(layer.config["name"] == .string(layer.name) && layer.config["trainable"] == true)
    }

    @Test(arguments: rows) func shapes(row: Row) throws {
        let layer = row.make()
        try layer.buildIfNeeded([row.input])
        #expect(try layer.outputShapes(for: [row.input]) == [row.output])
        #expect(layer.countParams() == row.weights)
        let y = try layer(Tensor.ones(row.input, .float32))
        #expect(y.shape == row.output)
        #expect(try y.scalars(as: Float.self).allSatisfy { $0.isFinite })
        // The batch counts for nothing.
        let other = row.input.replacing(axis: 0, with: 5)
        #expect(try layer.outputShapes(for: [other]) == [row.output.replacing(axis: 0, with: 5)])
    }

    @Test(arguments: rows) func training(row: Row) throws {
        let model = Sequential([row.make(), Flatten(), Dense(2)])
        model.compile(optimizer: .sgd(learningRate: 0.01), loss: .meanSquaredError)
        let x = Tensor.randomUniform(row.input)
        let history = try model.fit(x, Tensor.ones([row.input[0], 2], .float32), epochs: 3, verbose: 0)
        #expect(history["loss"].allSatisfy { $0.isFinite })
        #expect(try model.predict(x, verbose: 0).shape == [row.input[0], 2])
    }

    /// Flattening channels-first images gives what flattening the same images channels-last gives.
    @Test func channelsFirstMeansTheSameNumbers() throws {
        let last = Tensor.randomUniform([2, 6, 5, 3])
        let first = last.transposed([0, 3, 1, 2])
        func model(_ format: ImageDataFormat) throws -> Sequential {
            let model = Sequential([
                Conv2D(4, kernelSize: 3, dataFormat: format, activation: .relu), MaxPooling2D(2, dataFormat: format),
                Flatten(dataFormat: format), Dense(2),
            ])
            try model.buildIfNeeded([format == .channelsLast ? last.shape : first.shape])
            return model
        }
        let (a, b) = (try model(.channelsLast), try model(.channelsFirst))
        try b.setWeights(a.getWeights())
        let (want, got) = (try a(last).scalars(as: Float.self), try b(first).scalars(as: Float.self))
        for (x, y) in zip(want, got) { #expect(abs(x - y) < 1e-5) }
    }

    @Test func names() {
        #expect(KerasName.snakeCase("MaxPooling2D") == "max_pooling2d")
        #expect(KerasName.snakeCase("Conv2DTranspose") == "conv2d_transpose")
        #expect(KerasName.snakeCase("PReLU") == "p_re_lu")
        #expect(KerasName.snakeCase("SimpleRNN") == "simple_rnn")
        #expect(KerasName.snakeCase("RMSprop") == "rm_sprop")
        #expect(KerasName.snakeCase("LSTM") == "lstm")
    }
}
