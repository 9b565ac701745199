import IbexGraph

/// Several inputs laid end to end along an axis.
///
/// Shapes: equal but for that axis. Where one input comes with a mask, those without count as kept throughout.
///
///     let y = try Concatenate()([a, b])          // [batch, p] and [batch, q] to [batch, p + q]
public final class Concatenate: Layer, ConfiguredLayer {
    public let axis: Int

    public init(axis: Int = -1, name: String? = nil) {
        self.axis = axis
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        self.init(axis: try config.int("axis", at: "Concatenate", default: -1), name: config.layerName)
        try applyCommon(config)
    }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        guard let first = inputs.first else {
            throw IbexError(.shape, at: place, found: "no inputs", expected: "at least one input")
        }
        let axis = try axis(axis, of: first)
        for input in inputs
        where input.rank != first.rank || input.replacing(axis: axis, with: 0) != first.replacing(axis: axis, with: 0) {
            throw IbexError(
                .shape, at: place, found: "inputs of shapes " + inputs.map(\.description).joined(separator: " and "),
                expected: "shapes that differ along axis \(axis) only")
        }
        return [first.replacing(axis: axis, with: inputs.reduce(0) { $0 + $1[axis] })]
    }

    public override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        let output = Tensor.concatenated(inputs.map { $0.cast(to: dtype) }, axis: axis)
        if inputs.contains(where: { context.mask(of: $0) != nil }) {
            let masks = inputs.map { input in
                guard let mask = context.mask(of: input) else { return Tensor.fill(1, input.shape, .bool) }
                return (mask.rank < input.rank ? mask.expandedDims(axis: -1) : mask).broadcast(to: input.shape)
            }
            context.setMask(Tensor.concatenated(masks, axis: axis).any(axes: [output.rank - 1]), of: output)
        }
        return [output]
    }

    public override var config: Config { super.config.merging(["axis": .int(axis)]) { $1 } }
}
