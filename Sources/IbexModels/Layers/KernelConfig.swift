import IbexGraph

/// The arguments that all layers with a kernel and a bias share, as a configuration.
struct KernelConfig {
    var activation: ActivationFunction
    var useBias: Bool
    var kernelInitializer: Initializer
    var biasInitializer: Initializer
    var kernelRegularizer: Regularizer?
    var biasRegularizer: Regularizer?
    var kernelConstraint: Constraint?
    var biasConstraint: Constraint?

    func config(_ activityRegularizer: Regularizer?) -> Config {
        [
            "activation": .string(activation.name), "use_bias": .bool(useBias),
            "kernel_initializer": kernelInitializer.serialized, "bias_initializer": biasInitializer.serialized,
            "kernel_regularizer": kernelRegularizer?.serialized ?? .null,
            "bias_regularizer": biasRegularizer?.serialized ?? .null,
            "activity_regularizer": activityRegularizer?.serialized ?? .null,
            "kernel_constraint": kernelConstraint?.serialized ?? .null,
            "bias_constraint": biasConstraint?.serialized ?? .null,
        ]
    }
}

extension KernelConfig {
    init(_ config: Config, at place: String) throws(IbexError) {
        func initializer(_ key: String, _ fallback: Initializer) throws(IbexError) -> Initializer {
            guard let value = config[key], !value.isNull else { return fallback }
            return try Initializer(config: value)
        }
        self.init(
            activation: try ActivationFunction(config: config["activation"]),
            useBias: try config.bool("use_bias", at: place, default: true),
            kernelInitializer: try initializer("kernel_initializer", .glorotUniform),
            biasInitializer: try initializer("bias_initializer", .zeros),
            kernelRegularizer: try .optional(config["kernel_regularizer"]),
            biasRegularizer: try .optional(config["bias_regularizer"]),
            kernelConstraint: try .optional(config["kernel_constraint"]),
            biasConstraint: try .optional(config["bias_constraint"]))
    }
}
