import IbexGraph
import IbexRuntime

/// A fully connected layer: y = activation(x · kernel + bias), along the last axis.
///
/// Shapes: x [batch, …, in], kernel [in, units], bias [units], y [batch, …, units].
///
///     Dense(64, activation: .relu)
public final class Dense: Layer, ConfiguredLayer {
    public let units: Int
    public let activation: ActivationFunction
    public let useBias: Bool
    public let kernelInitializer: Initializer
    public let biasInitializer: Initializer
    public let kernelRegularizer: Regularizer?
    public let biasRegularizer: Regularizer?
    public let kernelConstraint: Constraint?
    public let biasConstraint: Constraint?
    public private(set) var kernel: Variable?
    public private(set) var bias: Variable?

    public init(
        _ units: Int, activation: ActivationFunction = .linear, useBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        kernelRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, kernelConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        self.units = units
        self.activation = activation
        self.useBias = useBias
        self.kernelInitializer = kernelInitializer
        self.biasInitializer = biasInitializer
        self.kernelRegularizer = kernelRegularizer
        self.biasRegularizer = biasRegularizer
        self.kernelConstraint = kernelConstraint
        self.biasConstraint = biasConstraint
        super.init(name: name)
        self.activityRegularizer = activityRegularizer
    }

    public convenience init(config: Config) throws {
        let kernel = try KernelConfig(config, at: "Dense")
        self.init(
            try config.int("units", at: "Dense"), activation: kernel.activation, useBias: kernel.useBias,
            kernelInitializer: kernel.kernelInitializer, biasInitializer: kernel.biasInitializer,
            kernelRegularizer: kernel.kernelRegularizer, biasRegularizer: kernel.biasRegularizer,
            kernelConstraint: kernel.kernelConstraint, biasConstraint: kernel.biasConstraint,
            name: config["name"]?.string)
        try applyCommon(config)
    }

    public override var supportsMasking: Bool { true }

    public override func build(_ inputs: [Shape]) throws {
        let input = try checked(inputs)
        kernel = addWeight(
            name: "kernel", shape: [input[-1], units], initializer: kernelInitializer, regularizer: kernelRegularizer,
            constraint: kernelConstraint)
        if useBias {
            bias = addWeight(
                name: "bias", shape: [units], initializer: biasInitializer, regularizer: biasRegularizer,
                constraint: biasConstraint)
        }
    }

    private func checked(_ inputs: [Shape]) throws(IbexError) -> Shape {
        guard units > 0 else { throw argumentError("units \(units)", expected: "a positive number") }
        let input = try single(inputs)
        guard input.rank >= 2, input[-1] > 0 else {
            throw shapeError(input, expected: "two axes or more: batch, …, features")
        }
        if let kernel, kernel.shape[0] != input[-1] {
            throw shapeError(input, expected: "\(kernel.shape[0]) in the last axis, as the layer was built for")
        }
        return input
    }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        [try checked(inputs).replacing(axis: -1, with: units)]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        guard let kernel else { return input }
        let x = input.cast(to: dtype)
        // One matrix product over all leading axes: a batched one would leave the kernel's reuse to chance.
        let rows = x.rank == 2 ? x : x.reshaped(-1, x.shape[-1])
        var y = rows.matmul(kernel.value)
        if let bias { y = y + bias.value }
        if x.rank != 2 { y = y.reshaped(to: x.shape.replacing(axis: -1, with: units)) }
        return activation(y)
    }

    public override var config: Config {
        var config = super.config.merging(
            KernelConfig(
                activation: activation, useBias: useBias, kernelInitializer: kernelInitializer,
                biasInitializer: biasInitializer, kernelRegularizer: kernelRegularizer,
                biasRegularizer: biasRegularizer, kernelConstraint: kernelConstraint, biasConstraint: biasConstraint
            ).config(activityRegularizer)
        ) { $1 }
        .merging(["units": .int(units), "quantization_config": nil]) { $1 }
        // Keras writes it only where there is one.
        if activityRegularizer == nil { config["activity_regularizer"] = nil }
        return config
    }
}
