import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// What bad arguments, shapes and configurations get: an error that names layer, key, what was found and expected.
@Suite struct CoreLayerErrorTests {
    private func build(_ layer: Layer, for inputs: Shape...) throws { try layer.buildIfNeeded(inputs) }

    @Test func normalizations() {
        expectError(
            .argument, at: "layer b (BatchNormalization)", found: "axis 4 for an input of shape (2, 3)",
            expected: "an axis from -2 to 1"
        ) { try build(BatchNormalization(axis: 4, name: "b"), for: [2, 3]) }
        expectError(.argument, at: "LayerNormalization", found: "axes [1, -1]", expected: "each once") {
            try build(LayerNormalization(axis: [1, -1]), for: [2, 3])
        }
        expectError(.shape, at: "GroupNormalization", found: "(2, 4, 10)", expected: "a multiple of 4 groups") {
            try build(GroupNormalization(groups: 4), for: [2, 4, 10])
        }
        expectError(.argument, at: "GroupNormalization", found: "axis 0", expected: "another axis than the batch") {
            try build(GroupNormalization(groups: 1, axis: 0), for: [2, 4])
        }
        expectError(.shape, at: "BatchNormalization", found: "(2, 4)", expected: "3 along axis 1, as the layer was") {
            let layer = BatchNormalization()
            try build(layer, for: [2, 3])
            _ = try layer(Tensor.ones([2, 4]))
        }
        expectError(.argument, at: "SpectralNormalization", found: "Activation", expected: "a kernel or embeddings") {
            try build(SpectralNormalization(Activation(.relu)), for: [2, 3])
        }
        expectError(.shape, at: "BatchNormalization", found: "(2, 3, 4)", expected: "the mask's shape (2,)") {
            let context = CallContext(training: true)
            let x = Tensor.ones([2, 3, 4])
            context.setMask(Tensor.ones([2], .bool), of: x)
            _ = try BatchNormalization()(x, context)
        }
    }

    @Test func merges() {
        expectError(.shape, at: "layer add_it (Add)", found: "(2, 3) and (2, 4)", expected: "equal or 1") {
            try build(Add(name: "add_it"), for: [2, 3], [2, 4])
        }
        expectError(.shape, at: "Multiply", found: "(2, 3) and (5, 3)", expected: "one batch") {
            try build(Multiply(), for: [2, 3], [5, 3])
        }
        expectError(.shape, at: "Subtract", found: "3 inputs", expected: "two inputs") {
            try build(Subtract(), for: [2, 3], [2, 3], [2, 3])
        }
        expectError(.shape, at: "Add", found: "0 inputs", expected: "at least one input") {
            _ = try Add().outputShapes(for: [])
        }
        expectError(.shape, at: "Concatenate", found: "(2, 3) and (2, 3, 4)", expected: "along axis 1 only") {
            try build(Concatenate(), for: [2, 3], [2, 3, 4])
        }
        expectError(.shape, at: "Dot", found: "(2, 3) and (2, 4)", expected: "as many elements along axis 1") {
            try build(Dot(axes: 1), for: [2, 3], [2, 4])
        }
        expectError(.argument, at: "Dot", found: "axes [0]", expected: "other axes than the batch") {
            try build(Dot(axes: 0), for: [2, 3], [2, 3])
        }
    }

    @Test func coreLayers() {
        expectError(.argument, at: "Embedding", found: "input dim 0", expected: "positive") {
            try build(Embedding(0, 3), for: [2, 4])
        }
        expectError(.data, at: "layer words (Embedding)", found: "the number 5", expected: "numbers from 0 to 4") {
            _ = try Embedding(5, 3, name: "words")(Tensor([[0, 5]] as [[Int32]]))
        }
        expectError(.shape, at: "TimeDistributed", found: "(2, 3)", expected: "batch, time") {
            try build(TimeDistributed(Dense(2)), for: [2, 3])
        }
        expectError(.shape, at: "layer inner (Dense)", expected: "4 in the last axis") {
            let layer = TimeDistributed(Dense(2, name: "inner"))
            try build(layer, for: [2, 3, 4])
            _ = try layer(Tensor.ones([2, 3, 5]))
        }
        expectError(.argument, at: "Permute", found: "dims [0, 1]", expected: "each number from 1 to 2") {
            try build(Permute([0, 1]), for: [2, 3, 4])
        }
        expectError(.shape, at: "RepeatVector", found: "(2, 3, 4)", expected: "2 axes: batch, features") {
            try build(RepeatVector(3), for: [2, 3, 4])
        }
        expectError(.argument, at: "PReLU", found: "shared axis 3", expected: "an axis from 1 to 2") {
            try build(PReLU(sharedAxes: [3]), for: [2, 3, 4])
        }
        expectError(.argument, at: "ReLU", found: "negative slope -1", expected: "not negative") {
            try build(ReLU(negativeSlope: -1), for: [2, 3])
        }
        expectError(.shape, at: "Masking", found: "(2,)", expected: "two axes or more") {
            try build(Masking(), for: [2])
        }
    }

