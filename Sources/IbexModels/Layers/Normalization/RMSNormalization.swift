import IbexGraph
import IbexRuntime

/// Each sample divided by its root mean square along some axes, then scaled (Zhang and Sennrich, 2019):
/// y = x / √(mean(x²) + ε) · scale.
///
/// Shapes: x of any rank; `scale` has the extents of the axes, in rising order.
///
///     RMSNormalization()
public final class RMSNormalization: Layer, ConfiguredLayer {
    public let axis: Axes
    public let epsilon: Double
    public private(set) var scale: Variable?

    public init(axis: Axes = -1, epsilon: Double = 1e-6, name: String? = nil) {
        self.axis = axis
        self.epsilon = epsilon
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        let place = "RMSNormalization"
        self.init(
            axis: try config.axes("axis", at: place, default: -1),
            epsilon: try config.double("epsilon", at: place, default: 1e-6), name: config.layerName)
        try applyCommon(config)
    }

    public override func build(_ inputs: [Shape]) throws {
        let input = try single(inputs)
        scale = addWeight(
            name: "scale", shape: Shape(try axes(axis, of: input).map { input[$0] }), initializer: .ones)
    }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let input = try single(inputs)
        try checkExtents(input, along: try axes(axis, of: input))
        return [input]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        guard let scale else { return input }
        let x = input.cast(to: dtype)
        let axes = try axes(axis, of: x.shape)
        let inverse = (x.square().mean(axes: axes, keepDims: true) + epsilon).rsqrt()
        return x * inverse * scale.value.reshaped(to: x.shape.keeping(axes))
    }

    public override var config: Config {
        super.config.merging(["axis": axis.configValue(built: isBuilt), "epsilon": .double(epsilon)]) { $1 }
    }
}
