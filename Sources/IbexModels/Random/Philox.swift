/// The counter-based generator Philox 4x32-10 (Salmon et al., 2011), drawn on the host in double precision, so that
/// initial weights and permutations are the same whatever device they go to.
package struct Philox: Sendable {
    private let key: (UInt32, UInt32)
    private let stream: (UInt32, UInt32, UInt32)
    private var block: UInt32 = 0
    private var buffer: [UInt32] = []

    /// - Parameters:
    ///   - seed: the key.
    ///   - stream: which of the seed's independent sequences.
    package init(seed: UInt64, stream: UInt64 = 0, purpose: UInt32 = 0) {
        key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        self.stream = (purpose, UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32))
    }

    /// The four words of one counter.
    package static func block(
        _ counter: (UInt32, UInt32, UInt32, UInt32), key: (UInt32, UInt32)
    ) -> (UInt32, UInt32, UInt32, UInt32) {
        var (c, k) = (counter, key)
        for _ in 0..<10 {
            let a = c.0.multipliedFullWidth(by: 0xD251_1F53)
            let b = c.2.multipliedFullWidth(by: 0xCD9E_8D57)
            c = (b.high ^ c.1 ^ k.0, b.low, a.high ^ c.3 ^ k.1, a.low)
            k = (k.0 &+ 0x9E37_79B9, k.1 &+ 0xBB67_AE85)
        }
        return c
    }

    /// The next 32 bits.
    package mutating func next() -> UInt32 {
        if buffer.isEmpty {
            let words = Philox.block((block, stream.0, stream.1, stream.2), key: key)
            block &+= 1
            buffer = [words.3, words.2, words.1, words.0]
        }
        return buffer.removeLast()
    }

    /// A number in [0, 1) with 53 random bits.
    package mutating func uniform() -> Double {
        let (high, low) = (UInt64(next()), UInt64(next()))
        return Double((high << 32 | low) >> 11) * 0x1p-53
    }

    /// A number below `bound`, each equally likely (Lemire, 2019).
    package mutating func below(_ bound: Int) -> Int {
        let bound = UInt64(bound)
        var product = UInt64(next64()).multipliedFullWidth(by: bound)
        let threshold = (0 &- bound) % bound
        while product.low < threshold { product = next64().multipliedFullWidth(by: bound) }
        return Int(product.high)
    }

    private mutating func next64() -> UInt64 { UInt64(next()) << 32 | UInt64(next()) }
}
