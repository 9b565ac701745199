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
        let inputs: [Shape]
        let output: Shape
        let weights: Int

        init(
            description: String, make: @escaping @Sendable () -> Layer, inputs: [Shape], output: Shape, weights: Int = 0
        ) {
            self.description = description
            self.make = make
            self.inputs = inputs
            self.output = output
            self.weights = weights
        }

        init(description: String, make: @escaping @Sendable () -> Layer, input: Shape, output: Shape, weights: Int = 0)
        {
            self.init(description: description, make: make, inputs: [input], output: output, weights: weights)
        }
    }

    static let rows: [Row] = [
        core, activations, convolutionRows, poolingRows, spatialRows, normalizations, regularizations, reshapings,
        mergings, preprocessings, images, colours,
    ].flatMap(\.self)

    @Test(arguments: rows) func configuration(row: Row) throws {
        let layer = row.make()
        let twin = try LayerRegistry.layer(layer.className, config: layer.config)
        #expect(twin.config == layer.config)
        #expect(twin.name == layer.name)
        #expect(layer.config["name"] == .string(layer.name) && layer.config["trainable"] == true)
    }

    @Test(arguments: rows) func shapes(row: Row) throws {
        let layer = row.make()
        try layer.buildIfNeeded(row.inputs)
        #expect(try layer.outputShapes(for: row.inputs) == [row.output])
        #expect(layer.countParams() == row.weights)
        let y = try layer(row.inputs.map { Tensor.ones($0, .float32) })
        #expect(y.shape == row.output)
        #expect(try y.doubles().allSatisfy { $0.isFinite })
        // The batch counts for nothing.
        let others = row.inputs.map { $0.replacing(axis: 0, with: 5) }
        #expect(try layer.outputShapes(for: others) == [row.output.replacing(axis: 0, with: 5)])
    }

    /// The layer, and what makes two numbers of its result.
    private final class Trial: Model {
        let layer: Layer
        let flatten = Flatten()
        let dense = Dense(2)

        init(_ layer: Layer) {
            self.layer = layer
            super.init()
        }

        override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
            [try dense(flatten(layer(inputs, context), context), context)]
        }
    }

    @Test(arguments: rows) func training(row: Row) throws {
        let model = Trial(row.make())
        model.compile(optimizer: .sgd(learningRate: 0.01), loss: .meanSquaredError)
        let x = row.inputs.map { Tensor.randomUniform($0) }
        let batch = row.inputs[0][0]
        let history = try model.fit(x, [Tensor.ones([batch, 2], .float32)], epochs: 3, verbose: 0)
        #expect(history["loss"].allSatisfy { $0.isFinite })
        #expect(try model.predict(x, verbose: 0)[0].shape == [batch, 2])
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
