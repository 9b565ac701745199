import IbexGraph
import IbexRuntime

/// The arguments of `fit`, checked, and what follows from them.
struct FitPlan {
    let batchSize: Int
    let epochs: Range<Int>
    let split: Double
    let shuffle: Bool

    init(batchSize: Int?, epochs: Range<Int>, split: Double, shuffle: Bool, at place: String) throws {
        self.batchSize = try Self.batchSize(batchSize, at: place)
        guard split >= 0, split < 1 else {
            throw IbexError(
                .argument, at: place, found: "validation split \(split)", expected: "a number from 0 to below 1")
        }
        self.epochs = epochs
        self.split = split
        self.shuffle = shuffle
    }

    /// The batch size given, or the configuration's.
    static func batchSize(_ given: Int?, at place: String) throws -> Int {
        let size = try given ?? IbexRuntime.Configuration.current.batchSize
        guard size > 0 else {
            throw IbexError(.argument, at: place, found: "batch size \(size)", expected: "a positive number")
        }
        return size
    }

    /// How many of the first rows are trained on; the others are for validation.
    func trainingRows(of count: Int, hasValidationData: Bool, at place: String) throws(IbexError) -> Int {
        guard !hasValidationData, split > 0 else { return count }
        let rows = Int((Double(count) * (1 - split)).rounded(.down))
        guard rows > 0, rows < count else {
            throw IbexError(
                .data, at: place, found: "\(count) samples with validation split \(split)",
                expected: "at least one sample on each side")
        }
        return rows
    }

    func steps(_ rows: Int) -> Int { (rows + batchSize - 1) / batchSize }

    /// The order of an epoch's rows; it depends on seed and epoch alone.
    func order(_ rows: Int, epoch: Int, seed: UInt64) -> [Int32] {
        guard shuffle else { return Array(0..<Int32(rows)) }
        var generator = Philox(seed: seed, stream: UInt64(epoch), purpose: 0x5A0F)
        return generator.permutation(rows)
    }
}
