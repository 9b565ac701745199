import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Metrics by name, and what is said where arguments or shapes do not fit.
@Suite struct MetricNameTests {
    @Test func stringsStayTheNames() throws {
        for (name, className) in [
            ("mse", "MeanSquaredError"), ("MSE", "MeanSquaredError"), ("mae", "MeanAbsoluteError"), ("auc", "AUC"),
            ("AUC", "AUC"), ("precision", "Precision"), ("f1_score", "F1Score"), ("f_beta_score", "FBetaScore"),
            ("r2_score", "R2Score"), ("top_k_categorical_accuracy", "TopKCategoricalAccuracy"),
            ("log_cosh_error", "LogCoshError"), ("kl_divergence", "KLDivergence"), ("bce", "BinaryCrossentropy"),
            ("RootMeanSquaredError", "RootMeanSquaredError"), ("binary_io_u", "BinaryIoU"), ("Acc", "FittingAccuracy"),
            ("Accuracy", "FittingAccuracy"), ("huber", "MeanMetricWrapper"),
        ] {
            let metric = try Metric.named(name)
            #expect(metric.name == name)
            #expect(metric.className == className, "\(name)")
        }
    }

    /// What compile's configuration holds of metrics, in Keras 2's and Keras 3's form.
    @Test func wrappedFunctions() throws {
        let second = try Metric.configured([
            "class_name": "MeanMetricWrapper",
            "config": ["name": "accuracy", "dtype": "float32", "fn": "sparse_categorical_accuracy"],
        ])
        #expect((second as? FittingAccuracy)?.fittingName == "sparse_categorical_accuracy" && second.name == "accuracy")
        let huber = Metric.mean(of: .huber(delta: 2))
        #expect(huber.config["fn"]?.object?["config"] == "huber")
        let twin = try Metric.configured(huber.serialized)
        #expect(twin.config == huber.config && huber.config["delta"] == 2.0)
        #expect(Metric.accuracy.serialized == "accuracy")
        #expect(try Metric.configured("acc").serialized == "acc")
        expectError(.argument, at: "MeanMetricWrapper, key fn", found: "nothing") {
            _ = try Metric.configured(["class_name": "MeanMetricWrapper", "config": ["name": "x"]])
        }
    }

