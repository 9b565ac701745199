import Foundation
import IbexGraph
import IbexTestSupport
import Testing

/// The tests' own tools must be able to fail.
struct SupportTests {
    let want = Values([2, 2], .float32, [1, 2, .nan, -4])

    @Test func equalTensorsMatch() {
        #expect(mismatch(want, want) == nil)
        #expect(mismatch(Values([1], .float32, [-0.0]), Values([1], .float32, [0])) == nil)
        #expect(mismatch(Values([0], .float32, []), Values([0], .float32, [])) == nil)
    }

    @Test func shapeAndTypeMustMatch() {
        #expect(mismatch(want.reshaped([4]), want) == "found the shape (4,), expected (2, 2)")
        #expect(mismatch(Values([], .float32, [1]), Values([1], .float32, [1])) != nil)
        #expect(mismatch(Values([1], .int32, [1]), Values([1], .float32, [1])) == "found int32, expected float32")
    }

    @Test func nonFiniteNumbersMustMatchExactly() {
        let loose = Tolerance(absolute: 1e9)
        #expect(mismatch(Values([2, 2], .float32, [1, 2, 3, -4]), want, loose) != nil)
        #expect(mismatch(Values([2, 2], .float32, [.nan, 2, .nan, -4]), want, loose) != nil)
        #expect(mismatch(Values([1], .float32, [.infinity]), Values([1], .float32, [-.infinity]), loose) != nil)
        #expect(mismatch(Values([1], .float32, [.infinity]), Values([1], .float32, [3]), loose) != nil)
        #expect(mismatch(Values([1], .float32, [-.infinity]), Values([1], .float32, [-.infinity])) == nil)
    }

    @Test func namesTheWorstElement() throws {
        let got = Values([2, 2], .float32, [1.5, 2, .nan, -6])
        let message = try #require(mismatch(got, want, .absolute(0.1)))
        #expect(message.hasPrefix("2 of 4 elements of float32(2, 2) are off, worst at [1, 1]: found -6.0, "))
        #expect(mismatch(got, want, .absolute(2)) == nil)
        #expect(mismatch(got, want, .relative(0.5)) == nil)
        #expect(mismatch(got, want, .relative(0.49)) != nil)
        #expect(mismatch(got, want, .ofPeak(0.5)) == nil)
        #expect(mismatch(got, want, .ofPeak(0.49)) != nil)
        #expect(mismatch(got, want, .ofPeak(0.001, casePeak: 40_000)) == nil)
    }

    @Test func largeIntegersAreComparedExactly() {
        let a = Values([1], integers: [.max])
        #expect(mismatch(Values([1], integers: [.max - 1]), a) != nil)
        #expect(mismatch(a, a) == nil)
    }

    @Test func samplersKeepToTheirDomain() {
        var source = RandomSource(seed: 3)
        let distinct = Sampler.distinct.values([40], .float32, from: &source).scalars
        #expect(Set(distinct).count == 40)
        let away = Sampler.away(from: [0, 1], margin: 0.1).values([500], .float64, from: &source).scalars
        #expect(away.allSatisfy { abs($0) >= 0.1 && abs($0 - 1) >= 0.1 && abs($0) <= 3 })
        let positive = Sampler.positive.values([500], .float64, from: &source).scalars
        #expect(positive.allSatisfy { $0 >= 0.1 && $0 < 3 })
        let normal = Sampler.normal.values([2000], .float64, from: &source).scalars
        #expect(abs(normal.reduce(0, +) / 2000) < 0.1)
        #expect(abs(normal.reduce(0) { $0 + $1 * $1 } / 2000 - 1) < 0.1)
        let whole = Sampler.integers(-2...2).values([100], .int32, from: &source).scalars
        #expect(Set(whole) == [-2, -1, 0, 1, 2])
    }

    /// The first outputs of SplitMix64 from the seed 1234567, as its author's program prints them.
    @Test func randomSourceIsSplitMix64() {
        var source = RandomSource(seed: 1_234_567)
        #expect(source.next() == 6_457_827_717_110_365_317)
        #expect(source.next() == 3_203_168_211_198_807_973)
    }
}
