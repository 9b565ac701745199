import IbexGraph
import IbexRuntime

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
    /// What Keras calls the kernel in the configuration's keys: `kernel_initializer`, `depthwise_initializer`.
    var prefix = "kernel"

    func config(_ activityRegularizer: Regularizer?) -> Config {
        [
            "activation": activation.serialized, "use_bias": .bool(useBias),
            "\(prefix)_initializer": kernelInitializer.serialized, "bias_initializer": biasInitializer.serialized,
            "\(prefix)_regularizer": kernelRegularizer?.serialized ?? .null,
            "bias_regularizer": biasRegularizer?.serialized ?? .null,
            "activity_regularizer": activityRegularizer?.serialized ?? .null,
            "\(prefix)_constraint": kernelConstraint?.serialized ?? .null,
            "bias_constraint": biasConstraint?.serialized ?? .null,
        ]
    }
}

extension KernelConfig {
    init(_ config: Config, at place: String, prefix: String = "kernel") throws(IbexError) {
        self.init(
            activation: try config.activation(),
            useBias: try config.bool("use_bias", at: place, default: true),
            kernelInitializer: try config.initializer("\(prefix)_initializer", default: .glorotUniform),
            biasInitializer: try config.initializer("bias_initializer", default: .zeros),
            kernelRegularizer: try config.regularizer("\(prefix)_regularizer"),
            biasRegularizer: try config.regularizer("bias_regularizer"),
            kernelConstraint: try config.constraint("\(prefix)_constraint"),
            biasConstraint: try config.constraint("bias_constraint"), prefix: prefix)
    }

    /// Makes a layer's kernel.
    func kernel(of layer: Layer, _ shape: Shape, name: String = "kernel") -> Variable {
        layer.addWeight(
            name: name, shape: shape, initializer: kernelInitializer, regularizer: kernelRegularizer,
            constraint: kernelConstraint)
    }

    /// Makes a layer's bias, if it has one.
    func bias(of layer: Layer, _ count: Int) -> Variable? {
        guard useBias else { return nil }
        return layer.addWeight(
            name: "bias", shape: [count], initializer: biasInitializer, regularizer: biasRegularizer,
            constraint: biasConstraint)
    }
}