    @Test func equations() {
        func check(_ equation: String, _ outputShape: [Int?], expected: String, biasAxes: String? = nil) {
            expectError(.argument, at: "layer e (EinsumDense)", expected: expected) {
                try build(
                    EinsumDense(equation, outputShape: outputShape, biasAxes: biasAxes, name: "e"), for: [2, 4, 3])
            }
        }
        check("abc,cd", [4, 5], expected: "an equation such as")
        check("abc,cd->...abd", [4, 5], expected: "dots on one side")
        check("ab,bd->ad", [5], expected: "a letter for each axis")
        check("abc,cd->abd", [5], expected: "as many letters in the result")
        check("abc,cd->abd", [4, nil], expected: "how long axis d is")
        check("abc,cd->abd", [7, 5], expected: "how long axis b is")
        check("abc,cd->abe", [4, 5], expected: "each letter in two")
        check("abc,cd->abd", [4, 5], expected: "letters of the result \"abd\"", biasAxes: "x")
    }

    @Test func noiseAndPictures() {
        expectError(.argument, at: "Dropout", found: "rate 1.5", expected: "from 0 to 1") {
            try build(Dropout(1.5), for: [2, 3])
        }
        expectError(.argument, at: "AlphaDropout", found: "rate 1.0", expected: "less than 1") {
            try build(AlphaDropout(1), for: [2, 3])
        }
        expectError(.argument, at: "GaussianNoise", found: "stddev -0.5", expected: "from 0 to 1") {
            try build(GaussianNoise(-0.5), for: [2, 3])
        }
        expectError(.shape, at: "SpatialDropout2D", found: "(2, 3, 4)", expected: "4 axes: batch") {
            try build(SpatialDropout2D(0.5), for: [2, 3, 4])
        }
        expectError(.shape, at: "Resizing", found: "(2, 3, 4)", expected: "batch, rows, columns, channels") {
            try build(Resizing(height: 2, width: 2), for: [2, 3, 4])
        }
        expectError(.argument, at: "RandomZoom", found: "height factor [0.1]", expected: "two numbers from -1.0 to 1.0")
        {
            try build(RandomZoom([0.1]), for: [2, 3, 4, 1])
        }
        expectError(.argument, at: "CenterCrop", found: "height 0", expected: "positive") {
            try build(CenterCrop(height: 0, width: 2), for: [2, 3, 4, 1])
        }
        expectError(.argument, at: "RandomContrast", found: "value range [1.0, 0.0]", expected: "the smaller first") {
            try build(RandomContrast(0.1, valueRange: [1, 0]), for: [2, 3, 4, 1])
        }
        expectError(.argument, at: "Normalization", found: "2 means", expected: "or 3 of each") {
            try build(Normalization(mean: [1, 2], variance: [1, 2]), for: [2, 3])
        }
        expectError(.state, at: "Normalization", found: "a mean of its own", remedy: "Leave out mean") {
            try Normalization(mean: [0], variance: [1]).adapt(Tensor.ones([2, 3]))
        }
    }

    @Test func configurations() {
        func make(_ name: String, _ config: Config) throws { _ = try LayerRegistry.layer(name, config: config) }
        expectError(.argument, at: "Embedding, key input_dim", found: "nothing", expected: "a whole number") {
            try make("Embedding", ["output_dim": 3])
        }
        expectError(.argument, at: "RandomFlip, key mode", found: "\"sideways\"", expected: "horizontal, vertical or") {
            try make("RandomFlip", ["mode": "sideways"])
        }
        expectError(
            .argument, at: "RandomRotation, key fill_mode", found: "\"mirror\"", expected: "reflect, wrap, constant"
        ) {
            try make("RandomRotation", ["factor": 0.1, "fill_mode": "mirror"])
        }
        expectError(.argument, at: "CategoryEncoding, key output_mode", found: "\"int\"", expected: "one_hot") {
            try make("CategoryEncoding", ["num_tokens": 3, "output_mode": "int"])
        }
        expectError(.argument, at: "Dot, key axes", found: "nothing", expected: "one axis or two") {
            try make("Dot", [:])
        }
        expectError(.argument, at: "BatchNormalization, key renorm_clipping", found: "\"rmaximum\"", expected: "rmax") {
            try make("BatchNormalization", ["renorm": true, "renorm_clipping": ["rmaximum": 1]])
        }
        expectError(.argument, at: "Resizing, key antialias", found: "true", expected: "false") {
            try make("Resizing", ["height": 2, "width": 2, "antialias": true])
        }
        expectError(.argument, at: "TimeDistributed, key layer", found: "nothing", expected: "class_name") {
            try make("TimeDistributed", [:])
        }
        expectError(.argument, at: "Flatten, key data_format", found: "\"channels\"", expected: "channels_last or") {
            try make("Flatten", ["data_format": "channels"])
        }
        expectError(.argument, at: "layer twice (Lambda)", remedy: "withCustomObjects(layers:") {
            try make("Lambda", ["name": "twice"])
        }
    }
}