    @Test func namesAreCounted() {
        clearSession()
        #expect(
            [Precision().name, Precision().name, AUC().name, MeanIoU(numClasses: 2).name]
                == ["precision", "precision_1", "auc", "mean_io_u"])
        #expect([F1Score().name, F1Score().name] == ["f1_score", "f1_score"])
    }

    @Test func directions() throws {
        #expect(Metric.auc().direction == .up && Metric.mse.direction == .down && Metric.accuracy.direction == .up)
        #expect(Mean().direction == nil && TruePositives().direction == nil)
    }

    @Test func configurationsThatDoNotFit() {
        func expect(_ className: String, _ config: Config, at place: String, found: String, expected: String = "") {
            expectError(.argument, at: place, found: found, expected: expected) {
                _ = try Metric.configured(["class_name": .string(className), "config": .object(config)])
            }
        }
        let named: Config = ["name": "m"]
        func with(_ config: Config) -> Config { named.merging(config) { $1 } }
        expect(
            "Precision", with(["thresholds": [0.5, 1.5]]), at: "metric m", found: "threshold 1.5", expected: "0 to 1")
        expect("Recall", with(["thresholds": "x"]), at: "Recall, key thresholds", found: "x")
        expect("TruePositives", with(["thresholds": []]), at: "metric m", found: "no thresholds")
        expect("Recall", with(["top_k": 0]), at: "metric m", found: "top k 0")
        expect("Precision", with(["class_id": -1]), at: "metric m", found: "class id -1")
        expect("TopKCategoricalAccuracy", with(["k": 0]), at: "metric m", found: "k 0")
        expect("AUC", with(["num_thresholds": 1]), at: "metric m", found: "1 thresholds", expected: "2")
        expect("AUC", with(["curve": "ROK"]), at: "AUC, key curve", found: "ROK", expected: "PRGAIN")
        expect("AUC", with(["summation_method": "most"]), at: "AUC, key summation_method", found: "most")
        expect("AUC", with(["num_labels": 3]), at: "metric m", found: "a number of labels")
        expect("F1Score", with(["average": "most"]), at: "F1Score, key average", found: "most", expected: "macro")
        expect("F1Score", with(["threshold": 0]), at: "metric m", found: "threshold 0")
        expect("FBetaScore", with(["beta": 0]), at: "metric m", found: "beta 0")
        expect("R2Score", with(["class_aggregation": "sum"]), at: "R2Score, key class_aggregation", found: "sum")
        expect("R2Score", with(["num_regressors": -1]), at: "metric m", found: "-1 regressors")
        expect("PrecisionAtRecall", with(["recall": 2]), at: "metric m", found: "recall 2.0")
        expect("PrecisionAtRecall", named, at: "PrecisionAtRecall, key recall", found: "nothing")
        expect(
            "RecallAtPrecision", with(["precision": 0.5, "num_thresholds": 0]), at: "metric m", found: "0 thresholds")
        expect("IoU", with(["num_classes": 2, "target_class_ids": [2]]), at: "metric m", found: "target class 2")
        expect("MeanIoU", with(["num_classes": 0]), at: "metric m", found: "0 classes")
        expect("MeanIoU", with(["num_classes": 2, "dtype": "text"]), at: "MeanIoU, key dtype", found: "text")
        expectError(.name, at: "metric", found: "Precison", expected: "Precision") {
            _ = try Metric.configured(["class_name": "Precison", "config": [:]])
        }
    }

    @Test func shapesThatDoNotFit() throws {
        let model = Sequential([Input(shape: [4]), Dense(3)])
        let (x, y) = (Tensor.zeros([8, 4], .float32), Tensor.zeros([8, 3], .float32))
        func expect(
            _ metric: Metric, _ kind: IbexError.Kind, found: String = "", expected: String,
            location: SourceLocation = #_sourceLocation
        ) {
            model.compile(optimizer: .sgd(), loss: .meanSquaredError, metrics: [metric])
            expectError(kind, at: "metric \(metric.name)", found: found, expected: expected, location: location) {
                try model.fit(x, y, verbose: 0)
            }
        }
        expect(.precision(classID: 3), .argument, found: "class id 3", expected: "below 3")
        expect(.recall(topK: 4), .argument, found: "top k 4", expected: "at most 3")
        expect(.precision(thresholds: [2]), .argument, found: "threshold 2.0", expected: "0 to 1")
        expect(AUC(multiLabel: true, numLabels: 2), .shape, found: "(8, 3)", expected: "2 labels")
        expect(AUC(labelWeights: [1, 2]), .shape, found: "(8, 3)", expected: "2 labels")
        expect(.sparseCategoricalAccuracy, .shape, found: "(8, 3)", expected: "(8,)")
        expect(.topKCategoricalAccuracy(k: 0), .argument, found: "k 0", expected: "from 1 on")
        expect(.pearsonCorrelation(axis: 2), .argument, found: "axis 2", expected: "(8, 3)")
        expect(.meanIoU(numClasses: 3, sparsePredictions: false), .shape, found: "(8, 3)", expected: "one class")
        let score = F1Score()
        expectError(.state, at: "metric f1_score", found: "before any batch") { _ = try score.result() }
        try score.updateState(y, y)
        expectError(.shape, at: "metric f1_score", found: "(8, 4)", expected: "as before") {
            try score.updateState(x, x)
        }
        expectError(.shape, at: "metric f1_score", found: "(8,)", expected: "[batch, classes]", remedy: "toCategorical")
        {
            try F1Score().updateState(Tensor.zeros([8], .int32), y)
        }
    }
}
