import IbexTestSupport

/// Damages a file's bytes, repeatably: flipped bits, numbers at their limits, pieces from elsewhere, cuts.
package struct Mutation {
    private var source: RandomSource

    package init(seed: UInt64) { source = RandomSource(seed: seed) }

    /// Applies one to four damages to bytes; `others` is where foreign pieces come from.
    package mutating func damage(_ bytes: [UInt8], others: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...below(4) where !bytes.isEmpty {
            switch below(10) {
            case 0...3: flipBits(&bytes)
            case 4...6: putNumber(&bytes)
            case 7, 8: overwrite(&bytes, others)
            default: shift(&bytes, others)
            }
        }
        return bytes
    }

    private mutating func flipBits(_ bytes: inout [UInt8]) {
        for _ in 0...below(8) { bytes[position(bytes)] ^= 1 << UInt8(below(8)) }
    }

    /// A number of 1, 2, 4 or 8 bytes that counts and sizes go wrong with.
    private mutating func putNumber(_ bytes: inout [UInt8]) {
        let numbers: [UInt64] = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, .max / 2, .max]
        let number = below(2) == 0 ? numbers[below(numbers.count)] : UInt64(below(bytes.count))
        let start = position(bytes)
        for byte in 0..<(1 << below(4)) where start + byte < bytes.count {
            bytes[start + byte] = UInt8(truncatingIfNeeded: number >> UInt64(8 * byte))
        }
    }

    private mutating func overwrite(_ bytes: inout [UInt8], _ others: [UInt8]) {
        let piece = piece(of: bytes, or: others)
        let start = position(bytes)
        bytes.replaceSubrange(start..<min(bytes.count, start + piece.count), with: piece)
    }

    /// Moves the rest of the file, or cuts it off.
    private mutating func shift(_ bytes: inout [UInt8], _ others: [UInt8]) {
        let start = position(bytes)
        switch below(3) {
        case 0: bytes.insert(contentsOf: piece(of: bytes, or: others), at: start)
        case 1: bytes.removeSubrange(start..<min(bytes.count, start + 1 + below(64)))
        default: bytes.removeSubrange(start...)
        }
    }

    private mutating func piece(of bytes: [UInt8], or others: [UInt8]) -> ArraySlice<UInt8> {
        let source = below(2) == 0 || others.isEmpty ? bytes : others
        let start = below(source.count)
        return source[start..<min(source.count, start + 1 + below(64))]
    }

    /// Anywhere, or towards the front, where headers lie, each as often.
    private mutating func position(_ bytes: [UInt8]) -> Int {
        below(2) == 0 ? below(bytes.count) : below(1 + below(bytes.count))
    }

    /// A number below another one, evenly spread.
    mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &source) }
}
