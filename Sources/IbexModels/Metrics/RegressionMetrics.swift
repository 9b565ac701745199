import IbexGraph

/// √(Σ w (y - p)² / Σ w) over all elements of all batches: not the mean of each batch's root.
public final class RootMeanSquaredError: MeanMetric {
    public override init(name: String = "root_mean_squared_error") { super.init(name: name) }

    public override func values(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        let (y, p) = RankMatching.matched(target.cast(to: prediction.dtype), prediction)
        return (p - y).square()
    }

    public override func check(target: TensorType, prediction: TensorType) throws {
        try TargetRule.elementwise.check(target: target, prediction: prediction, at: place)
    }

    public override func result(of state: [[Double]]) -> Double { super.result(of: state).squareRoot() }

    /// As in Keras, which takes the mean of squares of all samples here.
    public override var usesMask: Bool { false }

    public override var direction: Direction? { .down }

    static let entry = MetricEntry("RootMeanSquaredError") { _, name throws(IbexError) in
        RootMeanSquaredError(name: name ?? "root_mean_squared_error")
    }
}

/// Σ ŷ p̂ over an axis, of target and prediction scaled to length 1: 1 where they point the same way. The loss of that name
/// has the other sign.
public final class CosineSimilarity: MeanMetric {
    public let axis: Int

    public init(axis: Int = -1, name: String = "cosine_similarity") {
        self.axis = axis
        super.init(name: name)
    }

    public override func values(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        -Loss.cosineSimilarity(axis: axis).compute(target, prediction).perSample
    }

    public override func check(target: TensorType, prediction: TensorType) throws {
        try TargetRule.elementwise.check(target: target, prediction: prediction, at: place)
    }

    public override var direction: Direction? { .up }

    /// Keras leaves the axis out; it stands here where it is not the last one.
    public override var config: Config {
        axis == -1 ? super.config : super.config.merging(["axis": .int(axis)]) { $1 }
    }

    static let entry = MetricEntry("CosineSimilarity") { config, name throws(IbexError) in
        CosineSimilarity(
            axis: try config.int("axis", at: "CosineSimilarity", default: -1), name: name ?? "cosine_similarity")
    }
}

extension Metric {
    /// The root of the mean of (y - p)².
    public static var rootMeanSquaredError: Metric { RootMeanSquaredError() }

    /// Σ ŷ p̂ over an axis, of target and prediction scaled to length 1.
    public static func cosineSimilarity(axis: Int = -1, name: String? = nil) -> Metric {
        CosineSimilarity(axis: axis, name: name ?? "cosine_similarity")
    }
}
