import Glibc

extension AUC {
    /// The area under the curve, from the counts at thresholds in rising order.
    func area(_ counts: Confusion) -> Double {
        if curve == .pr, summationMethod == .interpolation { return interpolatedPrecisionArea(counts) }
        let (x, y) = points(counts)
        return x.indices.dropLast().reduce(0) { area, index in
            let (a, b) = (y[index], y[index + 1])
            let height =
                switch summationMethod {
                case .interpolation: (a + b) / 2
                case .minoring: min(a, b)
                case .majoring: max(a, b)
                }
            return area + (x[index] - x[index + 1]) * height
        }
    }

    private func points(_ counts: Confusion) -> (x: [Double], y: [Double]) {
        switch curve {
        case .roc: (counts.fallOuts, counts.recalls)
        case .pr: (counts.recalls, counts.precisions)
        case .prGain: gains(counts)
        }
    }

    /// 1 - π / (1 - π) · FN / TP over 1 - π / (1 - π) · FP / TP, with π the share of positive targets.
    private func gains(_ counts: Confusion) -> (x: [Double], y: [Double]) {
        let points = counts.truePositives.indices.map { index -> (Double, Double) in
            let (hits, missed) = (counts.truePositives[index], counts.falseNegatives[index])
            let extra = counts.falsePositives[index]
            guard hits != 0 else { return (0, 1) }
            let odds = Self.ratio(hits + missed, counts.trueNegatives[index] + extra)
            return (max(1 - odds * missed / hits, 0), 1 - odds * extra / hits)
        }
        return (points.map(\.0), points.map(\.1))
    }

    /// Between two thresholds precision is TP / P with TP linear in P, the number predicted to be positive:
    /// TP = s P + c. Its integral over recall is s (ΔTP + c ln(P₁ / P₂)) / (TP + FN) (Davis and Goadrich, 2006).
    private func interpolatedPrecisionArea(_ counts: Confusion) -> Double {
        let hits = counts.truePositives
        let predicted = zip(hits, counts.falsePositives).map(+)
        return hits.indices.dropLast().reduce(0) { area, index in
            let next = index + 1
            let gained = hits[index] - hits[next]
            let slope = Self.ratio(gained, max(predicted[index] - predicted[next], 0))
            let intercept = hits[next] - slope * predicted[next]
            let isBounded = predicted[index] > 0 && predicted[next] > 0
            let logarithm = isBounded ? log(predicted[index] / predicted[next]) : 0
            let positives = max(hits[next] + counts.falseNegatives[next], 0)
            return area + Self.ratio(slope * (gained + intercept * logarithm), positives)
        }
    }
}
