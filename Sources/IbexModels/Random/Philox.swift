/// The counter-based generator Philox 4x32-10 (Salmon et al., 2011), drawn on the host in double precision, so that
/// initial weights and permutations are the same whatever device they go to.
///
/// Words are held in 64 bits: their products then need no conversions, which are slow in debug builds.
package struct Philox: Sendable {
    /// Four words of 32 bits.
    package struct Words: Sendable, Hashable {
        package var a, b, c, d: UInt64

        package init(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) {
            self.a = a
            self.b = b
            self.c = c
            self.d = d
        }
    }

    private let seed: UInt64
    private var counter: Words
    private var words = Words(0, 0, 0, 0)
    private var used = 4

    /// - Parameters:
    ///   - seed: the key.
    ///   - stream: which of the seed's independent sequences.
    ///   - purpose: keeps sequences for different uses apart.
    package init(seed: UInt64, stream: UInt64 = 0, purpose: UInt64 = 0) {
        self.seed = seed
        counter = Words(0, purpose & 0xFFFF_FFFF, stream & 0xFFFF_FFFF, stream >> 32)
    }

    /// The four words of one counter under a seed.
    package static func block(_ counter: Words, seed: UInt64) -> Words {
        var x = counter
        var (k0, k1) = (seed & 0xFFFF_FFFF, seed >> 32)
        var round = 0
        while round < 10 {
            let p = x.a &* 0xD251_1F53
            let q = x.c &* 0xCD9E_8D57
            x = Words((q >> 32) ^ x.b ^ k0, q & 0xFFFF_FFFF, (p >> 32) ^ x.d ^ k1, p & 0xFFFF_FFFF)
            k0 = (k0 &+ 0x9E37_79B9) & 0xFFFF_FFFF
            k1 = (k1 &+ 0xBB67_AE85) & 0xFFFF_FFFF
            round &+= 1
        }
        return x
    }

    /// The next 32 bits.
    package mutating func next() -> UInt64 {
        if used == 4 {
            words = Philox.block(counter, seed: seed)
            counter.a = (counter.a &+ 1) & 0xFFFF_FFFF
            used = 0
        }
        used &+= 1
        switch used {
        case 1: return words.a
        case 2: return words.b
        case 3: return words.c
        default: return words.d
        }
    }

    /// The next 64 bits.
    package mutating func next64() -> UInt64 {
        let high = next()
        return high << 32 | next()
    }

    /// A number in [0, 1) with 53 random bits.
    package mutating func uniform() -> Double { Double(Int(next64() >> 11)) * 0x1p-53 }

    /// A number below `bound`, each equally likely (Lemire, 2019).
    package mutating func below(_ bound: Int) -> Int {
        let bound = UInt64(bound)
        var product = next64().multipliedFullWidth(by: bound)
        guard product.low < bound else { return Int(product.high) }
        let threshold = (0 &- bound) % bound
        while product.low < threshold { product = next64().multipliedFullWidth(by: bound) }
        return Int(product.high)
    }
}
