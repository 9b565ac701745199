import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Sample weights of each result, of steps, and of classes. The numbers come from Keras 3.15.1 in double precision.
@Suite(.serialized) struct SampleWeightTests {
    private static let x: [[Double]] = [[1, 2], [0.5, -1], [3, 0], [-2, 1]]
    private var targets: [Tensor] {
        [
            Tensor(shape: [4, 1], scalars: [1.0, 0, 2, 1]),
            Tensor(shape: [4, 2, 1], scalars: [1.0, 0, 0.5, 1, 2, 2, -1, 0]),
        ]
    }
    private var weights: [Tensor] {
        [
            Tensor([1, 0.5, 2, 0] as [Double]), Tensor([[1, 2], [0, 1], [3, 1], [0.5, 0.25]] as [[Double]]),
        ]
    }

    private func expect(_ got: Double?, _ want: Double, _ what: String) {
        #expect(abs((got ?? .nan) - want) < 1e-12, "\(what): \(got ?? .nan), expected \(want)")
    }

    /// A dense layer, and beside it the input as a sequence of two steps.
    private func twoResults() throws -> Model {
        let input = Input(shape: [2])
        let model = try Model(
            inputs: input, outputs: [Dense(1, useBias: false, name: "a")(input), Reshape([2, 1], name: "b")(input)])
        model.compile(
            optimizer: .sgd(learningRate: 0.1), losses: [.meanSquaredError, .meanAbsoluteError],
            lossWeights: [1, 0.5],
            weightedMetrics: [
                [.mean(of: .meanAbsoluteError, name: "mae")], [.mean(of: .meanSquaredError, name: "mse")],
            ])
        try model.setWeights([Tensor([[0.5], [0.25]] as [[Double]])])
        return model
    }

    @Test(arguments: ["cpu", "opencl"]) func eachResultHasItsOwn(device: String) throws {
        try PlainKernels.withDevice(device) {
            try withConfiguration {
                try Configuration.setFloatx(.float64)
                let model = try twoResults()
                let x = Tensor(Self.x)
                let result = try model.evaluate([x], targets, batchSize: 4, verbose: 0, sampleWeights: weights)
                expect(result.loss, 0.859375, "loss")
                for (name, want) in [
                    "a_loss": 0.125, "b_loss": 1.46875, "a_mae": 0.2857142857142857, "b_mse": 2.257142857142857,
                ] {
                    expect(result[name], want, name)
                }
                let history = try model.fit(
                    [x], targets, batchSize: 2, epochs: 2, verbose: 0, shuffle: false, sampleWeights: weights)
                expect(history["loss"].last, 0.80431328125, "loss of epoch 1")
                expect(history["a_mae"].last, 0.2778571428571429, "a_mae of epoch 1")
                let kernel = try model.getWeights()[0].doubles()
                expect(kernel[0], 0.587, "kernel")
                expect(kernel[1], 0.1975, "kernel")
            }
        }
    }

    /// Batches that are parts of longer tensors, the first rows among them, from a sequence and one by one.
    @Test(arguments: ["cpu", "opencl"]) func batchesHaveTheirOwn(device: String) throws {
        try withDevice(device) {
            try withConfiguration {
                try Configuration.setFloatx(.float64)
                let x = Tensor(Self.x)
                let batches = [0..<2, 2..<4].map { rows in
                    Batch(
                        inputs: [x[rows]], targets: targets.map { $0[rows] }, sampleWeights: weights.map { $0[rows] })
                }
                let fitted = try twoResults()
                try fitted.fit(batches, epochs: 2, verbose: 0)
                let stepped = try twoResults()
                for batch in batches + batches { try stepped.trainOnBatch(batch) }
                for model in [fitted, stepped] {
                    let kernel = try model.getWeights()[0].doubles()
                    expect(kernel[0], 0.587, "kernel")
                    expect(kernel[1], 0.1975, "kernel")
                }
            }
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func classWeightsStandForSampleWeights(device: String) throws {
        try PlainKernels.withDevice(device) {
            try withConfiguration {
                try Configuration.setFloatx(.float64)
                let labels = Tensor([0, 1, 2, 1] as [Int32])
                for (loss, y) in [
                    (Loss.sparseCategoricalCrossentropy, labels),
                    (.categoricalCrossentropy, try toCategorical(labels, numClasses: 3)),
                ] {
                    let model = Sequential([Input(shape: [2]), Dense(3, activation: .softmax)])
                    model.compile(optimizer: .sgd(), loss: loss, weightedMetrics: [.accuracy])
                    _ = try model(Tensor(Self.x))
                    try model.setWeights([Tensor([[0.5, 0.25, -1], [1, 0, 0.3]] as [[Double]]), .zeros([3])])
                    let result = try model.trainOnBatch(Tensor(Self.x), y, classWeight: [0: 2, 1: 0.5])
                    expect(result.loss, 1.7410565985463142, "\(loss.name) on \(device)")
                    expect(result["accuracy"], 0.625, "accuracy")
                }
            }
        }
    }

    @Test func whatDoesNotFitIsNamed() throws {
        try withConfiguration {
            try Configuration.setFloatx(.float64)
            let model = try twoResults()
            let x = Tensor(Self.x)
            expectError(.argument, at: "fit of functional", found: "class weights for targets of shapes") {
                try model.fit([x], targets, verbose: 0, classWeight: [0: 2])
            }
            expectError(.argument, at: "fit of functional", found: "class weights beside sample weights") {
                try model.fit([x], targets, verbose: 0, classWeight: [0: 2], sampleWeights: weights)
            }
            // One tensor for several results has one number for each sample.
            expectError(.data, at: "fit of functional", found: "sample weights of shape (4, 2)") {
                try model.fit([x], targets, verbose: 0, sampleWeights: [weights[1]])
            }
            expectError(
                .data, at: "fit of functional", found: "sample weights of shape (4, 2) for results of shape (4, 1)"
            ) {
                try model.fit([x], targets, verbose: 0, sampleWeights: [weights[1], weights[0]])
            }
            expectError(.data, at: "fit of functional", found: "3 sample weights for 2 targets") {
                try model.fit([x], targets, verbose: 0, sampleWeights: weights + weights.prefix(1))
            }
        }
    }
}
