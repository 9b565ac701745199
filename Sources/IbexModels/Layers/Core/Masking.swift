import IbexGraph

/// Marks the time steps to be left out: those whose features all equal `maskValue`. They become zero, and the layers after
/// this one see a mask that is false there.
///
/// Shapes: x [batch, time, features], the mask [batch, time].
///
///     Masking(maskValue: -1)
public final class Masking: Layer, ConfiguredLayer {
    public let maskValue: Double

    public init(maskValue: Double = 0, name: String? = nil) {
        self.maskValue = maskValue
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        self.init(maskValue: try config.double("mask_value", at: "Masking", default: 0), name: config.layerName)
        try applyCommon(config)
    }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let input = try single(inputs)
        guard input.rank >= 2 else { throw shapeError(input, expected: "two axes or more: batch, …, features") }
        return [input]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        let x = input.cast(to: dtype)
        let mask = (x .!= maskValue).any(axes: [x.rank - 1])
        let output = Tensor.where(mask.expandedDims(axis: -1), x, x.filled(0))
        context.setMask(mask, of: output)
        return output
    }

    public override var config: Config { super.config.merging(["mask_value": .double(maskValue)]) { $1 } }
}
