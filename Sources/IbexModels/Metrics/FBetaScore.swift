import IbexGraph
import IbexRuntime

/// (1 + β²) precision · recall / (β² precision + recall) of each class: the harmonic mean of both, in which recall counts
/// β times as much as precision.
///
/// Targets are rows of 0 and 1, [batch, classes], predictions scores of that shape. Without a threshold the largest of
/// each row is what is predicted, equals all; with one, all above it.
///
///     model.compile(optimizer: .adam(), loss: .categoricalCrossentropy, metrics: [.f1Score(average: .macro)])
public class FBetaScore: ArrayMetric {
    /// How one number is made of the classes' scores.
    public enum Average: String, Sendable, CaseIterable {
        /// The score of all classes counted together.
        case micro
        /// The mean of the classes' scores.
        case macro
        /// Their mean, weighted by the number of targets of each class.
        case weighted
    }

    public let average: Average?
    public let beta: Double
    public let threshold: Double?

    /// - Parameter average: `nil` for a number for each class.
    public init(
        average: Average? = nil, beta: Double = 1, threshold: Double? = nil, name: String = "fbeta_score"
    ) {
        self.average = average
        self.beta = beta
        self.threshold = threshold
        super.init(name: name)
    }

    /// Class by class: those right, those predicted, those that are.
    public override func stateShapes(for prediction: Shape) -> [Shape] {
        [Shape](repeating: [prediction[-1]], count: 3)
    }

    public override var stateShapes: [Shape] { [] }

    public override func update(_ target: Tensor, _ prediction: Tensor, sampleWeight: Tensor?) throws {
        let (y, p) = (target.cast(to: dtype), prediction.cast(to: dtype))
        let isPredicted =
            threshold.map { p .> $0 } ?? ((p .>= p.max(axis: -1, keepDims: true)) .& (p.abs() .> 1e-9))
        let predicted = isPredicted.cast(to: dtype)
        let weights = try sampleWeight.map { try RankMatching.alignedWeights($0.cast(to: dtype), p, at: place) }
        for (variable, counted) in zip(variables, [predicted * y, predicted, y]) {
            let counted = weights.map { counted * $0 } ?? counted
            variable.assign(variable.value + counted.sum(axis: 0))
        }
    }

    public override func results(of state: [[Double]]) -> [Double] {
        let totals = state.map { $0.reduce(0, +) }
        if average == .micro { return [score(totals[0], totals[1], totals[2])] }
        let scores = state[0].indices.map { score(state[0][$0], state[1][$0], state[2][$0]) }
        switch average {
        case .macro: return [scores.reduce(0, +) / Double(scores.count)]
        case .weighted: return [zip(scores, state[2]).reduce(0) { $0 + $1.0 * $1.1 } / (totals[2] + Logits.fuzz)]
        default: return scores
        }
    }

    private func score(_ right: Double, _ predicted: Double, _ actual: Double) -> Double {
        let precision = right / (predicted + Logits.fuzz)
        let recall = right / (actual + Logits.fuzz)
        return (1 + beta * beta) * precision * recall / (beta * beta * precision + recall + Logits.fuzz)
    }

    public override func validate() throws(IbexError) {
        guard beta > 0 else { throw argumentError("beta \(beta)", expected: "a number above 0") }
        guard let threshold else { return }
        guard threshold > 0, threshold <= 1 else {
            throw argumentError("threshold \(threshold)", expected: "a number above 0, up to 1")
        }
    }

    public override func check(target: TensorType, prediction: TensorType) throws {
        guard prediction.shape.rank == 2, target.shape == prediction.shape else {
            throw IbexError(
                .shape, at: place,
                found: "targets of shape \(target.shape) for predictions of shape \(prediction.shape)",
                expected: "[batch, classes] for both",
                remedy: prediction.shape.rank == 2 ? "For class numbers, make one-hot rows with toCategorical." : "")
        }
    }

    public override var direction: Direction? { .up }

    public override var config: Config {
        super.config.merging([
            "average": average.map { .string($0.rawValue) } ?? .null, "beta": .double(beta),
            "threshold": ConfigValue(threshold),
        ]) { $1 }
    }

    static let entry = MetricEntry("FBetaScore") { config, name throws(IbexError) in
        FBetaScore(
            average: try average(config, at: "FBetaScore"),
            beta: try config.double("beta", at: "FBetaScore", default: 1),
            threshold: try config.optionalDouble("threshold", at: "FBetaScore"), name: name ?? "fbeta_score")
    }

    fileprivate static func average(_ config: Config, at place: String) throws(IbexError) -> Average? {
        guard let value = config["average"], !value.isNull else { return nil }
        guard let average = value.string.flatMap(Average.init(rawValue:)) else {
            throw IbexError(
                .argument, at: "\(place), key average", found: value.description,
                expected: "null or one of " + Average.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return average
    }
}

/// 2 precision · recall / (precision + recall) of each class: `FBetaScore` with β = 1.
public final class F1Score: FBetaScore {
    public init(average: Average? = nil, threshold: Double? = nil, name: String = "f1_score") {
        super.init(average: average, beta: 1, threshold: threshold, name: name)
    }

    public override var config: Config { super.config.filter { $0.key != "beta" } }

    static let f1Entry = MetricEntry("F1Score") { config, name throws(IbexError) in
        F1Score(
            average: try average(config, at: "F1Score"),
            threshold: try config.optionalDouble("threshold", at: "F1Score"),
            name: name ?? "f1_score")
    }
}

extension Metric {
    /// The harmonic mean of precision and recall, in which recall counts β times as much.
    public static func fBetaScore(
        average: FBetaScore.Average? = nil, beta: Double = 1, threshold: Double? = nil, name: String? = nil
    ) -> Metric {
        FBetaScore(average: average, beta: beta, threshold: threshold, name: name ?? "fbeta_score")
    }

    /// The harmonic mean of precision and recall.
    public static func f1Score(
        average: FBetaScore.Average? = nil, threshold: Double? = nil, name: String? = nil
    ) -> Metric {
        F1Score(average: average, threshold: threshold, name: name ?? "f1_score")
    }
}
