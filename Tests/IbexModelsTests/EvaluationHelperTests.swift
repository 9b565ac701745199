import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// Reports and curves of classifications. The numbers are scikit-learn 1.9.1's, of the same labels and scores:
/// `classification_report(y, p, zero_division=0)`, `roc_curve`, `roc_auc_score`, `precision_recall_curve`, `auc`,
/// `average_precision_score`.
@Suite struct EvaluationHelperTests {
    private let y = Tensor([0, 1, 2, 2, 1, 0, 2, 1, 0, 2, 2, 4] as [Int32])
    private let p = Tensor([0, 2, 2, 2, 1, 0, 0, 1, 1, 2, 2, 2] as [Int32])
    private let targets = Tensor([0, 0, 1, 1, 0, 1, 1, 0, 1, 0] as [Int32])
    private let scores = Tensor([0.1, 0.4, 0.35, 0.8, 0.4, 0.8, 0.65, 0.2, 0.2, 0.05] as [Double])

    private func expectClose(_ got: [Double], _ want: [Double], location: SourceLocation = #_sourceLocation) {
        #expect(got.count == want.count, sourceLocation: location)
        for (got, want) in zip(got, want) {
            #expect(got == want || abs(got - want) < 1e-12, "\(got), \(want)", sourceLocation: location)
        }
    }

    private func numbers(_ row: ClassificationReport.Row?) -> [Double] {
        row.map { [$0.precision, $0.recall, $0.f1, Double($0.support)] } ?? []
    }

