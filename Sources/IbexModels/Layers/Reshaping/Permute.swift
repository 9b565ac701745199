import IbexGraph

/// Axes in another order; the batch stays in front.
///
/// `dims` counts from 1, without the batch: axis `i` of the result is axis `dims[i - 1]` of the input.
///
///     Permute([2, 1])          // [batch, time, features] to [batch, features, time]
public final class Permute: Layer, ConfiguredLayer {
    public let dims: [Int]

    public init(_ dims: [Int], name: String? = nil) {
        self.dims = dims
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        self.init(try config.ints("dims", at: "Permute"), name: config.layerName)
        try applyCommon(config)
    }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        guard dims.sorted() == Array(1..<dims.count + 1) else {
            throw argumentError("dims \(dims)", expected: "each number from 1 to \(dims.count) once")
        }
        let input = try single(inputs)
        guard input.rank == dims.count + 1 else {
            throw shapeError(input, expected: "the batch and \(dims.count) axes, for dims \(dims)")
        }
        return [Shape([input[0]] + dims.map { input[$0] })]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        input.transposed([0] + dims)
    }

    public override var config: Config { super.config.merging(["dims": ConfigValue(dims)]) { $1 } }
}
