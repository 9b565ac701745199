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
        self.init(
            activation: try ActivationFunction(config: config["activation"]),
            useBias: try config.bool("use_bias", at: place, default: true),
            kernelInitializer: try config.initializer("kernel_initializer", default: .glorotUniform),
            biasInitializer: try config.initializer("bias_initializer", default: .zeros),
            kernelRegularizer: try config.regularizer("kernel_regularizer"),
            biasRegularizer: try config.regularizer("bias_regularizer"),
            kernelConstraint: try config.constraint("kernel_constraint"),
            biasConstraint: try config.constraint("bias_constraint"))
    }
}
