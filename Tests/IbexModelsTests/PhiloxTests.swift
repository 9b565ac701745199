import IbexModels
import Testing

@Suite struct PhiloxTests {
    /// The known answers of the generator's authors (Random123, kat_vectors, philox4x32 10 rounds).
    @Test func knownAnswers() {
        let all: UInt64 = 0xFFFF_FFFF
        #expect(
            Philox.block(Philox.Words(0, 0, 0, 0), seed: 0)
                == Philox.Words(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8))
        #expect(
            Philox.block(Philox.Words(all, all, all, all), seed: .max)
                == Philox.Words(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD))
    }

    @Test func permutationsHoldEachNumberOnce() {
        var generator = Philox(seed: 7, stream: 3)
        let order = generator.permutation(1000)
        #expect(order.sorted() == Array(0..<1000))
        #expect(order != Array(0..<1000))
        var other = Philox(seed: 7, stream: 4)
        #expect(other.permutation(1000) != order)
    }

    @Test func numbersBelowABoundAreEvenlySpread() {
        var generator = Philox(seed: 1)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<70_000 { counts[generator.below(7)] += 1 }
        #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
    }
}
