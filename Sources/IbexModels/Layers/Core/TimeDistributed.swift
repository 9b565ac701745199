import IbexGraph

/// A layer applied to each time step: the steps are laid into the batch, so that one call does them all.
///
/// Shapes: x [batch, time, …] becomes [batch · time, …] for the layer, and its result [batch, time, …] again. A batch
/// normalization inside therefore sees all steps at once.
///
///     TimeDistributed(Dense(8))
public final class TimeDistributed: Layer, ConfiguredLayer {
    /// The layer that is applied.
    public let layer: Layer

    public init(_ layer: Layer, name: String? = nil) {
        self.layer = layer
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        self.init(try config.layer("layer", at: "TimeDistributed"), name: config.layerName)
        try applyCommon(config)
    }

    public override var supportsMasking: Bool { true }

    private func folded(_ inputs: [Shape]) throws(IbexError) -> Shape {
        let input = try single(inputs)
        guard input.rank >= 3 else { throw shapeError(input, expected: "three axes or more: batch, time, …") }
        return Shape([input[0] * input[1]] + input.extents.dropFirst(2))
    }

    public override func build(_ inputs: [Shape]) throws { try buildInside(layer, [try folded(inputs)]) }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let found = try layer.outputShapes(for: [try folded(inputs)])
        return found.map { Shape(Array(inputs[0].extents[..<2]) + $0.extents.dropFirst()) }
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        let x = input.reshaped(to: try folded([input.shape]))
        if let mask = context.mask(of: input) {
            guard mask.shape.extents.prefix(2) == input.shape.extents.prefix(2) else {
                throw shapeError(input.shape, expected: "the mask's shape \(mask.shape) to begin it: batch, time")
            }
            context.setMask(mask.reshaped([x.shape[0]] + mask.shape.extents.dropFirst(2)), of: x)
        }
        let y = try layer(x, context)
        return y.reshaped(to: Shape(Array(input.shape.extents[..<2]) + y.shape.extents.dropFirst()))
    }

    public override var config: Config { super.config.merging(["layer": layer.serialized]) { $1 } }
}
