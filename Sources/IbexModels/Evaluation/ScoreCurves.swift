import IbexGraph
import IbexRuntime

/// The share of the positives that is found against the share of the negatives that is taken for positives, as the
/// threshold falls.
public struct ROCCurve: Sendable, Hashable {
    /// FP / negatives, from 0 to 1.
    public let falsePositiveRates: [Double]
    /// TP / positives, from 0 to 1.
    public let truePositiveRates: [Double]
    /// What a score must reach to count as positive, falling; the first is infinite.
    public let thresholds: [Double]

    /// The area under the curve by trapezoids: how probable it is that a positive has a larger score than a negative, a tie
    /// counted as one half.
    public var area: Double { trapezoids(falsePositiveRates, truePositiveRates) }
}

/// The share of true positives among what is taken for positive against the share of the positives that is found, as the
/// threshold rises.
public struct PrecisionRecallCurve: Sendable, Hashable {
    /// TP / (TP + FP); 1 at the end, where nothing is taken for positive.
    public let precisions: [Double]
    /// TP / positives, from 1 to 0.
    public let recalls: [Double]
    /// What a score must reach to count as positive, rising; one fewer than points.
    public let thresholds: [Double]

    /// The area under the curve by trapezoids, which is on the large side: between two thresholds precision is not linear.
    public var area: Double { -trapezoids(recalls, precisions) }

    /// The mean of the precisions, each weighted with the recall that it adds: Σ (Rₙ - Rₙ₋₁) Pₙ.
    public var averagePrecision: Double {
        recalls.indices.dropLast().reduce(0) { $0 + (recalls[$1] - recalls[$1 + 1]) * precisions[$1] }
    }
}

/// The ROC curve of scores.
///
///     let curve = try rocCurve(yTest, model.predict(xTest))
///     print(curve.area)
///
/// - Parameters:
///   - yTrue: class numbers (n) or (n, 1).
///   - scores: the larger, the more surely positive: (n) or (n, 1); or (n, classes), of which the positive class's column
///     is taken.
///   - positive: the class that counts as positive; all others are negative.
///   - dropIntermediate: whether points are left out that lie on a line between their neighbours. The area is the same.
/// - Throws: `IbexError` of kind `shape` for other shapes or counts that differ; of kind `data` for scores that are no
///   numbers, and where all samples are positive, or none: there is no curve then.
/// - Source: scikit-learn, `sklearn.metrics.roc_curve`.
public func rocCurve(
    _ yTrue: Tensor, _ scores: Tensor, positive: Int = 1, dropIntermediate: Bool = true
) throws -> ROCCurve {
    let counts = try ScoreCounts(yTrue, scores, positive: positive, at: "rocCurve")
    guard counts.negatives > 0 else { throw counts.oneClass("negative") }
    guard counts.positives > 0 else { throw counts.oneClass("positive") }
    let (extra, hits) = (counts.falsePositives, counts.truePositives)
    let kept = hits.indices.filter { index in
        guard dropIntermediate, index > 0, index < hits.count - 1 else { return true }
        func bends(_ values: [Int]) -> Bool { values[index + 1] - values[index] != values[index] - values[index - 1] }
        return bends(extra) || bends(hits)
    }
    return ROCCurve(
        falsePositiveRates: [0] + kept.map { Double(extra[$0]) / Double(counts.negatives) },
        truePositiveRates: [0] + kept.map { Double(hits[$0]) / Double(counts.positives) },
        thresholds: [.infinity] + kept.map { counts.thresholds[$0] })
}

/// The curve of precision and recall of scores.
///
///     print(try precisionRecallCurve(yTest, model.predict(xTest)).averagePrecision)
///
/// - Parameters: as those of `rocCurve`.
/// - Throws: as `rocCurve`, but there need be no negatives.
/// - Source: scikit-learn, `sklearn.metrics.precision_recall_curve` and `average_precision_score`.
public func precisionRecallCurve(_ yTrue: Tensor, _ scores: Tensor, positive: Int = 1) throws -> PrecisionRecallCurve {
    let counts = try ScoreCounts(yTrue, scores, positive: positive, at: "precisionRecallCurve")
    guard counts.positives > 0 else { throw counts.oneClass("positive") }
    let rising = counts.thresholds.indices.reversed()
    let hits = counts.truePositives
    return PrecisionRecallCurve(
        precisions: rising.map { Double(hits[$0]) / Double(hits[$0] + counts.falsePositives[$0]) } + [1],
        recalls: rising.map { Double(hits[$0]) / Double(counts.positives) } + [0],
        thresholds: rising.map { counts.thresholds[$0] })
}

/// How many positives and negatives have a score of at least each threshold, the thresholds being the scores that occur.
private struct ScoreCounts {
    let place: String
    /// Falling.
    private(set) var thresholds: [Double] = []
    private(set) var truePositives: [Int] = []
    private(set) var falsePositives: [Int] = []
    let positives: Int
    let negatives: Int

    init(_ yTrue: Tensor, _ scores: Tensor, positive: Int, at place: String) throws {
        self.place = place
        guard yTrue.rank == 1 || (yTrue.rank == 2 && yTrue.shape[1] == 1), scores.rank == 1 || scores.rank == 2 else {
            throw IbexError(
                .shape, at: place, found: "labels of shape \(yTrue.shape) and scores of \(scores.shape)",
                expected: "labels (n) and scores (n) or (n, classes)")
        }
        let labels = try classNumbers(yTrue, "labels", at: place).map { $0 == positive }
        let isRows = scores.rank == 2 && scores.shape[1] > 1
        guard !isRows || (0..<scores.shape[1]).contains(positive) else {
            throw IbexError(
                .argument, at: place, found: "the positive class \(positive)",
                expected: "a class from 0 to \(scores.shape[1] - 1)")
        }
        let values = try (isRows ? scores[0..., positive] : scores).doubles()
        guard values.count == labels.count else {
            throw IbexError(
                .shape, at: place, found: "\(labels.count) labels and \(values.count) scores",
                expected: "as many scores as labels")
        }
        guard !values.contains(where: \.isNaN) else {
            throw IbexError(.data, at: place, found: "a score that is NaN", expected: "numbers")
        }
        positives = labels.count { $0 }
        negatives = labels.count - positives
        var (hits, extra) = (0, 0)
        let falling = values.indices.sorted { values[$0] > values[$1] }
        for (place, index) in falling.enumerated() {
            if labels[index] { hits += 1 } else { extra += 1 }
            // Equal scores are reached together.
            if place + 1 < falling.count, values[falling[place + 1]] == values[index] { continue }
            thresholds.append(values[index])
            truePositives.append(hits)
            falsePositives.append(extra)
        }
    }

    func oneClass(_ missing: String) -> IbexError {
        IbexError(
            .data, at: place, found: "no \(missing) sample among \(positives + negatives)",
            expected: "samples of both kinds")
    }
}

/// The area below lines from point to point, of which x rises.
private func trapezoids(_ x: [Double], _ y: [Double]) -> Double {
    x.indices.dropLast().reduce(0) { $0 + (x[$1 + 1] - x[$1]) * (y[$1 + 1] + y[$1]) / 2 }
}
