import IbexGraph
import IbexRuntime

/// A rectifier with a learned slope: y = max(x, 0) - alpha · max(-x, 0) (He et al., 2015).
///
/// Shapes: alpha has the input's shape without the batch; along `sharedAxes`, which count from 1, it is 1.
///
///     PReLU(sharedAxes: [1, 2])         // one slope for each channel of an image
public final class PReLU: Layer, ConfiguredLayer {
    public let sharedAxes: [Int]?
    public let alphaInitializer: Initializer
    public let alphaRegularizer: Regularizer?
    public let alphaConstraint: Constraint?
    public private(set) var alpha: Variable?

    public init(
        alphaInitializer: Initializer = .zeros, alphaRegularizer: Regularizer? = nil,
        alphaConstraint: Constraint? = nil, sharedAxes: [Int]? = nil, name: String? = nil
    ) {
        self.sharedAxes = sharedAxes
        self.alphaInitializer = alphaInitializer
        self.alphaRegularizer = alphaRegularizer
        self.alphaConstraint = alphaConstraint
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        self.init(
            alphaInitializer: try config.initializer("alpha_initializer", default: .zeros),
            alphaRegularizer: try config.regularizer("alpha_regularizer"),
            alphaConstraint: try config.constraint("alpha_constraint"),
            sharedAxes: try config.axes("shared_axes", at: "PReLU"), name: config.layerName)
        try applyCommon(config)
    }

    public override var supportsMasking: Bool { true }

    public override func build(_ inputs: [Shape]) throws {
        let input = try single(inputs)
        guard input.rank >= 2 else { throw shapeError(input, expected: "two axes or more: batch, …, features") }
        for axis in sharedAxes ?? [] where !(1..<input.rank).contains(axis) {
            throw argumentError("shared axis \(axis)", expected: "an axis from 1 to \(input.rank - 1)")
        }
        let own = input.extents.indices.dropFirst().map { sharedAxes?.contains($0) == true ? 1 : input[$0] }
        alpha = addWeight(
            name: "alpha", shape: Shape(own), initializer: alphaInitializer, regularizer: alphaRegularizer,
            constraint: alphaConstraint)
    }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let input = try single(inputs)
        try checkExtents(input, along: input.extents.indices.filter { $0 > 0 && sharedAxes?.contains($0) != true })
        return [input]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        guard let alpha else { return input }
        let x = input.cast(to: dtype)
        return x.relu() - alpha.value * (-x).relu()
    }

    public override var config: Config {
        super.config.merging([
            "alpha_initializer": alphaInitializer.serialized,
            "alpha_regularizer": alphaRegularizer?.serialized ?? .null,
            "alpha_constraint": alphaConstraint?.serialized ?? .null,
            "shared_axes": sharedAxes.map { ConfigValue($0) } ?? .null,
        ]) { $1 }
    }
}
