import IbexGraph
import IbexTestSupport
import Testing

@testable import IbexModels

@Suite struct DataSplitTests {
    @Test func partsAreDisjointAndRounded() throws {
        let rows = try SplitRows(count: 11, testSize: 0.25, seed: 42)
        #expect(rows.test.count == 3)
        #expect((rows.train + rows.test).sorted() == Array(0..<11))
        #expect(rows.train + rows.test != Array(0..<11))
        let again = try SplitRows(count: 11, testSize: 0.25, seed: 42)
        #expect(again.train == rows.train && again.test == rows.test)
        #expect(try SplitRows(count: 11, testSize: 0.25, seed: 43).train != rows.train)
        #expect(try SplitRows(count: 5, testSize: 0.2, seed: nil).test == [4])
    }

    @Test(arguments: [0, 1, -0.5, 1.5, .nan]) func aTestSizeThatIsNoFraction(size: Double) {
        expectError(.argument, at: "trainTestSplit", found: "\(size)", expected: "above 0 and below 1") {
            _ = try SplitRows(count: 10, testSize: size, seed: 1)
        }
    }

    @Test(arguments: [0, 1]) func tooFewRows(count: Int) {
        expectError(.data, at: "trainTestSplit", found: "\(count) rows") {
            _ = try SplitRows(count: count, testSize: 0.5, seed: 1)
        }
    }
}
