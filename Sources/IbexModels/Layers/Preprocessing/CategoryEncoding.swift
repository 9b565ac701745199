import IbexGraph

/// Whole numbers as rows of zeros and ones, or as counts.
///
/// Shapes: `.oneHot` gives [batch, …, numTokens], in place of a last axis of extent 1 where there is one; `.multiHot` and
/// `.count` take the last axis as one sample, [batch, …, n] to [batch, …, numTokens]. A number from `numTokens` on gives
/// zeros.
///
///     CategoryEncoding(numTokens: 4, outputMode: .oneHot)
public final class CategoryEncoding: Layer, ConfiguredLayer {
    /// What stands for a number, or for a sample's numbers.
    public enum OutputMode: String, Sendable, Hashable, CaseIterable {
        /// A one at each sample's numbers.
        case multiHot = "multi_hot"
        /// A row for each number.
        case oneHot = "one_hot"
        /// How often each number occurs in a sample.
        case count
    }

    public let numTokens: Int
    public let outputMode: OutputMode

    public init(numTokens: Int, outputMode: OutputMode = .multiHot, name: String? = nil) {
        self.numTokens = numTokens
        self.outputMode = outputMode
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        let place = "CategoryEncoding"
        self.init(
            numTokens: try config.int("num_tokens", at: place),
            outputMode: try config.choice("output_mode", at: place, default: .multiHot), name: config.layerName)
        try applyCommon(config)
    }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        guard numTokens > 0 else { throw argumentError("\(numTokens) tokens", expected: "a positive number") }
        let input = try single(inputs)
        guard input.rank >= 1 else { throw shapeError(input, expected: "a batch axis") }
        return [outputMode.shape(for: input, depth: numTokens)]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        let ids = input.dtype.isInteger ? input : input.cast(to: .int32)
        return outputMode.encoded(ids, depth: numTokens, dtype: dtype)
    }

    public override var config: Config {
        super.config.merging(["num_tokens": .int(numTokens), "output_mode": .string(outputMode.rawValue)]) { $1 }
    }
}

extension CategoryEncoding.OutputMode {
    /// What numbers of a shape become.
    func shape(for input: Shape, depth: Int) -> Shape {
        let appends = self == .oneHot && (input.rank == 1 || input[-1] != 1)
        return Shape((appends ? input.extents : input.extents.dropLast()) + [depth])
    }

    /// Numbers from 0 to below `depth` as rows of zeros and ones, or as counts.
    func encoded(_ ids: Tensor, depth: Int, dtype: DType) -> Tensor {
        let rows = ids.oneHot(depth: depth, dtype: dtype)
        return switch self {
        case .oneHot: rows.reshaped(to: shape(for: ids.shape, depth: depth))
        case .multiHot: rows.max(axis: -2)
        case .count: rows.sum(axis: -2)
        }
    }
}
