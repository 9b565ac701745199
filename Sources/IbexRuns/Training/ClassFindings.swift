import IbexGraph
import IbexModels

/// What a classifier makes of samples: for each the class that it is of, the one that it is taken for, and how surely.
struct ClassFindings: Sendable {
    let labels: [Int]
    let predictions: [Int]
    /// The probability of the predicted class; `nil` where results are no probabilities.
    let confidences: [Double]?
    let classCount: Int
    /// What the model gives each sample for each class, row by row; of two classes told by one number, for the second.
    private let scores: [Double]

    /// - Parameters:
    ///   - targets: class numbers, or a row with a one at the class.
    ///   - results: what the model gives: a row for each sample.
    /// - Returns: `nil` where the loss, the targets and the results are not those of classes.
    init?(targets: Tensor, results: Tensor, loss: Loss) throws {
        guard results.rank == 2, results.shape[0] > 0 else { return nil }
        let (rows, columns) = (results.shape[0], results.shape[1])
        let isLogits = loss.config["from_logits"] == true
        let target = try targets.doubles()
        if columns == 1 {
            guard loss.className.hasPrefix("Binary"), target.count == rows else { return nil }
            let chances = try (isLogits ? results.sigmoid() : results).doubles()
            labels = target.map { $0 >= 0.5 ? 1 : 0 }
            predictions = chances.map { $0 >= 0.5 ? 1 : 0 }
            confidences = chances.map { max($0, 1 - $0) }
            scores = chances
            classCount = 2
            return
        }
        if loss.className.hasPrefix("Sparse") {
            guard target.count == rows, target.allSatisfy({ $0 >= 0 && $0 < Double(columns) }) else { return nil }
            labels = target.map { Int($0) }
        } else {
            guard target.count == rows * columns, !loss.className.hasPrefix("Binary") else { return nil }
            let found = (0..<rows).map { Self.hot(target[$0 * columns..<($0 + 1) * columns]) }
            guard !found.contains(nil) else { return nil }
            labels = found.compactMap(\.self)
        }
        let chances = try (isLogits ? results.softmax(axis: -1) : results).doubles()
        let best = (0..<rows).map { row in
            (row * columns..<(row + 1) * columns).reduce(row * columns) { chances[$1] > chances[$0] ? $1 : $0 }
        }
        predictions = best.map { $0 % columns }
        let sure = best.map { chances[$0] }
        confidences = sure.allSatisfy { $0 >= 0 && $0 <= 1.0001 } ? sure.map { min($0, 1) } : nil
        classCount = columns
        scores = chances
    }

    /// So many curves can be told apart.
    private static let mostCurves = 10

    /// How each class is told from the others; of two classes the second. Of many, the ten that are told worst.
    ///
    /// Classes that no sample, or every sample, is of have none.
    func curves() throws -> [ClassCurve] {
        guard !scores.contains(where: \.isNaN) else { return [] }
        let columns = scores.count / max(labels.count, 1)
        let truth = Tensor(labels.map { Int32($0) })
        let all = try (classCount == 2 ? 1..<2 : 0..<classCount).compactMap { number -> ClassCurve? in
            guard (1..<labels.count).contains(labels.count { $0 == number }) else { return nil }
            let own = labels.indices.map { Float(scores[$0 * columns + (columns == 1 ? 0 : number)]) }
            return ClassCurve(number, try rocCurve(truth, Tensor(own), positive: number))
        }
        guard all.count > Self.mostCurves else { return all }
        return all.sorted { ($0.area, $0.number) < ($1.area, $1.number) }.prefix(Self.mostCurves)
            .sorted { $0.number < $1.number }
    }

    /// Where the one of a row stands that is zero elsewhere.
    private static func hot(_ row: ArraySlice<Double>) -> Int? {
        guard let place = row.firstIndex(of: 1), row.allSatisfy({ $0 == 0 || $0 == 1 }), row.reduce(0, +) == 1 else {
            return nil
        }
        return place - row.startIndex
    }

    /// Row i, column j: how often class i was taken for class j.
    var confusion: [[Int]] {
        var counts = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
        for (label, prediction) in zip(labels, predictions) { counts[label][prediction] += 1 }
        return counts
    }

    /// So many of the surest mistakes are shown, and so many in all.
    static let (surest, most) = (32, 400)

    /// The samples of which a report shows the images: the surest mistakes, then the first one of each class that is taken
    /// for each.
    var shownMistakes: [Int] {
        let surest = mistakes.prefix(Self.surest)
        let others = Self.examples(labels: labels, predictions: predictions).filter { !surest.contains($0) }
        return Array((surest + others).prefix(Self.most))
    }

    /// The first sample of each class that is taken for each other.
    static func examples(labels: [Int], predictions: [Int]) -> [Int] {
        var seen: Set<[Int]> = []
        return labels.indices.filter { index in
            labels[index] != predictions[index] && seen.insert([labels[index], predictions[index]]).inserted
        }
    }

    /// The samples that are taken for another class, the surest mistakes first.
    var mistakes: [Int] {
        let wrong = labels.indices.filter { labels[$0] != predictions[$0] }
        guard let confidences else { return wrong }
        return wrong.sorted { (confidences[$1], $0) < (confidences[$0], $1) }
    }
}
