import IbexGraph
import IbexRuntime

/// 1 - Σ w (y - p)² / Σ w (y - ȳ)², the coefficient of determination, of each column: 1 where predictions are right, 0 where
/// they are no better than the mean.
///
/// Targets and predictions are [batch, columns]. With `numRegressors` r > 0 it is adjusted for that many predictors:
/// 1 - (1 - R²)(n - 1) / (n - r - 1), with n the number of targets in all columns, as in Keras; where n - 1 is not more
/// than r, it is not.
///
///     model.compile(optimizer: .adam(), loss: .meanSquaredError, metrics: [.r2Score()])
public final class R2Score: ArrayMetric {
    /// How one number is made of the columns' scores.
    public enum ClassAggregation: String, Sendable, CaseIterable {
        case uniformAverage = "uniform_average"
        /// Weighted by the columns' variances.
        case varianceWeightedAverage = "variance_weighted_average"
    }

    public let classAggregation: ClassAggregation?
    public let numRegressors: Int

    /// - Parameter classAggregation: `nil` for a number for each column.
    public init(
        classAggregation: ClassAggregation? = .uniformAverage, numRegressors: Int = 0, name: String = "r2_score"
    ) {
        self.classAggregation = classAggregation
        self.numRegressors = numRegressors
        super.init(name: name)
    }

    public override var stateShapes: [Shape] { [] }

    /// Σ w y, Σ w y², Σ w (y - p)² and Σ w of each column, and the number of targets.
    public override func stateShapes(for prediction: Shape) -> [Shape] {
        let columns = Shape([prediction.rank > 1 ? prediction[-1] : 1])
        return [columns, columns, columns, columns, .scalar]
    }

    public override func update(_ target: Tensor, _ prediction: Tensor, sampleWeight: Tensor?) throws {
        var (y, p) = RankMatching.matched(target.cast(to: dtype), prediction.cast(to: dtype))
        if y.rank == 1 { (y, p) = (y.expandedDims(axis: -1), p.expandedDims(axis: -1)) }
        let weights = try
            (sampleWeight.map { try RankMatching.alignedWeights($0.cast(to: dtype), y, at: place) } ?? y.filled(1))
            .broadcast(to: y.shape)
        let weighted = y * weights
        for (variable, terms) in zip(variables, [weighted, y * weighted, (y - p).square() * weights, weights]) {
            variable.assign(variable.value + terms.sum(axis: 0))
        }
        variables[4].assign(variables[4].value + Double(y.elementCount))
    }

    public override func results(of state: [[Double]]) -> [Double] {
        let columns = state[0].indices
        let totals = columns.map { state[1][$0] - state[0][$0] * state[0][$0] / state[3][$0] }
        let scores = columns.map { column -> Double in
            let score = 1 - state[2][column] / totals[column]
            return score.isInfinite ? 0 : score
        }
        switch classAggregation {
        case .uniformAverage: return [adjusted(scores.reduce(0, +) / Double(scores.count), state[4][0])]
        case .varianceWeightedAverage:
            let sum = zip(scores, totals).reduce(0) { $0 + $1.0 * $1.1 }
            return [adjusted(sum / totals.reduce(0, +), state[4][0])]
        case nil: return scores.map { adjusted($0, state[4][0]) }
        }
    }

    private func adjusted(_ score: Double, _ count: Double) -> Double {
        let regressors = Double(numRegressors)
        guard numRegressors > 0, regressors < count - 1 else { return score }
        return 1 - (1 - score) * (count - 1) / (count - regressors - 1)
    }

    public override func validate() throws(IbexError) {
        guard numRegressors >= 0 else {
            throw argumentError("\(numRegressors) regressors", expected: "a whole number from 0 on")
        }
    }

    public override func check(target: TensorType, prediction: TensorType) throws {
        try TargetRule.elementwise.check(target: target, prediction: prediction, at: place)
        guard prediction.shape.rank <= 2 else {
            throw IbexError(
                .shape, at: place, found: "predictions of shape \(prediction.shape)", expected: "[batch, columns]")
        }
    }

    public override var direction: Direction? { .up }

    public override var config: Config {
        super.config.merging([
            "class_aggregation": classAggregation.map { .string($0.rawValue) } ?? .null,
            "num_regressors": .int(numRegressors),
        ]) { $1 }
    }

    static let entry = MetricEntry("R2Score") { config, name throws(IbexError) in
        let aggregation: ClassAggregation?
        if let value = config["class_aggregation"] {
            aggregation = value.string.flatMap(ClassAggregation.init(rawValue:))
            guard aggregation != nil || value.isNull else {
                throw IbexError(
                    .argument, at: "R2Score, key class_aggregation", found: value.description,
                    expected: "null or one of " + ClassAggregation.allCases.map(\.rawValue).joined(separator: ", "))
            }
        } else {
            aggregation = .uniformAverage
        }
        return R2Score(
            classAggregation: aggregation,
            numRegressors: try config.int("num_regressors", at: "R2Score", default: 0), name: name ?? "r2_score")
    }
}

extension Metric {
    /// The coefficient of determination.
    public static func r2Score(
        classAggregation: R2Score.ClassAggregation? = .uniformAverage, numRegressors: Int = 0, name: String? = nil
    ) -> Metric {
        R2Score(classAggregation: classAggregation, numRegressors: numRegressors, name: name ?? "r2_score")
    }
}
