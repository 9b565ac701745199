import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Inputs that leave extents besides the batch open. Shapes and summaries are those that Keras 3.15.1 prints.
@Suite(.serialized) struct OpenExtentTests {
    private let picture = Input(shape: [nil, nil, 3])
    private let steps = Input(shape: [nil, 4])

    /// Nearly every kind of layer that can do without knowing an extent.
    @Test func shapesAreInferredAsFarAsTheyCan() throws {
        let rows: [(Layer, [Int?])] = [
            (Conv2D(8, kernelSize: 3), [nil, nil, nil, 8]), (Conv2D(8, kernelSize: 3, strides: 2), [nil, nil, nil, 8]),
            (Conv2DTranspose(3, kernelSize: 3, strides: 2), [nil, nil, nil, 3]),
            (DepthwiseConv2D(kernelSize: 3), [nil, nil, nil, 3]),
            (MaxPooling2D(2, padding: .same), [nil, nil, nil, 3]),
            (AveragePooling2D(3), [nil, nil, nil, 3]), (GlobalAveragePooling2D(), [nil, 3]),
            (GlobalMaxPooling2D(keepDims: true), [nil, 1, 1, 3]), (AdaptiveAveragePooling2D(2), [nil, 2, 2, 3]),
            (Dense(5), [nil, nil, nil, 5]), (Flatten(), [nil, nil]), (Reshape([-1, 3]), [nil, nil, 3]),
            (Reshape([-1, 6]), [nil, nil, 6]), (Permute([3, 1, 2]), [nil, 3, nil, nil]),
            (ZeroPadding2D(1), [nil, nil, nil, 3]), (Cropping2D(1), [nil, nil, nil, 3]),
            (UpSampling2D(2), [nil, nil, nil, 3]), (BatchNormalization(), [nil, nil, nil, 3]),
            (LayerNormalization(), [nil, nil, nil, 3]), (GroupNormalization(groups: 3), [nil, nil, nil, 3]),
            (PReLU(sharedAxes: [1, 2]), [nil, nil, nil, 3]), (Softmax(), [nil, nil, nil, 3]),
            (Resizing(height: 4, width: 5), [nil, 4, 5, 3]), (RandomCrop(height: 3, width: 2), [nil, 3, 2, 3]),
            (Rescaling(2), [nil, nil, nil, 3]), (Lambda { $0.sum(axis: 1) }, [nil, nil, 3]),
            (SpectralNormalization(Conv2D(2, kernelSize: 1)), [nil, nil, nil, 2]),
            (Sequential([Conv2D(2, kernelSize: 3), ReLU()]), [nil, nil, nil, 2]),
        ]
        for (layer, want) in rows { #expect(try layer(picture).shape == want, "\(layer.place)") }
        #expect(try TimeDistributed(Dense(2))(steps).shape == [nil, nil, 2])
        #expect(try Embedding(5, 2)(Input(shape: [nil])).shape == [nil, nil, 2])
        #expect(try Conv1D(2, kernelSize: 3, padding: .causal)(steps).shape == [nil, nil, 2])
        #expect(try Dot(axes: 2)([steps, Input(shape: [nil, 4])]).shape == [nil, nil, nil])
        #expect(try RepeatVector(3)(GlobalMaxPooling2D()(picture)).shape == [nil, 3, 3])
        let first = Input(shape: [3, nil, nil])
        let convolution = Conv2D(2, kernelSize: 3, padding: .same, dataFormat: .channelsFirst)
        #expect(try convolution(first).shape == [nil, 2, nil, nil])
        let same = try Conv2D(3, kernelSize: 1)(picture)
        #expect(try (same + picture).shape == [nil, nil, nil, 3])
        #expect(try Concatenate()([same, picture]).shape == [nil, nil, nil, 6])
        #expect(try Concatenate(axis: 1)([same, picture]).shape == [nil, nil, nil, 3])
    }

    /// Global pooling of a convolution of ones: each pixel is the sum of what its window sees, over √2.
    private func model() throws -> Model {
        let x = Input(shape: [nil, nil, 1])
        let sums = try Conv2D(1, kernelSize: 2, kernelInitializer: .ones)(x)
        let features = try GlobalAveragePooling2D()(BatchNormalization(epsilon: 1)(sums))
        return try Model(inputs: x, outputs: Dense(1, kernelInitializer: .ones)(features))
    }

    @Test(arguments: ["cpu", "opencl"]) func sizesVary(device: String) throws {
        try PlainKernels.withDevice(device) {
            let model = try model()
            model.compile(optimizer: .sgd(learningRate: 0), loss: .meanAbsoluteError)
            let (want, target) = (4 / 2.0.squareRoot(), Tensor.zeros([2, 1]))
            for (rows, columns) in [(2, 2), (3, 5), (4, 2)] {
                let x = Tensor.ones([2, rows, columns, 1], .float32)
                let results =
                    try model.predict(x, verbose: 0).doubles() + [try model.evaluate(x, target, verbose: 0).loss]
                #expect(results.allSatisfy { abs($0 - want) < 1e-6 }, "\(results)")
            }
            for size in [3, 4] {
                // A batch of ones is its own mean.
                let history = try model.fit(Tensor.ones([2, size, size, 1]), target, verbose: 0)
                #expect(history["loss"] == [0])
            }
            expectError(.shape, at: "(InputLayer)", found: "(2, 4, 4, 3)", expected: "(batch, any, any, 1)") {
                _ = try model.predict(Tensor.ones([2, 4, 4, 3]), verbose: 0)
            }
        }
    }

    /// What Keras prints, line by line.
    @Test func summaryPrintsNone() throws {
        let x = Input(shape: [nil, nil, 3], name: "x")
        let normalized = try BatchNormalization(name: "norm")(Conv2D(8, kernelSize: 3, name: "c")(x))
        let y = try ReLU(name: "r")(normalized)
        let pooled = [
            try MaxPooling2D(2, padding: .same, name: "most")(y),
            try AveragePooling2D(2, padding: .same, name: "mean")(y),
        ]
        let features = try GlobalAveragePooling2D(name: "pool")(Concatenate(name: "both")(pooled))
        let model = try Model(inputs: x, outputs: Dense(4, name: "top")(features), name: "open")
        let text = model.summary(lineLength: 96)
        for row in [
            "│ x (InputLayer)            │ (None, None, None, 3)  │              0 │ -                      │",
            "│ norm (BatchNormalization) │ (None, None, None, 8)  │             32 │ c[0][0]                │",
            "│ mean (AveragePooling2D)   │ (None, None, None, 8)  │              0 │ r[0][0]                │",
            "│ both (Concatenate)        │ (None, None, None, 16) │              0 │ most[0][0], mean[0][0] │",
            "│ pool                      │ (None, 16)             │              0 │ both[0][0]             │",
            "│ top (Dense)               │ (None, 4)              │             68 │ pool[0][0]             │",
        ] {
            #expect(text.contains(row + "\n"), "\(row)")
        }
        let row = Sequential([Input(shape: [nil, 4]), Conv1D(2, kernelSize: 3, name: "c"), Dense(5, name: "d")])
        let rows = row.summary(lineLength: 76)
        #expect(rows.contains("│ c (Conv1D)                      │ (None, None, 2)        │            26 │"))
        #expect(rows.contains("│ d (Dense)                       │ (None, None, 5)        │            15 │"))
        // Inside a block that has no input of its own.
        let block = Sequential([Conv2D(8, kernelSize: 3, name: "inner")])
        let nested = try Model(inputs: x, outputs: block(x)).summary(lineLength: 76, expandNested: true)
        #expect(nested.contains("└ inner (Conv2D)             │ (None, None, None, 8)  │"), "\(nested)")
    }

    @Test func configurationHoldsNull() throws {
        let model = try model()
        let input = try #require(model.config["layers"]?.array?[0].object)
        #expect(input["config"]?.object?["batch_shape"] == [nil, nil, nil, 1])
        let twin = try cloneModel(model)
        #expect(twin.inputs[0].shape == [nil, nil, nil, 1] && twin.outputs[0].shape == [nil, 1])
        #expect(try Model.functional(config: model.config).config == model.config)
        let row = Sequential([Input(shape: [nil, 4]), Dense(2)])
        #expect(row.config["build_input_shape"] == [nil, nil, 4])
        #expect(row.outputs[0].shape == [nil, nil, 2])
        let features = try Model(inputs: row.layers[0].output, outputs: Dense(3)(row.layers[0].output))
        #expect(try cloneModel(features).inputs[0].shape == [nil, nil, 2])
    }

    /// Weights cannot have an open extent; the layer is as it was, and can be built for another input.
    @Test func weightsNeedExtents() throws {
        let dense = Dense(3, name: "top")
        expectError(.shape, at: "layer top (Dense)", found: "top/kernel of shape (None, 3)", remedy: "Global") {
            _ = try dense(Flatten()(picture))
        }
        #expect(!dense.isBuilt && dense.weights.isEmpty)
        #expect(try dense(Input(shape: [4])).shape == [nil, 3])
        for layer in [PReLU(), LayerNormalization(axis: 1), Normalization(axis: 1)] {
            expectError(.shape, at: layer.place, found: "None") { _ = try layer(picture) }
        }
        expectError(.shape, at: "Conv2D", found: "(3, 3, None, 2)") {
            _ = try Conv2D(2, kernelSize: 3)(Input(shape: [5, 5, nil]))
        }
        let row = Sequential([Input(shape: [nil, 4]), Flatten(), Dense(2)])
        expectError(.shape, at: "Dense", found: "(None, 2)") {
            _ = try row.predict(Tensor.ones([1, 3, 4]), verbose: 0)
        }
        expectError(.shape, found: "3840", remedy: "3840 stands for an extent that Input leaves open") {
            _ = try Reshape([7])(picture)
        }
    }
}
