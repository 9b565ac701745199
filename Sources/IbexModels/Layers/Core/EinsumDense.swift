import IbexGraph
import IbexRuntime

/// A dense layer whose sums an equation names: y = activation(einsum(equation, x, kernel) + bias).
///
/// Shapes: the letters of `equation` name the axes of input, kernel and result; `outputShape` gives the result's extents
/// without the batch, `nil` for one that is the input's. The kernel's axes are those of its term, the bias's those of
/// `biasAxes`.
///
///     EinsumDense("abc,cd->abd", outputShape: [nil, 64], biasAxes: "d")
///     EinsumDense("...x,xy->...y", outputShape: [64])
public final class EinsumDense: Layer, ConfiguredLayer {
    public let equation: String
    public let outputShape: [Int?]
    public let biasAxes: String?
    let weightsConfig: KernelConfig
    public private(set) var kernel: Variable?
    public private(set) var bias: Variable?

    public convenience init(
        _ equation: String, outputShape: [Int?], activation: ActivationFunction = .linear, biasAxes: String? = nil,
        kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        kernelRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, kernelConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        self.init(
            equation, outputShape, biasAxes,
            KernelConfig(
                activation: activation, useBias: biasAxes != nil, kernelInitializer: kernelInitializer,
                biasInitializer: biasInitializer, kernelRegularizer: kernelRegularizer,
                biasRegularizer: biasRegularizer, kernelConstraint: kernelConstraint, biasConstraint: biasConstraint),
            name: name)
        self.activityRegularizer = activityRegularizer
    }

    private init(
        _ equation: String, _ outputShape: [Int?], _ biasAxes: String?, _ weights: KernelConfig, name: String?
    ) {
        self.equation = equation
        self.outputShape = outputShape
        self.biasAxes = biasAxes
        weightsConfig = weights
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        let place = "EinsumDense"
        let extents =
            if let extent = config["output_shape"]?.int { [Optional(extent)] } else {
                config["output_shape"]?.array?.map(\.int)
            }
        guard let extents else {
            throw IbexError(
                .argument, at: "\(place), key output_shape", found: config["output_shape"]?.description ?? "nothing",
                expected: "an array of whole numbers and null")
        }
        let hasBias = config["bias_axes"]?.isNull == false
        self.init(
            try config.string("equation", at: place), extents,
            hasBias ? try config.string("bias_axes", at: place) : nil, try KernelConfig(config, at: place),
            name: config.layerName)
        try applyCommon(config)
    }

    private func terms(_ inputs: [Shape]) throws(IbexError) -> EinsumDenseEquation {
        try EinsumDenseEquation(equation, outputShape: outputShape, input: try single(inputs), of: self)
    }

    public override func build(_ inputs: [Shape]) throws {
        let terms = try terms(inputs)
        kernel = addWeight(
            name: "kernel", shape: terms.shape(of: terms.kernel), initializer: weightsConfig.kernelInitializer,
            regularizer: weightsConfig.kernelRegularizer, constraint: weightsConfig.kernelConstraint)
        guard let biasAxes else { return }
        bias = addWeight(
            name: "bias", shape: try terms.biasShape(biasAxes, of: self), initializer: weightsConfig.biasInitializer,
            regularizer: weightsConfig.biasRegularizer, constraint: weightsConfig.biasConstraint)
    }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let terms = try terms(inputs)
        if let kernel, terms.shape(of: terms.kernel) != kernel.shape {
            throw shapeError(inputs[0], expected: "one that fits the kernel \(kernel.shape) by \"\(equation)\"")
        }
        return [terms.shape(of: terms.output)]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        guard let kernel else { return input }
        var y = Tensor.einsum(equation, input.cast(to: dtype), kernel.value)
        if let bias { y = y + bias.value }
        return weightsConfig.activation(y)
    }

    public override var config: Config {
        var config = super.config.merging(weightsConfig.config(activityRegularizer)) { $1 }
        config["use_bias"] = nil
        return config.merging([
            "equation": .string(equation), "output_shape": .pattern(outputShape),
            "bias_axes": biasAxes.map { .string($0) } ?? .null, "quantization_config": nil,
        ]) { $1 }
    }
}
