import IbexGraph
import IbexRuntime

/// The arguments of `fit`, checked, and what follows from them.
struct FitPlan {
    let batchSize: Int
    let epochs: Range<Int>
    let split: Double
    let shuffle: Bool
    let stepsPerEpoch: Int?
    let validation: Validation

    /// How validation runs.
    struct Validation {
        let batchSize: Int
        let steps: Int?
        let frequency: Int
    }

    /// The arguments of validation as `fit` got them.
    struct ValidationArguments {
        var batchSize: Int?
        var steps: Int?
        var frequency = 1
    }

    init(
        batchSize: Int?, epochs: Range<Int>, split: Double, shuffle: Bool, steps: Int? = nil,
        validation: ValidationArguments = ValidationArguments(), at place: String
    ) throws {
        self.batchSize = try Self.batchSize(batchSize, at: place)
        guard split >= 0, split < 1 else {
            throw IbexError(
                .argument, at: place, found: "validation split \(split)", expected: "a number from 0 to below 1")
        }
        self.epochs = epochs
        self.split = split
        self.shuffle = shuffle
        for (name, number) in [
            ("stepsPerEpoch", steps), ("validationSteps", validation.steps),
            ("validationFrequency", validation.frequency),
        ] {
            guard let number, number < 1 else { continue }
            throw IbexError(.argument, at: place, found: "\(name) \(number)", expected: "a positive number")
        }
        stepsPerEpoch = steps
        self.validation = Validation(
            batchSize: try Self.batchSize(validation.batchSize ?? self.batchSize, at: place), steps: validation.steps,
            frequency: validation.frequency)
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

    func steps(_ rows: Int) -> Int { min((rows + batchSize - 1) / batchSize, stepsPerEpoch ?? .max) }

    /// The order of an epoch's rows; it depends on seed and epoch alone.
    func order(_ rows: Int, epoch: Int, seed: UInt64) -> [Int32] {
        guard shuffle else { return Array(0..<Int32(rows)) }
        var generator = Philox(seed: seed, stream: UInt64(epoch), purpose: 0x5A0F)
        return generator.permutation(rows)
    }
}
