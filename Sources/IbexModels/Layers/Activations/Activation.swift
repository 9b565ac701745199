import IbexGraph

/// Applies a function to each input.
///
///     Activation(.softmax)
public final class Activation: Layer, ConfiguredLayer {
    public let activation: ActivationFunction

    public init(_ activation: ActivationFunction, name: String? = nil) {
        self.activation = activation
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        self.init(try config.activation(), name: config["name"]?.string)
        try applyCommon(config)
    }

    public override var supportsMasking: Bool { true }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        activation(input.cast(to: dtype))
    }

    public override var config: Config { super.config.merging(["activation": activation.serialized]) { $1 } }
}
