/// A small generator whose numbers depend on the seed alone, on every machine and in every version.
///
/// Source: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }

    /// A number below `bound`, each as likely as the other: draws that would favour some are thrown away.
    mutating func next(below bound: UInt64) -> UInt64 {
        let unfair = (0 &- bound) % bound
        while true {
            let (high, low) = next().multipliedFullWidth(by: bound)
            if low >= unfair { return high }
        }
    }

    /// The numbers from 0 to below `count` in random order (Fisher and Yates).
    mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for last in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(last, Int(next(below: UInt64(last + 1))))
        }
        return order
    }
}
