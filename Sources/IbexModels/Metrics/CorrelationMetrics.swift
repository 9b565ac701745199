import IbexGraph

/// A mean of how target and prediction go together along an axis.
public class CorrelationMetric: MeanMetric {
    public let axis: Int

    init(axis: Int, name: String) {
        self.axis = axis
        super.init(name: name)
    }

    public override func check(target: TensorType, prediction: TensorType) throws {
        try TargetRule.elementwise.check(target: target, prediction: prediction, at: place)
        let rank = prediction.shape.rank
        guard (-rank..<rank).contains(axis) else {
            throw argumentError("axis \(axis)", expected: "an axis of predictions of shape \(prediction.shape)")
        }
    }

    /// Target and prediction less their means along the axis, and these means.
    func centred(_ target: Tensor, _ prediction: Tensor) -> (y: Tensor, p: Tensor, yMean: Tensor, pMean: Tensor) {
        let (y, p) = RankMatching.matched(target.cast(to: dtype), prediction.cast(to: dtype))
        let (yMean, pMean) = (y.mean(axis: axis, keepDims: true), p.mean(axis: axis, keepDims: true))
        return (y - yMean, p - pMean, yMean, pMean)
    }

    public override var direction: Direction? { .up }

    public override var config: Config { super.config.merging(["axis": .int(axis)]) { $1 } }
}

/// cov(y, p) / (σy σp) along an axis: 1 where predictions lie on a rising line over the targets, not a number where either
/// does not vary.
///
/// The axis is the last one unless another is named: each sample's correlation among its own numbers. With axis 0 it is
/// each column's among the batch, so it depends on how samples fall into batches.
public final class PearsonCorrelation: CorrelationMetric {
    public override init(axis: Int = -1, name: String = "pearson_correlation") { super.init(axis: axis, name: name) }

    public override func values(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        let (y, p, _, _) = centred(target, prediction)
        func scaled(_ x: Tensor) -> Tensor { x / x.square().mean(axis: axis, keepDims: true).sqrt() }
        return (scaled(y) * scaled(p)).mean(axis: axis)
    }

    static let entry = MetricEntry("PearsonCorrelation") { config, name throws(IbexError) in
        PearsonCorrelation(
            axis: try config.int("axis", at: "PearsonCorrelation", default: -1), name: name ?? "pearson_correlation")
    }
}

/// 2 cov(y, p) / (σy² + σp² + (ȳ - p̄)²) along an axis: 1 only where predictions equal the targets (Lin, 1989).
///
/// The axis is as in `PearsonCorrelation`.
public final class ConcordanceCorrelation: CorrelationMetric {
    public override init(axis: Int = -1, name: String = "concordance_correlation") {
        super.init(axis: axis, name: name)
    }

    public override func values(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        let (y, p, yMean, pMean) = centred(target, prediction)
        func mean(_ x: Tensor) -> Tensor { x.mean(axis: axis, keepDims: true) }
        let spread = mean(y.square()) + mean(p.square()) + (yMean - pMean).square() + Logits.fuzz
        return (y * p * 2 / spread).mean(axis: axis)
    }

    static let entry = MetricEntry("ConcordanceCorrelation") { config, name throws(IbexError) in
        ConcordanceCorrelation(
            axis: try config.int("axis", at: "ConcordanceCorrelation", default: -1),
            name: name ?? "concordance_correlation")
    }
}

extension Metric {
    /// cov(y, p) / (σy σp) along an axis.
    public static func pearsonCorrelation(axis: Int = -1, name: String? = nil) -> Metric {
        PearsonCorrelation(axis: axis, name: name ?? "pearson_correlation")
    }

    /// 2 cov(y, p) / (σy² + σp² + (ȳ - p̄)²) along an axis.
    public static func concordanceCorrelation(axis: Int = -1, name: String? = nil) -> Metric {
        ConcordanceCorrelation(axis: axis, name: name ?? "concordance_correlation")
    }
}
