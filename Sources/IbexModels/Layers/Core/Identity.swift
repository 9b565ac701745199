import IbexGraph

/// Hands its input on.
public final class Identity: Layer, ConfiguredLayer {
    public override init(name: String? = nil) { super.init(name: name) }

    public convenience init(config: Config) throws {
        self.init(name: config.layerName)
        try applyCommon(config)
    }

    public override var supportsMasking: Bool { true }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] { inputs }

    public override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] { inputs }
}
