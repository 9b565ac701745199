import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Losses and metrics of predictions that carry a mask. The numbers come from Keras 3.15.1 with floatx float64 (and means
/// in double, which its JAX backend takes in single): a Masking layer and the same Dense layer after it, evaluated in
/// batches of two.
@Suite(.serialized) struct MaskedMetricTests {
    /// Steps of zeros do not count.
    private final class Masked: Model {
        let dense = Dense(1, activation: .sigmoid)

        override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
            let output = try dense(input, context)
            context.setMask((input .!= 0).any(axes: [-1]), of: output)
            return output
        }
    }

    private static let x: [Double] = [
        0.5, -1, 2, 0.25, 0, 0, 1.5, 0.5, 0, 0, 0, 0, -0.75, 1.25, 0.5, 0.5, 1, -2, 0, 0, 0, 0, -1, 0.75,
    ]
    private static let y: [Double] = [1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 1, 0]

    private func check(
        _ device: String, _ weights: Tensor?, _ want: [String: Double], kernel: [Double], bias: Double
    ) throws {
        try PlainKernels.withDevice(device) {
            try withConfiguration {
                try Configuration.setFloatx(.float64)
                func metrics(_ prefix: String) -> [Metric] {
                    [
                        BinaryAccuracy(name: prefix + "accuracy"), .mean(of: .meanAbsoluteError, name: prefix + "mae"),
                        .mean(of: .binaryCrossentropy, name: prefix + "bce"),
                        RootMeanSquaredError(name: prefix + "rmse"), Precision(name: prefix + "precision"),
                        AUC(numThresholds: 5, name: prefix + "auc"),
                    ]
                }
                let model = Masked()
                model.compile(
                    optimizer: .sgd(learningRate: 0.5), loss: .binaryCrossentropy, metrics: metrics(""),
                    weightedMetrics: metrics("weighted_"))
                let x = Tensor(shape: [4, 3, 2], scalars: Self.x), y = Tensor(shape: [4, 3, 1], scalars: Self.y)
                _ = try model(x)
                for (weight, values) in zip(model.weights, [[0.7, -0.4], [0.1]]) {
                    weight.assign(Tensor(shape: weight.shape, scalars: values))
                }
                let result = try model.evaluate(x, y, batchSize: 2, verbose: 0, sampleWeight: weights)
                for (name, value) in want {
                    let got = try #require(name == "loss" ? result.loss : result[name])
                    #expect(abs(got - value) < 1e-12, "\(device), \(name): \(got), expected \(value)")
                }
                try model.trainOnBatch(x, y, sampleWeight: weights)
                for (weight, values) in zip(model.weights, [kernel, [bias]]) {
                    let want = Values(weight.shape, .float64, values)
                    expectClose(Values(weight.shape, .float64, try weight.value.doubles()), want, .relative(1e-12))
                }
            }
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func masksLeaveStepsOut(device: String) throws {
        var want = [
            "loss": 0.5632463525467424, "accuracy": 0.8571428571428572, "mae": 0.3656139122287585,
            "bce": 0.5340320750433439, "rmse": 0.45397450623201263, "precision": 0.6, "auc": 0.6388888888888888,
        ]
        want.merge(want.filter { $0.key != "loss" }.map { ("weighted_" + $0.key, $0.value) }) { $1 }
        try check(
            device, nil, want, kernel: [0.6894696357891389, -0.4749500735438403], bias: 0.08635344295468383)
    }

    /// Weights of single steps are multiplied with the mask, in weighted metrics only.
    @Test(arguments: ["cpu", "opencl"]) func masksMultiplyWeights(device: String) throws {
        let weights = Tensor([[1, 2, 3], [0.5, 1, 1], [2, 0, 1], [1, 1, 4]] as [[Double]])
        let want = [
            "loss": 0.9037587797426496, "accuracy": 0.8571428571428572, "mae": 0.3656139122287585,
            "bce": 0.5340320750433439, "rmse": 0.45397450623201263, "precision": 0.6, "auc": 0.6388888888888888,
            "weighted_accuracy": 0.8095238095238094, "weighted_mae": 0.37479114879679987,
            "weighted_bce": 0.5692073848291751, "weighted_rmse": 0.4578582179713005,
            "weighted_precision": 0.5652173913043478, "weighted_auc": 0.7167832167832167,
        ]
        try check(
            device, weights, want, kernel: [0.621445600332431, -0.5816977738306356], bias: -0.09439952111464692)
    }

    /// As in Keras, whose broadcast fails: more axes than there are numbers to weigh, or other extents.
    @Test func masksThatDoNotFit() throws {
        let (y, p) = (Tensor.zeros([2, 3], .float32), Tensor.ones([2, 3], .float32))
        let pictures = Tensor.ones([2, 3, 4], .float32)
        for (mask, value) in [([2, 3], p), ([2, 3, 4], p), ([3], p), ([2, 1, 1], p), ([2, 4], pictures)] {
            let mask = Tensor.ones(Shape(mask), .bool)
            expectError(.shape, at: "metric mean_absolute_error", found: "shape \(mask.shape) for values of shape (2") {
                try Metric.meanAbsoluteError.updateState(value * 0, value, mask: mask)
            }
            expectError(.shape, at: "loss mean_squared_error", found: "shape \(mask.shape) for values of shape (2") {
                _ = try Loss.meanSquaredError(value * 0, value, mask: mask)
            }
        }
        for metric in [Precision(), AUC(), R2Score(), FBetaScore(), BinaryIoU()] {
            expectError(.shape, at: "metric \(metric.name)", found: "(2, 3, 4)", expected: "one for each value") {
                try metric.updateState(y, p, sampleWeight: pictures)
            }
        }
    }

    /// A mask of one row counts for each row: (1 + 3 + 4 + 6) / 4.
    @Test(arguments: ["cpu", "opencl"]) func masksStretch(device: String) throws {
        try PlainKernels.withDevice(device) {
            let steps = Tensor([[1, 2, 3], [4, 5, 6]] as [[Float]]).expandedDims(axis: -1).broadcast(to: [2, 3, 4])
            let metric = Metric.meanAbsoluteError
            let mask = Tensor([[true, false, true]])
            try metric.updateState(steps * 0, steps, mask: mask)
            #expect(abs(try metric.result() - 3.5) < 1e-6)
        }
    }
}
