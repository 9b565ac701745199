/// The generator MT19937 as NumPy's `RandomState` seeds and uses it, for rows that must fall as they do in Keras.
///
/// Whatever in Ibex draws for itself draws from `Philox`.
///
/// Source: M. Matsumoto, T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudorandom
/// number generator", 1998, with the seeding of 2002.
struct MersenneTwister {
    private static let (size, distance) = (624, 397)
    private var state: [UInt32]
    private var used = size

    init(seed: UInt32) {
        state = [seed]
        for index in 1..<Self.size {
            let last = state[index - 1]
            state.append(1_812_433_253 &* (last ^ last >> 30) &+ UInt32(index))
        }
    }

    /// The next 32 bits.
    mutating func next() -> UInt32 {
        if used == Self.size { refill() }
        var word = state[used]
        used += 1
        word ^= word >> 11
        word ^= word << 7 & 0x9d2c_5680
        word ^= word << 15 & 0xefc6_0000
        return word ^ word >> 18
    }

    private mutating func refill() {
        for index in 0..<Self.size {
            let mixed = state[index] & 0x8000_0000 | state[(index + 1) % Self.size] & 0x7fff_ffff
            let other = state[(index + Self.distance) % Self.size]
            state[index] = other ^ mixed >> 1 ^ (mixed & 1 == 0 ? 0 : 0x9908_b0df)
        }
        used = 0
    }

    /// The numbers below `count` in the order that `RandomState(seed).shuffle(arange(count))` gives them: Fisher and
    /// Yates from the end, each index from as few bits as hold it, drawn again where it is too large.
    mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for last in stride(from: count - 1, to: 0, by: -1) { order.swapAt(last, Int(next(upTo: UInt32(last)))) }
        return order
    }

    private mutating func next(upTo limit: UInt32) -> UInt32 {
        let mask = UInt32.max >> UInt32(limit.leadingZeroBitCount)
        while true {
            let number = next() & mask
            if number <= limit { return number }
        }
    }
}
