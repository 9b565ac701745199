import IbexGraph

/// A mean of how often something is right.
public class AccuracyMetric: MeanMetric {
    /// Which targets fit.
    var rule: TargetRule { .elementwise }

    public override func check(target: TensorType, prediction: TensorType) throws {
        try rule.check(target: target, prediction: prediction, at: place)
    }

    public override var direction: Direction? { .up }
}

/// How often prediction and target are equal, element by element.
public final class Accuracy: AccuracyMetric {
    public override init(name: String = "accuracy") { super.init(name: name) }

    public override func values(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        let (y, p) = RankMatching.matched(target.cast(to: prediction.dtype), prediction)
        return (y .== p).cast(to: dtype)
    }

    /// Class numbers may be whole numbers here, unlike predictions elsewhere.
    public override func check(target: TensorType, prediction: TensorType) throws {
        try rule.check(target: target, prediction: TensorType(prediction.shape, .float32), at: place)
    }

    static let entry = MetricEntry("Accuracy") { _, name throws(IbexError) in Accuracy(name: name ?? "accuracy") }
}

/// How often a prediction is on the target's side of a threshold (p > threshold), the mean over the last axis.
public final class BinaryAccuracy: AccuracyMetric {
    public let threshold: Double

    public init(threshold: Double = 0.5, name: String = "binary_accuracy") {
        self.threshold = threshold
        super.init(name: name)
    }

    public override func values(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        let (y, p) = RankMatching.matched(target.cast(to: prediction.dtype), prediction)
        let matches = (y .== (p .> threshold).cast(to: y.dtype)).cast(to: dtype)
        return matches.rank > 1 ? matches.mean(axis: -1) : matches
    }

    public override var config: Config { super.config.merging(["threshold": .double(threshold)]) { $1 } }

    static let entry = MetricEntry("BinaryAccuracy") { config, name throws(IbexError) in
        BinaryAccuracy(
            threshold: try config.double("threshold", at: "BinaryAccuracy", default: 0.5),
            name: name ?? "binary_accuracy")
    }
}

/// How often the largest prediction is the largest target; the first of equals counts. Targets are one-hot rows.
public final class CategoricalAccuracy: AccuracyMetric {
    public override init(name: String = "categorical_accuracy") { super.init(name: name) }

    override var rule: TargetRule { .categorical }

    public override func values(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        (target.argmax(axis: -1) .== prediction.argmax(axis: -1)).cast(to: dtype)
    }

    static let entry = MetricEntry("CategoricalAccuracy") { _, name throws(IbexError) in
        CategoricalAccuracy(name: name ?? "categorical_accuracy")
    }
}

/// How often the largest prediction is the target's class; the first of equals counts. Targets are class numbers.
public final class SparseCategoricalAccuracy: AccuracyMetric {
    public override init(name: String = "sparse_categorical_accuracy") { super.init(name: name) }

    override var rule: TargetRule { .classes(ignored: nil) }

    public override func values(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        let classes = target.rank == prediction.rank && target.shape[-1] == 1 ? target.squeezed(axes: [-1]) : target
        return (classes.cast(to: .int32) .== prediction.argmax(axis: -1)).cast(to: dtype)
    }

    static let entry = MetricEntry("SparseCategoricalAccuracy") { _, name throws(IbexError) in
        SparseCategoricalAccuracy(name: name ?? "sparse_categorical_accuracy")
    }
}

/// The accuracy that fits the shapes: binary for one prediction a sample, sparse for class numbers, else categorical.
/// It is what Keras makes of the strings "accuracy" and "acc", and what it writes to a configuration.
public final class FittingAccuracy: AccuracyMetric {
    /// The strings that Keras reads so, in any case of letters.
    static let names = ["accuracy", "acc"]

    /// Keras's name of the accuracy that fits, once the shapes are known: `categorical_accuracy`.
    package private(set) var fittingName: String?

    public override init(name: String = "accuracy") { super.init(name: name) }

    /// - Parameter fittingName: the accuracy that fitted where the metric was saved.
    convenience init(name: String, fittingName: String) {
        self.init(name: name)
        self.fittingName = fittingName
    }

    static func fitting(_ target: Shape, _ prediction: Shape) -> AccuracyMetric {
        if prediction.rank > 0, prediction[-1] == 1 { return BinaryAccuracy() }
        let sparse = target.rank < prediction.rank || (target.rank > 0 && target[-1] == 1)
        return sparse ? SparseCategoricalAccuracy() : CategoricalAccuracy()
    }

    public override func values(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        Self.fitting(target.shape, prediction.shape).values(target, prediction)
    }

    public override func check(target: TensorType, prediction: TensorType) throws {
        let fitting = Self.fitting(target.shape, prediction.shape)
        try fitting.rule.check(target: target, prediction: prediction, at: place)
        fittingName = KerasName.snakeCase(fitting.className)
    }

    public override var serialized: ConfigValue {
        .string(Self.names.contains(name.lowercased()) ? name : "accuracy")
    }
}

extension Metric {
    /// The accuracy that fits the shapes of targets and predictions.
    public static var accuracy: Metric { FittingAccuracy() }
    public static var binaryAccuracy: Metric { BinaryAccuracy() }
    public static func binaryAccuracy(threshold: Double) -> Metric { BinaryAccuracy(threshold: threshold) }
    public static var categoricalAccuracy: Metric { CategoricalAccuracy() }
    public static var sparseCategoricalAccuracy: Metric { SparseCategoricalAccuracy() }
}
