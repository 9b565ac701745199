import IbexGraph

/// e^xᵢ / Σ e^xⱼ along an axis, or along several together. Where a mask comes with the input, what it leaves out takes no
/// part and becomes zero.
///
///     Softmax()
///     Softmax(axis: [1, 2])
public final class Softmax: Layer, ConfiguredLayer {
    public let axis: Axes

    public init(axis: Axes = -1, name: String? = nil) {
        self.axis = axis
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        self.init(axis: try config.axes("axis", at: "Softmax", default: -1), name: config.layerName)
        try applyCommon(config)
    }

    public override var supportsMasking: Bool { true }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let input = try single(inputs)
        _ = try axes(axis, of: input)
        return [input]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        let x = input.cast(to: dtype)
        let axes = try axes(axis, of: x.shape)
        guard let mask = context.mask(of: input) else { return softmax(x, axes) }
        guard mask.shape.broadcast(with: x.shape) == x.shape else {
            throw shapeError(x.shape, expected: "a shape that the mask's shape \(mask.shape) broadcasts to")
        }
        return Tensor.where(mask, softmax(Tensor.where(mask, x, x.filled(-1e9)), axes), x.filled(0))
    }

    private func softmax(_ x: Tensor, _ axes: [Int]) -> Tensor {
        axes.count == 1 ? x.softmax(axis: axes[0]) : (x - x.logSumExp(axes: axes, keepDims: true)).exp()
    }

    public override var config: Config { super.config.merging(["axis": axis.configValue]) { $1 } }
}
