import IbexGraph

/// How often prediction and target are equal, element by element.
public final class Accuracy: MeanMetric {
    public override init(name: String = "accuracy") { super.init(name: name) }

    public override func values(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        let (y, p) = RankMatching.matched(target.cast(to: prediction.dtype), prediction)
        return (y .== p).cast(to: .float32)
    }
}

/// How often a prediction is on the target's side of a threshold (p > threshold), the mean over the last axis.
public final class BinaryAccuracy: MeanMetric {
    public let threshold: Double

    public init(threshold: Double = 0.5, name: String = "binary_accuracy") {
        self.threshold = threshold
        super.init(name: name)
    }

    public override func values(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        let (y, p) = RankMatching.matched(target.cast(to: prediction.dtype), prediction)
        let matches = (y .== (p .> threshold).cast(to: y.dtype)).cast(to: .float32)
        return matches.rank > 1 ? matches.mean(axis: -1) : matches
    }

    public override func check(target: TensorType, prediction: TensorType) throws {
        try LossMetric(.binaryCrossentropy, name: name).check(target: target, prediction: prediction)
    }

    public override var config: Config { super.config.merging(["threshold": .double(threshold)]) { $1 } }
}

/// How often the largest prediction is the largest target; the first of equals counts. Targets are one-hot rows.
public final class CategoricalAccuracy: MeanMetric {
    public override init(name: String = "categorical_accuracy") { super.init(name: name) }

    public override func values(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        (target.argmax(axis: -1) .== prediction.argmax(axis: -1)).cast(to: .float32)
    }

    public override func check(target: TensorType, prediction: TensorType) throws {
        try LossMetric(.categoricalCrossentropy, name: name).check(target: target, prediction: prediction)
    }
}

/// How often the largest prediction is the target's class; the first of equals counts. Targets are class numbers.
public final class SparseCategoricalAccuracy: MeanMetric {
    public override init(name: String = "sparse_categorical_accuracy") { super.init(name: name) }

    public override func values(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        let classes = target.rank == prediction.rank && target.shape[-1] == 1 ? target.squeezed(axes: [-1]) : target
        return (classes.cast(to: .int32) .== prediction.argmax(axis: -1)).cast(to: .float32)
    }

    public override func check(target: TensorType, prediction: TensorType) throws {
        try LossMetric(.sparseCategoricalCrossentropy, name: name).check(target: target, prediction: prediction)
    }
}

/// The accuracy that fits the shapes: binary for one prediction a sample, sparse for class numbers, else categorical.
/// It is what Keras makes of the string "accuracy".
public final class FittingAccuracy: MeanMetric {
    public override init(name: String = "accuracy") { super.init(name: name) }

    static func fitting(_ target: Shape, _ prediction: Shape) -> MeanMetric {
        if prediction.rank > 0, prediction[-1] == 1 { return BinaryAccuracy() }
        let sparse = target.rank < prediction.rank || (target.rank > 0 && target[-1] == 1)
        return sparse ? SparseCategoricalAccuracy() : CategoricalAccuracy()
    }

    public override func values(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        Self.fitting(target.shape, prediction.shape).values(target, prediction)
    }

    public override func check(target: TensorType, prediction: TensorType) throws {
        try Self.fitting(target.shape, prediction.shape).check(target: target, prediction: prediction)
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
