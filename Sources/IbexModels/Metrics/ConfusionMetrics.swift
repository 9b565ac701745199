import IbexGraph

/// A number, or a result for each threshold, that follows from true and false positives and negatives.
public class ConfusionMetric: ThresholdMetric {
    /// The thresholds given, 0.5 without any; one result for each.
    public let thresholds: [Double]?

    init(thresholds: [Double]?, topK: Int? = nil, classID: Int? = nil, name: String?, className: String) {
        self.thresholds = thresholds
        super.init(classID: classID, topK: topK, name: name, className: className)
    }

    override var counts: ThresholdCounts {
        ThresholdCounts(thresholds ?? [topK == nil ? 0.5 : ThresholdMetric.leastOfTopK])
    }

    public override func validate() throws(IbexError) {
        try super.validate()
        try checkShares(thresholds ?? [], "threshold")
        if let thresholds, thresholds.isEmpty {
            throw argumentError("no thresholds", expected: "one or several", remedy: "Leave them out for 0.5.")
        }
    }

    public override var config: Config {
        super.config.merging(["thresholds": ConfigValue(thresholds)]) { $1 }
    }
}

/// The weight of positive targets that are predicted above a threshold.
///
///     let hits = TruePositives(thresholds: [0.2, 0.8])
///     try hits.updateState(Tensor([0, 1, 1] as [Float]), Tensor([0.9, 0.6, 0.9] as [Float]))
///     try hits.results()                           // [2, 1]
public final class TruePositives: ConfusionMetric {
    public init(thresholds: [Double]? = nil, name: String? = nil) {
        super.init(thresholds: thresholds, name: name, className: "TruePositives")
    }

    override func results(_ confusion: Confusion) -> [Double] { confusion.truePositives }

    static let entry = MetricEntry("TruePositives") { config, name throws(IbexError) in
        TruePositives(thresholds: try config.thresholds(at: "TruePositives"), name: name)
    }
}

/// The weight of negative targets that are not predicted above a threshold.
public final class TrueNegatives: ConfusionMetric {
    public init(thresholds: [Double]? = nil, name: String? = nil) {
        super.init(thresholds: thresholds, name: name, className: "TrueNegatives")
    }

    override func results(_ confusion: Confusion) -> [Double] { confusion.trueNegatives }

    static let entry = MetricEntry("TrueNegatives") { config, name throws(IbexError) in
        TrueNegatives(thresholds: try config.thresholds(at: "TrueNegatives"), name: name)
    }
}

/// The weight of negative targets that are predicted above a threshold.
public final class FalsePositives: ConfusionMetric {
    public init(thresholds: [Double]? = nil, name: String? = nil) {
        super.init(thresholds: thresholds, name: name, className: "FalsePositives")
    }

    override func results(_ confusion: Confusion) -> [Double] { confusion.falsePositives }

    static let entry = MetricEntry("FalsePositives") { config, name throws(IbexError) in
        FalsePositives(thresholds: try config.thresholds(at: "FalsePositives"), name: name)
    }
}

/// The weight of positive targets that are not predicted above a threshold.
public final class FalseNegatives: ConfusionMetric {
    public init(thresholds: [Double]? = nil, name: String? = nil) {
        super.init(thresholds: thresholds, name: name, className: "FalseNegatives")
    }

    override func results(_ confusion: Confusion) -> [Double] { confusion.falseNegatives }

    static let entry = MetricEntry("FalseNegatives") { config, name throws(IbexError) in
        FalseNegatives(thresholds: try config.thresholds(at: "FalseNegatives"), name: name)
    }
}

extension Metric {
    /// The weight of positive targets predicted above each threshold, 0.5 without any.
    public static func truePositives(thresholds: [Double]? = nil, name: String? = nil) -> Metric {
        TruePositives(thresholds: thresholds, name: name)
    }

    /// The weight of negative targets not predicted above each threshold, 0.5 without any.
    public static func trueNegatives(thresholds: [Double]? = nil, name: String? = nil) -> Metric {
        TrueNegatives(thresholds: thresholds, name: name)
    }

    /// The weight of negative targets predicted above each threshold, 0.5 without any.
    public static func falsePositives(thresholds: [Double]? = nil, name: String? = nil) -> Metric {
        FalsePositives(thresholds: thresholds, name: name)
    }

    /// The weight of positive targets not predicted above each threshold, 0.5 without any.
    public static func falseNegatives(thresholds: [Double]? = nil, name: String? = nil) -> Metric {
        FalseNegatives(thresholds: thresholds, name: name)
    }
}
