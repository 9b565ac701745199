import IbexGraph

/// √(Σ w (y - p)² / Σ w) over all elements of all batches: not the mean of each batch's root.
public final class RootMeanSquaredError: MeanMetric {
    public override init(name: String = "root_mean_squared_error") { super.init(name: name) }

    public override func values(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        let (y, p) = RankMatching.matched(target.cast(to: prediction.dtype), prediction)
        return (p - y).square()
    }

    public override func check(target: TensorType, prediction: TensorType) throws {
        try LossMetric(.meanSquaredError, name: name).check(target: target, prediction: prediction)
    }

    public override func result(of state: [[Double]]) -> Double { super.result(of: state).squareRoot() }
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
        try LossMetric(.cosineSimilarity, name: name).check(target: target, prediction: prediction)
    }

    public override var config: Config { super.config.merging(["axis": .int(axis)]) { $1 } }
}
