import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Validation data with weights of its own. The numbers come from Keras 3.15.1, whose `validation_data` is then a triple.
@Suite(.serialized) struct ValidationWeightTests {
    private let x = Tensor([[1], [2], [3], [4], [5]] as [[Float]])
    private let y = Tensor([[1], [0], [2], [6], [3]] as [[Float]])
    private let weights = Tensor([1, 2, 0.5, 0, 3] as [Float])
    private let train = (x: Tensor([[1], [2]] as [[Float]]), y: Tensor([[2], [4]] as [[Float]]))

    private func dense(_ name: String? = nil) -> Dense {
        Dense(1, useBias: false, kernelInitializer: .ones, name: name)
    }

    /// y = w x, from w = 1 on.
    private func model() -> Model {
        let model = Sequential([Input(shape: [1]), dense()])
        model.compile(
            optimizer: .sgd(learningRate: 0.125), loss: .meanAbsoluteError, metrics: [.mse], weightedMetrics: [.mae])
        return model
    }

    private func check(_ history: History, _ want: [String: [Double]]) {
        for (name, values) in want {
            let got = history[name]
            let isClose = got.count == values.count && zip(got, values).allSatisfy { abs($0 - $1) < 2e-6 }
            #expect(isClose, "\(name): \(got), expected \(values)")
        }
    }

    private let want = [
        "loss": [1.5, 1.21875], "val_loss": [2.90625, 3.7125], "val_mae": [2.235576868, 2.855769157],
        "val_mse": [3.661718845, 5.496874809],
    ]

    @Test(arguments: ["cpu", "opencl"]) func ofTensors(device: String) throws {
        try PlainKernels.withDevice(device) {
            let history = try model().fit(
                train.x, train.y, batchSize: 2, epochs: 2, verbose: 0, validationData: (x, y), shuffle: false,
                validationBatchSize: 2, validationSampleWeight: weights)
            check(history, want)
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func besideBatches(device: String) throws {
        try withDevice(device) {
            let history = try model().fit(
                [Batch(train.x, train.y)], epochs: 2, verbose: 0, validationData: (x, y),
                validationSampleWeight: weights)
            check(history, want)
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func ofSeveralResults(device: String) throws {
        try PlainKernels.withDevice(device) {
            let input = Input(shape: [1])
            let model = try Model(inputs: input, outputs: [dense("p")(input), dense("q")(input)])
            model.compile(
                optimizer: .sgd(learningRate: 0.125), losses: [.meanAbsoluteError, .meanSquaredError],
                weightedMetrics: [[.mae], [.mse]])
            let history = try model.fit(
                [train.x], [train.y, train.y], batchSize: 2, verbose: 0, validationData: ([x], [y, y]),
                shuffle: false, validationSampleWeights: [weights, 1 / (1 + weights)])
            check(
                history,
                [
                    "loss": [4], "val_loss": [6.114843845], "val_p_loss": [2.90625], "val_p_mae": [2.235576868],
                    "val_q_loss": [3.208593845], "val_q_mse": [5.833806992],
                ])
        }
    }

    @Test func thatDoNotFit() throws {
        let model = model()
        expectError(.argument, at: "fit", found: "without validationData", remedy: "validationSplit") {
            try model.fit(x, y, verbose: 0, validationSplit: 0.2, validationSampleWeight: weights)
        }
        expectError(.argument, at: "fit", found: "without validationData") {
            try model.fit([Batch(x, y)], verbose: 0, validationSampleWeight: weights)
        }
        expectError(.data, at: "validation", found: "5 samples in x and 2 in sample weights") {
            try model.fit(train.x, train.y, verbose: 0, validationData: (x, y), validationSampleWeight: train.x)
        }
    }
}
