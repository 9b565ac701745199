import IbexGraph
import IbexTestSupport
import Testing

@testable import IbexModels

@Suite struct DataSplitTests {
    /// The outputs that the authors' program prints for this seed.
    @Test func theGeneratorsOwnNumbers() {
        var generator = SplitMix64(seed: 1_234_567)
        #expect(
            (0..<5).map { _ in generator.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
    }

    @Test func numbersBelowABoundAreEvenlyLikely() {
        var generator = SplitMix64(seed: 7)
        var counts = [Int](repeating: 0, count: 6)
        for _ in 0..<60_000 { counts[Int(generator.next(below: 6))] += 1 }
        // Standard deviation: the root of 60,000 x 1/6 x 5/6, about 91.
        #expect(counts.allSatisfy { abs($0 - 10_000) < 460 })
    }

    @Test(arguments: [0, 1, 2, 1000]) func aPermutationHoldsEachNumberOnce(count: Int) {
        var generator = SplitMix64(seed: 42)
        #expect(generator.permutation(count).sorted() == Array(0..<count))
    }

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
