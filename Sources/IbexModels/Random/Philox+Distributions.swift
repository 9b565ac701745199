import Glibc

extension Philox {
    /// `count` numbers in [low, high).
    package mutating func uniform(_ count: Int, low: Double, high: Double) -> [Double] {
        (0..<count).map { _ in low + (high - low) * uniform() }
    }

    /// `count` numbers of a normal distribution (Box and Muller, 1958).
    package mutating func normal(_ count: Int, mean: Double, deviation: Double) -> [Double] {
        var result: [Double] = []
        result.reserveCapacity(count + 1)
        while result.count < count {
            let radius = (-2 * log(1 - uniform())).squareRoot()
            let angle = 2 * Double.pi * uniform()
            result.append(mean + deviation * radius * cos(angle))
            result.append(mean + deviation * radius * sin(angle))
        }
        return Array(result.prefix(count))
    }

    /// `count` numbers of a normal distribution, those further than two deviations from the mean drawn again.
    package mutating func truncatedNormal(_ count: Int, mean: Double, deviation: Double) -> [Double] {
        var result: [Double] = []
        result.reserveCapacity(count)
        while result.count < count {
            let draws = normal(count - result.count, mean: 0, deviation: 1)
            result.append(contentsOf: draws.lazy.filter { abs($0) < 2 }.map { mean + deviation * $0 })
        }
        return result
    }

    /// 0 ..< count in random order (Fisher and Yates).
    package mutating func permutation(_ count: Int) -> [Int32] {
        var order = (0..<Int32(count)).map(\.self)
        for index in stride(from: count - 1, to: 0, by: -1) { order.swapAt(index, below(index + 1)) }
        return order
    }
}
