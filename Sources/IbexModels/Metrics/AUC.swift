import IbexGraph

/// The area under a curve of two rates that a threshold moves along, such as the receiver operating characteristic.
///
/// Targets are 0 or 1, predictions probabilities of the same shape. The curve is taken at `numThresholds` thresholds
/// spread evenly over 0...1, or at those given, and at both ends. With `multiLabel` each entry of the last axis,
/// [batch, labels], has a curve of its own; the result is the mean of the areas, weighted by `labelWeights`. Without it
/// all entries make one curve, each counted times its label's weight.
///
///     model.compile(optimizer: .adam(), loss: .binaryCrossentropy, metrics: [.auc()])
///     model.compile(optimizer: .adam(), loss: .binaryCrossentropy, metrics: [.auc(curve: .pr, name: "pr")])
public final class AUC: ThresholdMetric {
    /// What the two axes of the curve are.
    public enum Curve: String, Sendable, CaseIterable {
        /// Recall over the rate of false positives.
        case roc = "ROC"
        /// Precision over recall; between thresholds as Davis and Goadrich (2006) interpolate.
        case pr = "PR"
        /// Both as gains over guessing that all are positive (Flach and Kull, 2015).
        case prGain = "PRGAIN"
    }

    /// The height of the curve between two thresholds: on the line between both ends, the lower or the higher of them.
    public enum SummationMethod: String, Sendable, CaseIterable {
        case interpolation, minoring, majoring
    }

    public let numThresholds: Int
    public let curve: Curve
    public let summationMethod: SummationMethod
    /// The thresholds given, in rising order, without both ends.
    public let thresholds: [Double]?
    public let multiLabel: Bool
    public let numLabels: Int?
    public let labelWeights: [Double]?
    public let fromLogits: Bool

    /// - Parameters:
    ///   - thresholds: stand over `numThresholds`, which is then two more than there are of them.
    ///   - numLabels: how many labels predictions have; read off them where it is left out.
    ///   - fromLogits: whether predictions are logits, without a sigmoid.
    public init(
        numThresholds: Int = 200, curve: Curve = .roc, summationMethod: SummationMethod = .interpolation,
        thresholds: [Double]? = nil, multiLabel: Bool = false, numLabels: Int? = nil, labelWeights: [Double]? = nil,
        fromLogits: Bool = false, name: String? = nil
    ) {
        self.numThresholds = thresholds.map { $0.count + 2 } ?? numThresholds
        self.curve = curve
        self.summationMethod = summationMethod
        self.thresholds = thresholds?.sorted()
        self.multiLabel = multiLabel
        self.numLabels = numLabels
        self.labelWeights = labelWeights
        self.fromLogits = fromLogits
        super.init(classID: nil, topK: nil, name: name, className: "AUC")
    }

    override var counts: ThresholdCounts { counts(labels: multiLabel ? numLabels ?? 1 : 1) }

    override func counts(for prediction: Shape) -> ThresholdCounts {
        counts(labels: multiLabel ? prediction[-1] : 1)
    }

    private func counts(labels: Int) -> ThresholdCounts {
        guard let thresholds, !isEven(thresholds) else {
            return ThresholdCounts(even: max(numThresholds, 2), margin: Logits.fuzz, labels: labels)
        }
        return ThresholdCounts([-Logits.fuzz] + thresholds + [1 + Logits.fuzz], labels: labels)
    }

    private func isEven(_ thresholds: [Double]) -> Bool {
        thresholds.enumerated().allSatisfy { index, threshold in
            let even = Double(index + 1) / Double(thresholds.count + 1)
            return abs(threshold - even) <= 1e-7 + 1e-5 * even
        }
    }

    public override var stateShapes: [Shape] { multiLabel && numLabels == nil ? [] : super.stateShapes }

    override var labelFactors: [Double]? { multiLabel ? nil : labelWeights }

    override func probabilities(_ prediction: Tensor) -> Tensor { fromLogits ? prediction.sigmoid() : prediction }

