import IbexGraph

/// What precision and recall share: thresholds, perhaps one class, perhaps the best k predictions only.
public class ShareMetric: ConfusionMetric {
    public override var direction: Direction? { .up }

    public override var config: Config {
        super.config.merging(["top_k": ConfigValue(topK), "class_id": ConfigValue(classID)]) { $1 }
    }
}

/// TP / (TP + FP): how many of those predicted above a threshold are positive; 0 where none are.
///
/// With `topK` only the k best predictions of each row count as positive, of equals the first; there is no threshold
/// then unless one is given. With `classID` only that entry of the last axis counts.
///
///     model.compile(optimizer: .adam(), loss: .binaryCrossentropy, metrics: [.precision(), .recall()])
public final class Precision: ShareMetric {
    public init(thresholds: [Double]? = nil, topK: Int? = nil, classID: Int? = nil, name: String? = nil) {
        super.init(thresholds: thresholds, topK: topK, classID: classID, name: name, className: "Precision")
    }

    override func results(_ confusion: Confusion) -> [Double] { confusion.precisions }

    static let entry = MetricEntry("Precision") { config, name throws(IbexError) in
        Precision(
            thresholds: try config.thresholds(at: "Precision"), topK: try config.optionalInt("top_k", at: "Precision"),
            classID: try config.optionalInt("class_id", at: "Precision"), name: name)
    }
}

/// TP / (TP + FN): how many of the positive targets are predicted above a threshold; 0 where none are.
///
/// `topK` and `classID` are as in `Precision`.
public final class Recall: ShareMetric {
    public init(thresholds: [Double]? = nil, topK: Int? = nil, classID: Int? = nil, name: String? = nil) {
        super.init(thresholds: thresholds, topK: topK, classID: classID, name: name, className: "Recall")
    }

    override func results(_ confusion: Confusion) -> [Double] { confusion.recalls }

    static let entry = MetricEntry("Recall") { config, name throws(IbexError) in
        Recall(
            thresholds: try config.thresholds(at: "Recall"), topK: try config.optionalInt("top_k", at: "Recall"),
            classID: try config.optionalInt("class_id", at: "Recall"), name: name)
    }
}

extension Metric {
    /// How many of those predicted above a threshold, 0.5 without any, are positive.
    public static func precision(
        thresholds: [Double]? = nil, topK: Int? = nil, classID: Int? = nil, name: String? = nil
    ) -> Metric {
        Precision(thresholds: thresholds, topK: topK, classID: classID, name: name)
    }

    /// How many of the positive targets are predicted above a threshold, 0.5 without any.
    public static func recall(
        thresholds: [Double]? = nil, topK: Int? = nil, classID: Int? = nil, name: String? = nil
    ) -> Metric {
        Recall(thresholds: thresholds, topK: topK, classID: classID, name: name)
    }
}
