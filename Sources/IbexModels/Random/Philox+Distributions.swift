import Glibc

extension Philox {
    /// `count` numbers in [low, high).
    package mutating func uniform(_ count: Int, low: Double, high: Double) -> [Double] {
        var result = [Double](repeating: low, count: count)
        var index = 0
        while index < count {
            result[index] += (high - low) * uniform()
            index &+= 1
        }
        return result
    }

    /// `count` numbers of a normal distribution (Box and Muller, 1958).
    package mutating func normal(_ count: Int, mean: Double, deviation: Double) -> [Double] {
        var result = [Double](repeating: mean, count: count)
        var index = 0
        while index < count {
            let (x, y) = normalPair()
            result[index] += deviation * x
            if index + 1 < count { result[index + 1] += deviation * y }
            index &+= 2
        }
        return result
    }

    /// `count` numbers of a normal distribution, those further than two deviations from the mean drawn again.
    package mutating func truncatedNormal(_ count: Int, mean: Double, deviation: Double) -> [Double] {
        var result = [Double](repeating: mean, count: count)
        var index = 0
        while index < count {
            let (x, y) = normalPair()
            if x > -2, x < 2 {
                result[index] += deviation * x
                index &+= 1
            }
            if index < count, y > -2, y < 2 {
                result[index] += deviation * y
                index &+= 1
            }
        }
        return result
    }

    private mutating func normalPair() -> (Double, Double) {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        let angle = 2 * Double.pi * uniform()
        return (radius * cos(angle), radius * sin(angle))
    }

    /// 0 ..< count in random order (Fisher and Yates).
    package mutating func permutation(_ count: Int) -> [Int32] {
        var order = Array(0..<Int32(count))
        var index = count - 1
        while index > 0 {
            order.swapAt(index, below(index + 1))
            index &-= 1
        }
        return order
    }
}
