import IbexGraph
import IbexRuntime

/// How well each class is found.
///
///     let report = try classificationReport(yTest, model.predictClasses(xTest), names: ["cat", "dog"])
///     print(report)
///     report["dog"]?.recall
///
///                   precision    recall  f1-score   support
///
///              cat       0.67      1.00      0.80         2
///              dog       1.00      0.50      0.67         2
///
///         accuracy                           0.75         4
///        macro avg       0.83      0.75      0.73         4
///     weighted avg       0.83      0.75      0.73         4
public struct ClassificationReport: Sendable, Hashable {
    /// The numbers of a class, or their mean over classes.
    public struct Row: Sendable, Hashable {
        public let name: String
        /// The share of what was taken for the class that is of it: TP / (TP + FP).
        public let precision: Double
        /// The share of the class that was taken for it: TP / (TP + FN).
        public let recall: Double
        /// The harmonic mean of both: 2 TP / (2 TP + FP + FN).
        public let f1: Double
        /// How many samples are of the class.
        public let support: Int
    }

    public let classes: [Row]
    /// The share of the samples that were taken for what they are.
    public let accuracy: Double
    /// The mean over classes.
    public let macroAverage: Row
    /// The mean over classes, each weighted with its support.
    public let weightedAverage: Row

    /// The numbers of a class by its name.
    public subscript(name: String) -> Row? { classes.first { $0.name == name } }
}

/// Compares classes that were predicted with what they are.
///
/// - Parameters:
///   - yTrue: class numbers (n), or rows (n, classes) whose largest number says the class.
///   - yPred: the same of what was predicted.
///   - names: the classes' names, from class 0 on; their numbers where there are none.
///   - numClasses: how many classes there are. Where neither this nor names are given, those are listed that occur.
///   - zeroDivision: what stands for a share of nothing: the precision of a class that nothing was taken for, the recall of
///     one that nothing is of.
/// - Throws: `IbexError` of kind `shape` where counts differ, `data` for no samples or numbers that are no classes,
///   `argument` where names and number of classes differ.
/// - Source: scikit-learn, `sklearn.metrics.classification_report`.
public func classificationReport(
    _ yTrue: Tensor, _ yPred: Tensor, names: [String]? = nil, numClasses: Int? = nil, zeroDivision: Double = 0
) throws -> ClassificationReport {
    let place = "classificationReport"
    let labels = try classNumbers(yTrue, "labels", at: place)
    let predictions = try classNumbers(yPred, "predictions", at: place)
    guard labels.count == predictions.count else {
        throw IbexError(
            .shape, at: place, found: "\(labels.count) labels and \(predictions.count) predictions",
            expected: "as many predictions as labels")
    }
    guard let largest = (labels + predictions).max() else {
        throw IbexError(.data, at: place, found: "no samples", expected: "at least one")
    }
    let count = numClasses ?? names?.count
    guard count == names?.count ?? count else {
        throw IbexError(
            .argument, at: place, found: "\(names?.count ?? 0) names for \(count ?? 0) classes",
            expected: "a name for each class")
    }
    guard largest < count ?? .max else {
        throw IbexError(
            .data, at: place, found: "the class \(largest)", expected: "classes from 0 to \((count ?? 0) - 1)")
    }
    let numbers = count.map { Array(0..<$0) } ?? Set(labels + predictions).sorted()
    return ClassificationReport(
        labels, predictions, zeroDivision, classes: numbers.map { ($0, names?[$0] ?? "\($0)") })
}

extension ClassificationReport {
    init(_ labels: [Int], _ predictions: [Int], _ zeroDivision: Double, classes: [(number: Int, name: String)]) {
        func ratio(_ part: Int, _ whole: Int) -> Double {
            whole == 0 ? zeroDivision : Double(part) / Double(whole)
        }
        func counts(_ numbers: [Int]) -> [Int: Int] { Dictionary(numbers.map { ($0, 1) }, uniquingKeysWith: +) }
        let (support, taken) = (counts(labels), counts(predictions))
        let hits = counts(zip(labels, predictions).filter { $0 == $1 }.map(\.0))
        let rows = classes.map { number, name in
            let (hit, own, predicted) = (hits[number] ?? 0, support[number] ?? 0, taken[number] ?? 0)
            return Row(
                name: name, precision: ratio(hit, predicted), recall: ratio(hit, own),
                f1: ratio(2 * hit, own + predicted), support: own)
        }
        func average(_ name: String, _ weight: (Row) -> Double) -> Row {
            let total = rows.reduce(0) { $0 + weight($1) }
            func mean(_ value: KeyPath<Row, Double>) -> Double {
                rows.reduce(0) { $0 + $1[keyPath: value] * weight($1) } / total
            }
            return Row(
                name: name, precision: mean(\.precision), recall: mean(\.recall), f1: mean(\.f1), support: labels.count)
        }
        self.classes = rows
        accuracy = ratio(hits.values.reduce(0, +), labels.count)
        macroAverage = average("macro avg") { _ in 1 }
        weightedAverage = average("weighted avg") { Double($0.support) }
    }
}

extension ClassificationReport: CustomStringConvertible {
    public var description: String { text() }

    /// The report as a table, numbers with so many decimals.
    public func text(digits: Int = 2) -> String {
        let names = classes.map(\.name) + [macroAverage.name, weightedAverage.name]
        let width = max(names.map(\.columns).max() ?? 0, digits)
        func cells(_ name: String, _ cells: [String]) -> String {
            func padded(_ text: String, _ width: Int) -> String {
                String(repeating: " ", count: max(width - text.columns, 0)) + text
            }
            return padded(name, width) + " " + cells.map { " " + padded($0, 9) }.joined()
        }
        func number(_ value: Double) -> String { NumberText.fixed(value, decimals: digits) }
        func line(_ row: Row) -> String {
            cells(row.name, [number(row.precision), number(row.recall), number(row.f1), "\(row.support)"])
        }
        let lines =
            [cells("", ["precision", "recall", "f1-score", "support"]), ""] + classes.map(line)
            + ["", cells("accuracy", ["", "", number(accuracy), "\(macroAverage.support)"])]
            + [line(macroAverage), line(weightedAverage)]
        return lines.joined(separator: "\n")
    }
}
