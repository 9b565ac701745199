import IbexGraph

/// Each sample divided by its Euclidean norm along some axes: y = x / max(‖x‖, 1e-12). Zeros stay zeros.
///
///     UnitNormalization()
public final class UnitNormalization: Layer, ConfiguredLayer {
    public let axis: Axes

    public init(axis: Axes = -1, name: String? = nil) {
        self.axis = axis
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        self.init(axis: try config.axes("axis", at: "UnitNormalization", default: -1), name: config.layerName)
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
        return x * x.inverseNorm(axes: try axes(axis, of: x.shape))
    }

    public override var config: Config { super.config.merging(["axis": axis.configValue]) { $1 } }
}

extension Tensor {
    /// 1 / max(‖x‖, 1e-12) along axes, which stay with extent 1.
    func inverseNorm(axes: [Int]? = nil) -> Tensor {
        square().sum(axes: axes, keepDims: true).maximum(1e-24).rsqrt()
    }
}