    public override func results(of state: [[Double]]) -> [Double] {
        let labels = state[0].count / (2 * (numThresholds + 1))
        let counts = counts(labels: labels)
        let areas = (0..<labels).map { area(counts.confusion(state[0], label: $0)) }
        guard labels > 1, let labelWeights else { return [areas.reduce(0, +) / Double(labels)] }
        return [Self.ratio(zip(areas, labelWeights).reduce(0) { $0 + $1.0 * $1.1 }, labelWeights.reduce(0, +))]
    }

    public override func validate() throws(IbexError) {
        try checkShares(thresholds ?? [], "threshold")
        guard numThresholds >= 2 else {
            throw argumentError("\(numThresholds) thresholds", expected: "a whole number from 2 on")
        }
        guard multiLabel || numLabels == nil else {
            throw argumentError(
                "a number of labels", expected: "none, where all labels make one curve",
                remedy: "Leave it out, or set multiLabel.")
        }
        if let wrong = labelWeights?.first(where: { !($0 >= 0) }) {
            throw argumentError("the label weight \(wrong)", expected: "numbers from 0 on")
        }
    }

    public override func check(target: TensorType, prediction: TensorType) throws {
        try super.check(target: target, prediction: prediction)
        let shape = prediction.shape
        func fail(_ expected: String) -> IbexError {
            IbexError(.shape, at: place, found: "predictions of shape \(shape)", expected: expected)
        }
        if multiLabel, shape.rank != 2 { throw fail("two axes, [batch, labels], for multiLabel") }
        if let numLabels, numLabels != shape[-1] { throw fail("\(numLabels) labels in the last axis") }
        if let labelWeights, shape.rank < 2 || labelWeights.count != shape[-1] {
            throw fail("\(labelWeights.count) labels in the last axis, one for each label weight")
        }
    }

    public override var direction: Direction? { .up }

    public override var config: Config {
        let own: Config = [
            "num_thresholds": .int(numThresholds), "curve": .string(curve.rawValue),
            "summation_method": .string(summationMethod.rawValue), "multi_label": .bool(multiLabel),
            "num_labels": ConfigValue(numLabels), "label_weights": ConfigValue(labelWeights),
            "from_logits": .bool(fromLogits),
        ]
        let given: Config = thresholds == nil ? [:] : ["thresholds": ConfigValue(thresholds)]
        return super.config.merging(own) { $1 }.merging(given) { $1 }
    }

    static let entry = MetricEntry("AUC") { config, name throws(IbexError) in
        let curve = try config.string("curve", at: "AUC", default: "ROC").uppercased()
        let method = try config.string("summation_method", at: "AUC", default: "interpolation").lowercased()
        return AUC(
            numThresholds: try config.int("num_thresholds", at: "AUC", default: 200),
            curve: try named(curve, "curve"), summationMethod: try named(method, "summation_method"),
            thresholds: try config.thresholds(at: "AUC"),
            multiLabel: try config.bool("multi_label", at: "AUC", default: false),
            numLabels: try config.optionalInt("num_labels", at: "AUC"),
            labelWeights: try config.optionalDoubles("label_weights", at: "AUC"),
            fromLogits: try config.bool("from_logits", at: "AUC", default: false), name: name)
    }

    private static func named<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ key: String
    ) throws(IbexError) -> Choice {
        guard let choice = Choice(rawValue: name) else {
            throw IbexError(
                .argument, at: "AUC, key \(key)", found: "\"\(name)\"",
                expected: "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return choice
    }
}

extension Metric {
    /// The area under the receiver operating characteristic, or another curve.
    public static func auc(
        numThresholds: Int = 200, curve: AUC.Curve = .roc, thresholds: [Double]? = nil, multiLabel: Bool = false,
        fromLogits: Bool = false, name: String? = nil
    ) -> Metric {
        AUC(
            numThresholds: numThresholds, curve: curve, thresholds: thresholds, multiLabel: multiLabel,
            fromLogits: fromLogits, name: name)
    }
}
