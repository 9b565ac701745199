import IbexGraph
import IbexRuntime

/// How many predictions of positive and of negative targets lie above each of some thresholds, each times its weight.
///
/// The state is one tensor [2, thresholds + 1, labels]: positive targets, then negative ones. Its row 0 counts all of
/// them, row i + 1 those above threshold i. Where thresholds are evenly spaced over 0...1, row i counts those that are
/// above just i thresholds instead, and the host adds up: one sum by segments, whatever the number of thresholds.
struct ThresholdCounts {
    let thresholds: [Double]
    let labels: Int
    private let isEven: Bool

    /// Counts above any thresholds; predictions are compared with each, p > t.
    init(_ thresholds: [Double], labels: Int = 1) {
        self.thresholds = thresholds
        self.labels = labels
        isEven = false
    }

    /// Counts above `count` thresholds 0, 1 / (count - 1), …, 1.
    ///
    /// - Parameter margin: how far the first and last one lie outside 0...1.
    init(even count: Int, margin: Double = 0, labels: Int = 1) {
        var thresholds = (0..<count).map { Double($0) / Double(count - 1) }
        thresholds[0] -= margin
        thresholds[count - 1] += margin
        self.thresholds = thresholds
        self.labels = labels
        isEven = true
    }

    var shape: Shape { [2, thresholds.count + 1, labels] }

    /// The counts of a batch, in the state's shape.
    ///
    /// - Parameters:
    ///   - isPositive: [rows, labels], `bool`.
    ///   - prediction: [rows, labels].
    ///   - weights: what broadcasts to them, if there are weights.
    func callAsFunction(_ isPositive: Tensor, _ prediction: Tensor, weights: Tensor?) -> Tensor {
        isEven
            ? bySegments(isPositive, prediction, weights: weights)
            : byComparison(isPositive, prediction, weights: weights)
    }

    private func byComparison(_ isPositive: Tensor, _ prediction: Tensor, weights: Tensor?) -> Tensor {
        let rows = thresholds.count + 1
        let limits = Tensor.constant([0] + thresholds, [rows, 1, 1], prediction.dtype)
        let isFirst = Tensor(shape: [rows, 1, 1], scalars: (0..<rows).map { $0 == 0 })
        let sides = Tensor(shape: [2, 1, 1, 1], scalars: [true, false])
        let counts = (((prediction .> limits) .| isFirst) .& (isPositive .== sides)).cast(to: prediction.dtype)
        return (weights.map { counts * $0 } ?? counts).sum(axis: 2)
    }

    private func bySegments(_ isPositive: Tensor, _ prediction: Tensor, weights: Tensor?) -> Tensor {
        // What is not a number lies above nothing.
        let p = Tensor.where(prediction .> 0, prediction.minimum(1), prediction.filled(0))
        let first = thresholds[0] < 0 ? 1.0 : 0.0
        let above = (p * Double(thresholds.count - 1)).ceil().maximum(first).cast(to: .int32)
        let side = Tensor.where(isPositive, above.filled(0), above.filled(Double(thresholds.count + 1)))
        let label = Tensor(shape: [labels], scalars: (0..<Int32(labels)).map { $0 })
        let segments = ((side + above) * Double(labels) + label).reshaped(-1)
        let counted = (weights?.broadcast(to: p.shape) ?? p.filled(1)).reshaped(-1)
        return Tensor.apply(Ops.GatherGradient(rows: shape.elementCount), segments, counted).reshaped(to: shape)
    }

    /// What a state comes to, for a label.
    func confusion(_ state: [Double], label: Int = 0) -> Confusion {
        let rows = thresholds.count + 1
        func counts(_ side: Int) -> [Double] {
            var counts = (0..<rows).map { state[(side * rows + $0) * labels + label] }
            if isEven { for row in (0..<rows - 1).reversed() { counts[row] += counts[row + 1] } }
            return counts
        }
        return Confusion(positives: counts(0), negatives: counts(1))
    }
}

/// True and false positives and negatives at each threshold.
struct Confusion {
    let truePositives: [Double]
    let falsePositives: [Double]
    let trueNegatives: [Double]
    let falseNegatives: [Double]

    /// From counts of positive and negative targets: all of them, then those above each threshold.
    fileprivate init(positives: [Double], negatives: [Double]) {
        truePositives = Array(positives.dropFirst())
        falsePositives = Array(negatives.dropFirst())
        falseNegatives = truePositives.map { positives[0] - $0 }
        trueNegatives = falsePositives.map { negatives[0] - $0 }
    }

    /// TP / (TP + FP), 0 where there are none.
    var precisions: [Double] { zip(truePositives, falsePositives).map { Metric.ratio($0, $0 + $1) } }

    /// TP / (TP + FN), 0 where there are none; sensitivity is another name.
    var recalls: [Double] { zip(truePositives, falseNegatives).map { Metric.ratio($0, $0 + $1) } }

    /// TN / (TN + FP), 0 where there are none.
    var specificities: [Double] { zip(trueNegatives, falsePositives).map { Metric.ratio($0, $0 + $1) } }

    /// FP / (TN + FP), 0 where there are none: the rate of false positives.
    var fallOuts: [Double] { zip(falsePositives, trueNegatives).map { Metric.ratio($0, $0 + $1) } }
}
