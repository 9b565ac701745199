import IbexGraph
import IbexModels
import IbexRuntime

extension Trial {
    /// Models made here, trained for two steps.
    static func made() throws -> [Trial] {
        let trials = [
            try perceptron(), try images(), try branches(), try sequences(), try volumes(), try normalized(),
            try wrapped(), try scaled(), try frozen(),
        ]
        for trial in trials {
            for _ in 0..<2 { try trial.model.trainOnBatch(Batch(inputs: trial.inputs, targets: trial.targets)) }
        }
        return trials
    }

    private static func perceptron() throws -> Trial {
        let model = Sequential(
            [
                Input(shape: [12]), Dense(8, activation: .relu, kernelRegularizer: .l2(0.01)),
                Dropout(0.3), Dense(6, activation: .tanh, kernelConstraint: .maxNorm(2)),
                Dense(3, activation: .softmax),
            ], name: "perceptron")
        model.compile(
            optimizer: .adam(learningRate: 0.01, amsgrad: true), loss: .categoricalCrossentropy, metrics: [.accuracy])
        return Trial(
            name: "perceptron", model: model, inputs: [wave([4, 12])], targets: [oneHot([4, 3])],
            repeats: (false, false))
    }

    private static func images() throws -> Trial {
        let model = Sequential(
            [
                Input(shape: [12, 12, 3]), Rescaling(0.5), ZeroPadding2D(1),
                Conv2D(4, kernelSize: 3, strides: 2, padding: .same, useBias: false), BatchNormalization(), ReLU(),
                DepthwiseConv2D(kernelSize: 3, padding: .same), LeakyReLU(), MaxPooling2D(2),
                SeparableConv2D(5, kernelSize: 2), PReLU(), Conv2DTranspose(3, kernelSize: 2, strides: 2),
                UpSampling2D(2), AveragePooling2D(2), GlobalAveragePooling2D(), Dense(3),
            ], name: "images")
        model.compile(
            optimizer: .sgd(learningRate: 0.05, momentum: 0.9, nesterov: true),
            loss: .sparseCategoricalCrossentropy(fromLogits: true),
            metrics: [.sparseCategoricalAccuracy])
        return Trial(
            name: "images", model: model, inputs: [wave([4, 12, 12, 3])], targets: [Tensor([0, 1, 2, 0] as [Int32])],
            crosses: false, repeats: (true, false))
    }

    private static func branches() throws -> Trial {
        let (left, right) = (Input(shape: [5], name: "left_in"), Input(shape: [5], name: "right_in"))
        let shared = Dense(4, activation: .elu, name: "shared")
        let entry = Input(shape: [4], name: "entry")
        let half = try Dense(4, name: "inner_dense")(entry)
        let inner = try Model(inputs: entry, outputs: Add(name: "inner_sum")([entry, half]), name: "inner")
        let (a, b) = (try inner(shared(left)), try inner(shared(right)))
        let joined = try Concatenate(name: "joined")([a, b, Multiply(name: "product")([a, b])])
        let model = try Model(
            inputs: [left, right],
            outputs: [Dense(1, name: "score")(joined), Dense(3, activation: .softmax, name: "kind")(joined)],
            name: "branches")
        try model.compile(
            optimizer: .rmsprop(learningRate: 0.002, momentum: 0.5, centered: true),
            losses: ["score": .mse, "kind": .categoricalCrossentropy], lossWeights: ["score": 0.5, "kind": 2],
            metrics: ["kind": [.accuracy], "score": [.mae]])
        return Trial(
            name: "branches", model: model, inputs: [wave([4, 5]), wave([4, 5], phase: 2)],
            targets: [wave([4, 1]), oneHot([4, 3])], crosses: false)
    }

    private static func sequences() throws -> Trial {
        let model = Sequential(
            [
                Input(shape: [7], dtype: .int32), Embedding(9, 4), Conv1D(5, kernelSize: 3, padding: .causal),
                TimeDistributed(Dense(4, activation: .gelu)), LayerNormalization(), ZeroPadding1D(1),
                GlobalMaxPooling1D(), Dense(2, activation: .sigmoid),
            ], name: "sequences")
        model.compile(optimizer: .nadam(learningRate: 0.01), loss: .binaryCrossentropy, metrics: [.binaryAccuracy])
        let words = Tensor(shape: [4, 7], scalars: (0..<28).map { Int32($0 * 5 % 9) })
        // Keras 2 forgets Nadam's product of momenta.
        return Trial(
            name: "sequences", model: model, inputs: [words], targets: [oneHot([4, 2])], crosses: false,
            repeats: (true, false))
    }

    private static func volumes() throws -> Trial {
        let model = Sequential(
            [
                Input(shape: [6, 6, 6, 1]), Conv3D(2, kernelSize: 2), MaxPooling3D(2), Flatten(), RepeatVector(3),
                Permute([2, 1]), Reshape([4, -1]), Cropping1D(1), GlobalAveragePooling1D(),
                Dense(2, activation: .softmax),
            ], name: "volumes")
        model.compile(optimizer: .adagrad(learningRate: 0.05), loss: .categoricalCrossentropy)
        return Trial(name: "volumes", model: model, inputs: [wave([4, 6, 6, 6, 1])], targets: [oneHot([4, 2])])
    }

    private static func normalized() throws -> Trial {
        let normalization = Normalization()
        try normalization.adapt(wave([50, 6], phase: 1))
        let model = Sequential(
            [Input(shape: [6]), normalization, Dense(6, activation: .selu), UnitNormalization(), Dense(1)],
            name: "normalized")
        model.compile(
            optimizer: .adamax(learningRate: .exponentialDecay(from: 0.01, steps: 2, rate: 0.5)),
            loss: .huber(), metrics: [.mae])
        return Trial(name: "normalized", model: model, inputs: [wave([4, 6])], targets: [wave([4, 1])])
    }

    private static func wrapped() throws -> Trial {
        let model = Sequential(
            [
                Input(shape: [5, 4]), EinsumDense("abc,cd->abd", outputShape: [5, 6], biasAxes: "d"),
                SpectralNormalization(Dense(3)), Flatten(), Dense(2),
            ], name: "wrapped")
        model.compile(optimizer: .lamb(learningRate: 0.01), loss: .mse)
        // On JAX, Keras 3 forgets the kernel that SpectralNormalization divides in a training step.
        return Trial(
            name: "wrapped", model: model, inputs: [wave([4, 5, 4])], targets: [wave([4, 2])], isForKeras2: false,
            repeats: (false, false))
    }

    private static func scaled() throws -> Trial {
        let model = Sequential(
            [Input(shape: [5, 4]), GroupNormalization(groups: 2), RMSNormalization(), Flatten(), Dense(2)],
            name: "scaled")
        model.compile(
            optimizer: .lossScaleOptimizer(.adamW(learningRate: 0.01, averaging: WeightAveraging())), loss: .mse)
        return Trial(
            name: "scaled", model: model, inputs: [wave([4, 5, 4])], targets: [wave([4, 2])], isForKeras2: false)
    }

    private static func frozen() throws -> Trial {
        let base = Sequential(
            [Input(shape: [4]), Dense(4, name: "base_dense"), BatchNormalization(name: "base_norm")], name: "base")
        base.trainable = false
        let model = Sequential([Input(shape: [4]), base, Dense(3, activation: .softplus)], name: "frozen")
        model.compile(optimizer: .ftrl(learningRate: 0.05), loss: .logCosh)
        return Trial(name: "frozen", model: model, inputs: [wave([4, 4])], targets: [wave([4, 3])])
    }
}
