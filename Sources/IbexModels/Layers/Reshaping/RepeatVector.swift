import IbexGraph

/// Each sample n times in a row: [batch, features] to [batch, n, features].
///
///     RepeatVector(3)
public final class RepeatVector: Layer, ConfiguredLayer {
    public let n: Int

    public init(_ n: Int, name: String? = nil) {
        self.n = n
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        self.init(try config.int("n", at: "RepeatVector"), name: config.layerName)
        try applyCommon(config)
    }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        guard n > 0 else { throw argumentError("n \(n)", expected: "a positive number") }
        let input = try single(inputs, rank: 2, "batch, features")
        return [[input[0], n, input[1]]]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        input.expandedDims(axis: 1).broadcast(to: [input.shape[0], n, input.shape[1]])
    }

    public override var config: Config { super.config.merging(["n": .int(n)]) { $1 } }
}
