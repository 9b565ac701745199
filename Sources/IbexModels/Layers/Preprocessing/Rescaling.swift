import IbexGraph

/// y = x · scale + offset.
///
///     Rescaling(1.0 / 255)
///     Rescaling(1.0 / 127.5, offset: -1)
public final class Rescaling: Layer, ConfiguredLayer {
    public let scale: Double
    public let offset: Double

    public init(_ scale: Double, offset: Double = 0, name: String? = nil) {
        self.scale = scale
        self.offset = offset
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        self.init(
            try config.double("scale", at: "Rescaling"),
            offset: try config.double("offset", at: "Rescaling", default: 0), name: config.layerName)
        try applyCommon(config)
    }

    public override var supportsMasking: Bool { true }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] { [try single(inputs)] }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        let scaled = input.cast(to: dtype) * scale
        return offset == 0 ? scaled : scaled + offset
    }

    public override var config: Config {
        super.config.merging(["scale": .double(scale), "offset": .double(offset)]) { $1 }
    }
}