    @Test func report() throws {
        try withDevice("cpu") {
            let report = try classificationReport(y, p)
            #expect(report.classes.map(\.name) == ["0", "1", "2", "4"])
            expectClose(numbers(report["0"]), [2.0 / 3, 2.0 / 3, 2.0 / 3, 3])
            expectClose(numbers(report["2"]), [2.0 / 3, 0.8, 0.727_272_727_272_727_3, 5])
            expectClose(numbers(report["4"]), [0, 0, 0, 1])
            expectClose(numbers(report.macroAverage), [0.5, 0.533_333_333_333_333_3, 0.515_151_515_151_515_1, 12])
            expectClose(
                numbers(report.weightedAverage), [0.611_111_111_111_111, 2.0 / 3, 0.636_363_636_363_636_4, 12])
            #expect(report.accuracy == 2.0 / 3 && report["3"] == nil)
            #expect(
                report.description == """
                                  precision    recall  f1-score   support

                               0       0.67      0.67      0.67         3
                               1       0.67      0.67      0.67         3
                               2       0.67      0.80      0.73         5
                               4       0.00      0.00      0.00         1

                        accuracy                           0.67        12
                       macro avg       0.50      0.53      0.52        12
                    weighted avg       0.61      0.67      0.64        12
                    """)
        }
    }

    /// Class 3 occurs nowhere: it is listed, and counts in the mean, where it is named or counted.
    @Test func absentClasses() throws {
        try withDevice("cpu") {
            let report = try classificationReport(y, p, names: ["猫", "dog", "bird", "fish", "a very long name"])
            expectClose(numbers(report["fish"]), [0, 0, 0, 0])
            #expect(
                report.text(digits: 4) == """
                                      precision    recall  f1-score   support

                                  猫     0.6667    0.6667    0.6667         3
                                 dog     0.6667    0.6667    0.6667         3
                                bird     0.6667    0.8000    0.7273         5
                                fish     0.0000    0.0000    0.0000         0
                    a very long name     0.0000    0.0000    0.0000         1

                            accuracy                         0.6667        12
                           macro avg     0.4000    0.4267    0.4121        12
                        weighted avg     0.6111    0.6667    0.6364        12
                    """)
            let ones = try classificationReport(y, p, numClasses: 5, zeroDivision: 1)
            expectClose(numbers(ones["3"]), [1, 1, 1, 0])
            expectClose(numbers(ones["4"]), [1, 0, 0, 1])
            expectClose(
                numbers(ones.macroAverage), [0.8, 0.626_666_666_666_666_7, 0.612_121_212_121_212_1, 12])
            expectClose(
                numbers(ones.weightedAverage), [0.694_444_444_444_444_3, 2.0 / 3, 0.636_363_636_363_636_4, 12])
        }
    }

    /// One-hot rows and probabilities stand for the classes of their largest numbers.
    @Test func reportOfRows() throws {
        try withDevice("cpu") {
            let report = try classificationReport(toCategorical(y, numClasses: 5), toCategorical(p, numClasses: 5))
            #expect(try report == classificationReport(y, p))
            let one = try classificationReport(Tensor([2, 2] as [Int32]), Tensor([2, 2] as [Int32]))
            #expect(one.classes.count == 1 && one.accuracy == 1 && one.macroAverage.f1 == 1)
        }
    }

    @Test func reportErrors() throws {
        try withDevice("cpu") {
            let place = "classificationReport"
            expectError(.shape, at: place, found: "12 labels and 10") { _ = try classificationReport(y, targets) }
            expectError(.data, at: place, found: "class 4", expected: "0 to 2") {
                _ = try classificationReport(y, p, numClasses: 3)
            }
            expectError(.argument, at: place, found: "2 names for 5 classes") {
                _ = try classificationReport(y, p, names: ["a", "b"], numClasses: 5)
            }
            expectError(.data, at: place, found: "0.1 among predictions", remedy: "predictClasses") {
                _ = try classificationReport(targets, scores)
            }
            expectError(.shape, at: place, found: "(1, 1, 12)") {
                _ = try classificationReport(y.reshaped(1, 1, 12), p)
            }
            let none = Tensor([] as [Int32])
            expectError(.data, at: place, found: "no samples") { _ = try classificationReport(none, none) }
        }
    }

    /// Two pairs and a triple of scores are ties.
    @Test func roc() throws {
        try withDevice("cpu") {
            let curve = try rocCurve(targets, scores)
            expectClose(curve.falsePositiveRates, [0, 0, 0, 0.4, 0.4, 0.6, 1])
            expectClose(curve.truePositiveRates, [0, 0.4, 0.6, 0.6, 0.8, 1, 1])
            expectClose(curve.thresholds, [.infinity, 0.8, 0.65, 0.4, 0.35, 0.2, 0.05])
            expectClose([curve.area], [0.82])
            let all = try rocCurve(targets, scores, dropIntermediate: false)
            expectClose(all.falsePositiveRates, [0, 0, 0, 0.4, 0.4, 0.6, 0.8, 1])
            expectClose(all.thresholds, [.infinity, 0.8, 0.65, 0.4, 0.35, 0.2, 0.1, 0.05])
            expectClose([all.area], [0.82])
            let tied = try rocCurve(Tensor([0, 1, 0, 1] as [Int32]), Tensor([0.5, 0.5, 0.5, 0.5] as [Double]))
            #expect(tied.falsePositiveRates == [0, 1] && tied.truePositiveRates == [0, 1] && tied.area == 0.5)
            // A column of rows, and another class as the positive one.
            let rows = Tensor.stacked([1 - scores, scores], axis: 1)
            #expect(try rocCurve(targets, rows) == curve)
            expectClose([try rocCurve(targets, rows, positive: 0).area], [0.82])
        }
    }

    @Test func precisionAndRecall() throws {
        try withDevice("cpu") {
            let curve = try precisionRecallCurve(targets, scores)
            expectClose(curve.precisions, [0.5, 5.0 / 9, 0.625, 2.0 / 3, 0.6, 1, 1, 1])
            expectClose(curve.recalls, [1, 1, 1, 0.8, 0.6, 0.6, 0.4, 0])
            expectClose(curve.thresholds, [0.05, 0.1, 0.2, 0.35, 0.4, 0.65, 0.8])
            expectClose([curve.area, curve.averagePrecision], [0.855_833_333_333_333_3, 0.858_333_333_333_333_3])
            let positives = try precisionRecallCurve(Tensor([1, 1] as [Int32]), Tensor([0.5, 0.75] as [Double]))
            #expect(positives.precisions == [1, 1, 1] && positives.recalls == [1, 0.5, 0])
            #expect(positives.averagePrecision == 1)
        }
    }

    @Test func curvesNeedBothKinds() throws {
        try withDevice("cpu") {
            let two = Tensor([0.5, 0.75] as [Double])
            let (ones, zeros) = (Tensor([1, 1] as [Int32]), Tensor([0, 0] as [Int32]))
            expectError(.data, at: "rocCurve", found: "no negative sample among 2") { _ = try rocCurve(ones, two) }
            expectError(.data, at: "rocCurve", found: "no positive") { _ = try rocCurve(zeros, two) }
            expectError(.data, at: "precisionRecallCurve", found: "no positive") {
                _ = try precisionRecallCurve(zeros, two)
            }
            expectError(.shape, at: "rocCurve", found: "10 labels and 2 scores") { _ = try rocCurve(targets, two) }
            expectError(.data, at: "rocCurve", found: "NaN") { _ = try rocCurve(ones, Tensor([.nan, 1] as [Double])) }
            expectError(.argument, at: "rocCurve", found: "class 7") {
                _ = try rocCurve(targets, Tensor.zeros([10, 3]), positive: 7)
            }
        }
    }

    @Test func predictedClasses() throws {
        try withDevice("cpu") {
            let x = Tensor([[0.5, 2, -1], [3, -2, 1]] as [[Float]])
            let rows = Sequential([Input(shape: [3]), Activation(.softmax)])
            let classes = try rows.predictClasses(x, verbose: 0)
            #expect(classes.dtype == .int32 && classes.shape == [2])
            #expect(try classes.scalars(as: Int32.self) == [1, 0])
            let single = Sequential([Input(shape: [3]), Dense(1, useBias: false, kernelInitializer: .ones)])
            #expect(try single.predictClasses(x, verbose: 0).scalars(as: Int32.self) == [1, 1])
            #expect(try single.predictClasses(x, verbose: 0, threshold: 1.75).scalars(as: Int32.self) == [0, 1])
            #expect(try single.predictClasses(x, verbose: 0).shape == [2])
        }
    }
}
