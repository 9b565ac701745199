import Foundation
import Ibex
import IbexTestSupport
import Testing

@testable import IbexRuns

@Suite struct ClassFindingsTests {
    /// Worked by hand.
    @Test func countsClassesByNumberAndByRow() throws {
        let results = Tensor([[0.7, 0.1, 0.2], [0.3, 0.6, 0.1], [0.1, 0.8, 0.1]] as [[Float]])
        let sparse = try #require(
            try ClassFindings(
                targets: Tensor([0, 0, 2] as [Int32]), results: results, loss: .sparseCategoricalCrossentropy))
        let rows = Tensor([[1, 0, 0], [1, 0, 0], [0, 0, 1]] as [[Float]])
        let hot = try #require(
            try ClassFindings(targets: rows, results: results, loss: .categoricalCrossentropy))
        for findings in [sparse, hot] {
            #expect(findings.labels == [0, 0, 2] && findings.predictions == [0, 1, 1])
            #expect(findings.confusion == [[1, 1, 0], [0, 0, 0], [0, 1, 0]])
            // The surest mistake first.
            #expect(findings.mistakes == [2, 1])
            #expect(findings.confidences?.map { ($0 * 10).rounded() } == [7, 6, 8])
        }
    }

    /// Of class 0 both samples have more than the other one: an area of 1. Class 1 has no samples. The sample of class 2
    /// has less of it than one of the two others: half of the pairs are in order.
    @Test func eachClassHasACurve() throws {
        let results = Tensor([[0.7, 0.1, 0.2], [0.3, 0.65, 0.05], [0.1, 0.8, 0.1]] as [[Float]])
        let findings = try #require(
            try ClassFindings(
                targets: Tensor([0, 0, 2] as [Int32]), results: results, loss: .sparseCategoricalCrossentropy))
        let curves = try findings.curves()
        #expect(curves.map(\.number) == [0, 2] && curves.map(\.area) == [1, 0.5])
        #expect(curves[1].falsePositiveRates == [0, 0.5, 0.5, 1] && curves[1].truePositiveRates == [0, 0, 1, 1])
        let two = try #require(
            try ClassFindings(
                targets: Tensor([1, 0, 1, 0] as [Int32]), results: Tensor([[0.9], [0.2], [0.4], [0.6]] as [[Float]]),
                loss: .binaryCrossentropy()))
        #expect(try two.curves().map(\.number) == [1] && two.curves()[0].area == 0.75)
        var arrays = RunArrays()
        (arrays.labels, arrays.predictions, arrays.curves) = (findings.labels, findings.predictions, curves)
        let scratch = try Scratch()
        try arrays.write(to: scratch.file("arrays.npz"))
        #expect(try RunArrays(path: scratch.file("arrays.npz")).curves == curves)
    }

    /// Eleven classes, one of which is told from the others without a mistake.
    @Test func ofManyClassesTheWorstAreShown() throws {
        func score(_ row: Int, _ column: Int) -> Float {
            column == 4 && row % 11 == 4 ? 0.9 : Float(column * row % 7) / 100
        }
        let rows = (0..<22).map { row in (0..<11).map { score(row, $0) } }
        let findings = try #require(
            try ClassFindings(
                targets: Tensor((0..<22).map { Int32($0 % 11) }), results: Tensor(rows),
                loss: .sparseCategoricalCrossentropy))
        #expect(try findings.curves().map(\.number) == [0, 1, 2, 3, 5, 6, 7, 8, 9, 10])
    }

    @Test func logitsBecomeProbabilities() throws {
        let findings = try #require(
            try ClassFindings(
                targets: Tensor([1, 1] as [Int32]), results: Tensor([[0], [-2]] as [[Float]]),
                loss: .binaryCrossentropy(fromLogits: true)))
        #expect(findings.predictions == [1, 0] && findings.classCount == 2)
        let expected = [0.5, 1 / (1 + exp(-2.0))]
        #expect(zip(findings.confidences ?? [], expected).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func numbersAreNoClasses() throws {
        let results = Tensor([[0.5, 2], [1, 3]] as [[Float]])
        #expect(try ClassFindings(targets: results, results: results, loss: .meanSquaredError) == nil)
        #expect(
            try ClassFindings(
                targets: Tensor([0.5, 2] as [Float]), results: results[0..., ..<1], loss: .meanSquaredError) == nil)
    }
}
