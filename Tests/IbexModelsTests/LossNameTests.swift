import IbexGraph
import IbexModels
import IbexTestSupport
import Testing

/// Every name of keras.losses, those of its ALL_OBJECTS_DICT (Keras 3.15.1) without the base classes.
@Suite struct LossNameTests {
    private static let functions = [
        "binary_crossentropy": "BinaryCrossentropy", "binary_focal_crossentropy": "BinaryFocalCrossentropy",
        "categorical_crossentropy": "CategoricalCrossentropy",
        "categorical_focal_crossentropy": "CategoricalFocalCrossentropy", "categorical_hinge": "CategoricalHinge",
        "circle": "Circle", "cosine_similarity": "CosineSimilarity", "ctc": "CTC", "dice": "Dice", "hinge": "Hinge",
        "huber": "Huber", "kl_divergence": "KLDivergence", "log_cosh": "LogCosh",
        "mean_absolute_error": "MeanAbsoluteError", "mean_absolute_percentage_error": "MeanAbsolutePercentageError",
        "mean_squared_error": "MeanSquaredError", "mean_squared_logarithmic_error": "MeanSquaredLogarithmicError",
        "poisson": "Poisson", "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
        "squared_hinge": "SquaredHinge", "tversky": "Tversky",
    ]
    private static let short = [
        "bce": "BinaryCrossentropy", "kld": "KLDivergence", "mae": "MeanAbsoluteError", "mse": "MeanSquaredError",
        "mape": "MeanAbsolutePercentageError", "msle": "MeanSquaredLogarithmicError",
    ]

    @Test func namesOfFunctionsAndClasses() throws {
        for (function, className) in Self.functions {
            #expect(try Loss(function).className == className, "\(function)")
            #expect(try Loss(className).className == className)
            // Keras calls the loss of this class alone otherwise than its function.
            #expect(try Loss(className).name == (className == "Huber" ? "huber_loss" : function), "\(className)")
        }
    }

    /// Short names in small and in capital letters, and those of Keras 2, stay what the loss is called.
    @Test func shortNames() throws {
        let names = Self.short.merging(Self.short.map { ($0.key.uppercased(), $0.value) }) { $1 }
        for (name, className) in names.merging(["logcosh": "LogCosh"], uniquingKeysWith: { $1 }) {
            #expect(try Loss(name).className == className, "\(name)")
            #expect(try Loss(name).name == name)
        }
        expectError(.name, at: "loss", found: "mean_error", expected: "ctc") { _ = try Loss("mean_error") }
    }

    /// The classes of a sequence along its second axis: as along the last one of what is turned, by -ln p.
    @Test(arguments: ["cpu", "opencl"]) func sparseCrossentropyAlongAnAxis(device: String) throws {
        try PlainKernels.withDevice(device) {
            // [batch, classes, time]: each column adds up to 1.
            let p = Tensor(shape: [1, 3, 2], scalars: [0.5, 0.1, 0.25, 0.2, 0.25, 0.7])
            let labels = Tensor([[1, 2]] as [[Int32]])
            let loss = Loss.sparseCategoricalCrossentropy(axis: 1, reduction: .none)
            let want = Values([1, 2], .float64, [1.3862943611198906, 0.35667494393873245])
            expectClose(Values([1, 2], .float64, try loss(labels, p).doubles()), want, .relative(1e-12))
            let logits = Loss.sparseCategoricalCrossentropy(
                fromLogits: true, ignoreClass: 2, axis: -2, reduction: .none)
            let kept = Values([1, 2], .float64, [1.3862943611198906, 0])
            expectClose(Values([1, 2], .float64, try logits(labels, p.log()).doubles()), kept, .relative(1e-12))
            // The mean of what is not ignored.
            let mean = Loss.sparseCategoricalCrossentropy(ignoreClass: 2, axis: 1)
            #expect(abs(try mean(labels, p).doubles()[0] - 1.3862943611198906) < 1e-12)
            #expect(try Loss(config: loss.serialized).config["axis"] == 1)
            #expect(Loss.sparseCategoricalCrossentropy.config["axis"] == nil)
        }
        expectError(.shape, at: "loss sparse_categorical_crossentropy", expected: "one class number for each sample") {
            _ = try Loss.sparseCategoricalCrossentropy(axis: 1)(Tensor([[1, 2, 0]] as [[Int32]]), .zeros([1, 3, 2]))
        }
    }
}
