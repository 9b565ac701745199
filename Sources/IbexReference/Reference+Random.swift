import Glibc
import IbexGraph

/// Philox 4x32-10 as published: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).
package func philox(counter: [UInt32], key: [UInt32]) -> [UInt32] {
    var (counter, key) = (counter, key)
    for _ in 0..<10 {
        let left = counter[0].multipliedFullWidth(by: 0xD251_1F53)
        let right = counter[2].multipliedFullWidth(by: 0xCD9E_8D57)
        counter = [
            right.high ^ counter[1] ^ key[0], right.low, left.high ^ counter[3] ^ key[1], left.low,
        ]
        key = [key[0] &+ 0x9E37_79B9, key[1] &+ 0xBB67_AE85]
    }
    return counter
}

extension Ops.Random: ReferenceOp {
    package func compute(_ call: ReferenceCall) -> [[Double]] {
        let count = type.shape.elementCount
        let step = UInt64(bitPattern: Int64(call.values.first?[0] ?? 0))
        var values: [Double] = []
        for block in 0..<(count + 3) / 4 {
            let words = philox(
                counter: [UInt32(block), ordinal, UInt32(truncatingIfNeeded: step), UInt32(step >> 32)],
                key: [UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32)])
            values += numbers(words)
        }
        return [Array(values.prefix(count))]
    }

    private func numbers(_ words: [UInt32]) -> [Double] {
        switch kind {
        case .bits: return words.map { Double(Int32(bitPattern: $0)) }
        case .uniform where type.dtype == .float64: return words.map { Double($0) * 0x1p-32 }
        case .uniform: return words.map { Double($0 >> 8) * 0x1p-24 }
        case .normal:
            return [0, 2].flatMap { pair in
                let radius = (-2 * log((Double(words[pair] >> 8) + 1) * 0x1p-24)).squareRoot()
                let angle = 2 * Double.pi * Double(words[pair + 1] >> 8) * 0x1p-24
                return [radius * cos(angle), radius * sin(angle)]
            }
        }
    }
}
