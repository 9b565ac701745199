import Foundation
import Ibex
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
