import IbexGraph

/// x where positive, alpha (e^x - 1) elsewhere (Clevert et al., 2015).
///
///     ELU()
public final class ELU: Layer, ConfiguredLayer {
    public let alpha: Double

    public init(alpha: Double = 1, name: String? = nil) {
        self.alpha = alpha
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        self.init(alpha: try config.double("alpha", at: "ELU", default: 1), name: config.layerName)
        try applyCommon(config)
    }

    public override var supportsMasking: Bool { true }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] { [try single(inputs)] }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        ActivationFunction.elu(alpha: alpha)(input.cast(to: dtype))
    }

    public override var config: Config { super.config.merging(["alpha": .double(alpha)]) { $1 } }
}
