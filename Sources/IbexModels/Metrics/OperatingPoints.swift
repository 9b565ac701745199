import IbexGraph

/// The best of one rate among the thresholds at which another rate is at least what is asked for; 0 where it is nowhere.
public class OperatingPointMetric: ThresholdMetric {
    public let numThresholds: Int
    /// The least value of the rate that is held.
    let bound: Double
    /// Keras's name of the bound.
    var boundName: String { "" }

    init(_ bound: Double, numThresholds: Int, classID: Int?, name: String?, className: String) {
        self.bound = bound
        self.numThresholds = numThresholds
        super.init(classID: classID, topK: nil, name: name, className: className)
    }

    /// The rate that is held and the one that is reported, at each threshold.
    func rates(_ confusion: Confusion) -> (held: [Double], reported: [Double]) { ([], []) }

    override var counts: ThresholdCounts {
        numThresholds > 1 ? ThresholdCounts(even: numThresholds) : ThresholdCounts([0.5])
    }

    override func results(_ confusion: Confusion) -> [Double] {
        let (held, reported) = rates(confusion)
        return [zip(held, reported).reduce(0) { $1.0 >= bound ? max($0, $1.1) : $0 }]
    }

    public override func validate() throws(IbexError) {
        try super.validate()
        try checkShares([bound], boundName)
        guard numThresholds >= 1 else {
            throw argumentError("\(numThresholds) thresholds", expected: "a whole number from 1 on")
        }
    }

    public override var direction: Direction? { .up }

    public override var config: Config {
        super.config.merging([
            "class_id": ConfigValue(classID), "num_thresholds": .int(numThresholds), boundName: .double(bound),
        ]) { $1 }
    }

    /// An entry whose class is made from its bound, the number of thresholds, the class and the name.
    static func entry(
        _ className: String, _ boundName: String,
        make: @escaping @Sendable (Double, Int, Int?, String?) -> OperatingPointMetric
    ) -> MetricEntry {
        MetricEntry(className) { config, name throws(IbexError) in
            make(
                try config.double(boundName, at: className),
                try config.int("num_thresholds", at: className, default: 200),
                try config.optionalInt("class_id", at: className), name)
        }
    }
}

/// The best sensitivity, TP / (TP + FN), where the specificity, TN / (TN + FP), is at least what is given.
///
///     model.compile(
///         optimizer: .adam(), loss: .binaryCrossentropy, metrics: [.sensitivityAtSpecificity(0.9)])
public final class SensitivityAtSpecificity: OperatingPointMetric {
    public var specificity: Double { bound }
    override var boundName: String { "specificity" }

    public init(_ specificity: Double, numThresholds: Int = 200, classID: Int? = nil, name: String? = nil) {
        super.init(
            specificity, numThresholds: numThresholds, classID: classID, name: name,
            className: "SensitivityAtSpecificity")
    }

    override func rates(_ confusion: Confusion) -> (held: [Double], reported: [Double]) {
        (confusion.specificities, confusion.recalls)
    }

    static let entry = entry("SensitivityAtSpecificity", "specificity") {
        SensitivityAtSpecificity($0, numThresholds: $1, classID: $2, name: $3)
    }
}

/// The best specificity, TN / (TN + FP), where the sensitivity, TP / (TP + FN), is at least what is given.
public final class SpecificityAtSensitivity: OperatingPointMetric {
    public var sensitivity: Double { bound }
    override var boundName: String { "sensitivity" }

    public init(_ sensitivity: Double, numThresholds: Int = 200, classID: Int? = nil, name: String? = nil) {
        super.init(
            sensitivity, numThresholds: numThresholds, classID: classID, name: name,
            className: "SpecificityAtSensitivity")
    }

    override func rates(_ confusion: Confusion) -> (held: [Double], reported: [Double]) {
        (confusion.recalls, confusion.specificities)
    }

    static let entry = entry("SpecificityAtSensitivity", "sensitivity") {
        SpecificityAtSensitivity($0, numThresholds: $1, classID: $2, name: $3)
    }
}

/// The best precision, TP / (TP + FP), where the recall, TP / (TP + FN), is at least what is given.
public final class PrecisionAtRecall: OperatingPointMetric {
    public var recall: Double { bound }
    override var boundName: String { "recall" }

    public init(_ recall: Double, numThresholds: Int = 200, classID: Int? = nil, name: String? = nil) {
        super.init(
            recall, numThresholds: numThresholds, classID: classID, name: name, className: "PrecisionAtRecall")
    }

    override func rates(_ confusion: Confusion) -> (held: [Double], reported: [Double]) {
        (confusion.recalls, confusion.precisions)
    }

    static let entry = entry("PrecisionAtRecall", "recall") {
        PrecisionAtRecall($0, numThresholds: $1, classID: $2, name: $3)
    }
}

/// The best recall, TP / (TP + FN), where the precision, TP / (TP + FP), is at least what is given.
public final class RecallAtPrecision: OperatingPointMetric {
    public var precision: Double { bound }
    override var boundName: String { "precision" }

    public init(_ precision: Double, numThresholds: Int = 200, classID: Int? = nil, name: String? = nil) {
        super.init(
            precision, numThresholds: numThresholds, classID: classID, name: name, className: "RecallAtPrecision")
    }

    override func rates(_ confusion: Confusion) -> (held: [Double], reported: [Double]) {
        (confusion.precisions, confusion.recalls)
    }

    static let entry = entry("RecallAtPrecision", "precision") {
        RecallAtPrecision($0, numThresholds: $1, classID: $2, name: $3)
    }
}

extension Metric {
    /// The best sensitivity among thresholds with at least this specificity.
    public static func sensitivityAtSpecificity(
        _ specificity: Double, numThresholds: Int = 200, classID: Int? = nil, name: String? = nil
    ) -> Metric {
        SensitivityAtSpecificity(specificity, numThresholds: numThresholds, classID: classID, name: name)
    }

    /// The best specificity among thresholds with at least this sensitivity.
    public static func specificityAtSensitivity(
        _ sensitivity: Double, numThresholds: Int = 200, classID: Int? = nil, name: String? = nil
    ) -> Metric {
        SpecificityAtSensitivity(sensitivity, numThresholds: numThresholds, classID: classID, name: name)
    }

    /// The best precision among thresholds with at least this recall.
    public static func precisionAtRecall(
        _ recall: Double, numThresholds: Int = 200, classID: Int? = nil, name: String? = nil
    ) -> Metric {
        PrecisionAtRecall(recall, numThresholds: numThresholds, classID: classID, name: name)
    }

    /// The best recall among thresholds with at least this precision.
    public static func recallAtPrecision(
        _ precision: Double, numThresholds: Int = 200, classID: Int? = nil, name: String? = nil
    ) -> Metric {
        RecallAtPrecision(precision, numThresholds: numThresholds, classID: classID, name: name)
    }
}
