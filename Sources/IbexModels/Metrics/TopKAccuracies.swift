import IbexGraph

/// How often the target's class is among the k best predictions: fewer than k others are better. Equals at the limit
/// count as in.
public class TopKAccuracy: AccuracyMetric {
    public let k: Int

    init(k: Int, name: String) {
        self.k = k
        super.init(name: name)
    }

    /// One number for each row, from class numbers [batch, …] and predictions [batch, …, classes].
    func hits(_ classes: Tensor, _ prediction: Tensor) -> Tensor {
        let p = prediction.cast(to: dtype)
        let isTarget = classes.cast(to: .int32).oneHot(depth: p.shape[-1], dtype: .bool)
        let own = Tensor.where(isTarget, p, p.filled(-.infinity)).max(axis: -1, keepDims: true)
        // Where a prediction is not a number, nothing is known to be worse.
        let better = (!(p .<= own)).sum(axis: -1)
        return (better .< Double(k)).cast(to: dtype)
    }

    public override func validate() throws(IbexError) {
        guard k >= 1 else { throw argumentError("k \(k)", expected: "a whole number from 1 on") }
    }

    public override var config: Config { super.config.merging(["k": .int(k)]) { $1 } }
}

/// How often the target's class is among the k best predictions. Targets are one-hot rows.
///
///     model.compile(optimizer: .adam(), loss: .categoricalCrossentropy, metrics: [.topKCategoricalAccuracy(k: 3)])
public final class TopKCategoricalAccuracy: TopKAccuracy {
    public override init(k: Int = 5, name: String = "top_k_categorical_accuracy") { super.init(k: k, name: name) }

    override var rule: TargetRule { .categorical }

    public override func values(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        hits(target.argmax(axis: -1), prediction)
    }

    static let entry = MetricEntry("TopKCategoricalAccuracy") { config, name throws(IbexError) in
        TopKCategoricalAccuracy(
            k: try config.int("k", at: "TopKCategoricalAccuracy", default: 5),
            name: name ?? "top_k_categorical_accuracy")
    }
}

/// How often the target's class is among the k best predictions. Targets are class numbers.
///
/// With `fromSortedIDs` the predictions are class numbers themselves, [batch, …, n], the best first, and the first k of
/// them count.
public final class SparseTopKCategoricalAccuracy: TopKAccuracy {
    public let fromSortedIDs: Bool

    public init(k: Int = 5, fromSortedIDs: Bool = false, name: String = "sparse_top_k_categorical_accuracy") {
        self.fromSortedIDs = fromSortedIDs
        super.init(k: k, name: name)
    }

    override var rule: TargetRule { .classes(ignored: nil) }

    public override func values(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        let classes = target.rank == prediction.rank && target.shape[-1] == 1 ? target.squeezed(axes: [-1]) : target
        guard fromSortedIDs else { return hits(classes, prediction) }
        let isHit = (prediction.cast(to: .int32) .== classes.cast(to: .int32).expandedDims(axis: -1))
        let ranks = Tensor(shape: [prediction.shape[-1]], scalars: (0..<Int32(prediction.shape[-1])).map { $0 })
        return (isHit .& (ranks .< Double(k))).any(axes: [-1]).cast(to: dtype)
    }

    public override func check(target: TensorType, prediction: TensorType) throws {
        // Class numbers, which may come as whole numbers, follow the same rule of shapes.
        let scores = TensorType(prediction.shape, fromSortedIDs ? .float32 : prediction.dtype)
        try super.check(target: target, prediction: scores)
    }

    public override var config: Config {
        fromSortedIDs ? super.config.merging(["from_sorted_ids": true]) { $1 } : super.config
    }

    static let entry = MetricEntry("SparseTopKCategoricalAccuracy") { config, name throws(IbexError) in
        let place = "SparseTopKCategoricalAccuracy"
        return SparseTopKCategoricalAccuracy(
            k: try config.int("k", at: place, default: 5),
            fromSortedIDs: try config.bool("from_sorted_ids", at: place, default: false),
            name: name ?? "sparse_top_k_categorical_accuracy")
    }
}

extension Metric {
    /// How often the target's class is among the k best predictions; targets are one-hot rows.
    public static func topKCategoricalAccuracy(k: Int = 5, name: String? = nil) -> Metric {
        TopKCategoricalAccuracy(k: k, name: name ?? "top_k_categorical_accuracy")
    }

    /// How often the target's class is among the k best predictions; targets are class numbers.
    public static func sparseTopKCategoricalAccuracy(k: Int = 5, name: String? = nil) -> Metric {
        SparseTopKCategoricalAccuracy(k: k, name: name ?? "sparse_top_k_categorical_accuracy")
    }
}
