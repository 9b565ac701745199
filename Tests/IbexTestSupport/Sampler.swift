import IbexGraph

/// A small repeatable source of numbers (SplitMix64), the same on every machine.
///
///     var source = RandomSource(seed: 7)
///     let x = Sampler.normal.values([3, 4], .float32, from: &source)
public struct RandomSource: Sendable, RandomNumberGenerator {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number in [0, 1), a multiple of 2^-53.
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}

/// Where the numbers of a test come from, chosen to suit an op's domain.
public enum Sampler: Sendable, Hashable {
    /// Evenly spread in `low ..< high`.
    case uniform(Double, Double)
    /// A bell of deviation 1, cut at 3: the sum of twelve even draws.
    case normal
    /// Evenly spread in ±3, at least `margin` away from each of `points`: for functions whose
    /// derivative jumps there.
    case away(from: [Double], margin: Double)
    /// Evenly spread in 0.1 ..< 3: for logarithms, roots and divisors.
    case positive
    /// A random order of numbers 0.37 apart around zero: no two are level, so that max, min and their
    /// gradients are defined.
    case distinct
    /// Whole numbers in a range.
    case integers(ClosedRange<Int>)
    /// Truth values, even odds.
    case truth

    /// - Precondition: the points and margins of `away` leave some room in ±3.
    public func values(_ shape: Shape, _ dtype: DType, from source: inout RandomSource) -> Values {
        let count = shape.elementCount
        var scalars: [Double] = []
        scalars.reserveCapacity(count)
        if case .distinct = self {
            let ordered = (0..<count).map { (Double($0) - Double(count / 2)) * 0.37 + 0.11 }
            scalars = ordered.shuffled(using: &source)
        } else {
            for _ in 0..<count { scalars.append(next(from: &source)) }
        }
        let whole = !dtype.isFloatingPoint
        if dtype == .bool { return Values(shape, dtype, scalars.map { $0 != 0 ? 1 : 0 }) }
        return Values(shape, dtype, whole ? scalars.map { $0.rounded(.towardZero) } : scalars).cast(to: dtype)
    }

    private func next(from source: inout RandomSource) -> Double {
        switch self {
        case .uniform(let low, let high): return low + (high - low) * source.unit()
        case .normal:
            let sum = (0..<12).reduce(-6.0) { total, _ in total + source.unit() }
            return min(max(sum, -3), 3)
        case .away(let points, let margin):
            while true {
                let value = 6 * source.unit() - 3
                if points.allSatisfy({ abs(value - $0) >= margin }) { return value }
            }
        case .positive: return 0.1 + 2.9 * source.unit()
        case .distinct: return source.unit()
        case .integers(let range): return Double(Int.random(in: range, using: &source))
        case .truth: return Double(source.next() >> 63)
        }
    }
}
