import IbexGraph
import IbexRuntime

/// 2-D cross-correlation: y = activation(x ⋆ kernel + bias).
///
/// Shapes, channels last: x [batch, rows, columns, channels], kernel [rows, columns, channels / groups, filters],
/// bias [filters]. The kernel has the same shape in both data formats.
///
///     Conv2D(32, kernelSize: 3, activation: .relu)
public final class Conv2D: Layer, ConfiguredLayer {
    public let filters: Int
    public let groups: Int
    let geometry: ImageWindow
    let weightsConfig: KernelConfig
    public private(set) var kernel: Variable?
    public private(set) var bias: Variable?

    public convenience init(
        _ filters: Int, kernelSize: IntPair, strides: IntPair = 1, padding: Padding = .valid,
        dataFormat: ImageDataFormat? = nil, dilationRate: IntPair = 1, groups: Int = 1,
        activation: ActivationFunction = .linear, useBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        kernelRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, kernelConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        self.init(
            filters, groups: groups,
            geometry: ImageWindow(
                size: kernelSize, strides: strides, dilation: dilationRate, padding: padding, format: dataFormat),
            weights: KernelConfig(
                activation: activation, useBias: useBias, kernelInitializer: kernelInitializer,
                biasInitializer: biasInitializer, kernelRegularizer: kernelRegularizer,
                biasRegularizer: biasRegularizer, kernelConstraint: kernelConstraint, biasConstraint: biasConstraint),
            name: name)
        self.activityRegularizer = activityRegularizer
    }

    init(_ filters: Int, groups: Int, geometry: ImageWindow, weights: KernelConfig, name: String?) {
        self.filters = filters
        self.groups = groups
        self.geometry = geometry
        weightsConfig = weights
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        self.init(
            try config.int("filters", at: "Conv2D"), groups: try config.int("groups", at: "Conv2D", default: 1),
            geometry: try ImageWindow(config: config, size: "kernel_size", defaultStrides: 1, place: "Conv2D"),
            weights: try KernelConfig(config, at: "Conv2D"), name: config["name"]?.string)
        try applyCommon(config)
    }

    public override func build(_ inputs: [Shape]) throws {
        let image = try checked(inputs)
        let size = geometry.size.values
        kernel = addWeight(
            name: "kernel", shape: [size[0], size[1], image[3] / groups, filters],
            initializer: weightsConfig.kernelInitializer, regularizer: weightsConfig.kernelRegularizer,
            constraint: weightsConfig.kernelConstraint)
        if weightsConfig.useBias {
            bias = addWeight(
                name: "bias", shape: [filters], initializer: weightsConfig.biasInitializer,
                regularizer: weightsConfig.biasRegularizer, constraint: weightsConfig.biasConstraint)
        }
    }

    private func checked(_ inputs: [Shape]) throws(IbexError) -> Shape {
        guard filters > 0, groups > 0, filters % groups == 0 else {
            throw argumentError(
                "\(filters) filters in \(groups) groups", expected: "positive numbers, filters a multiple of groups")
        }
        let image = try geometry.check(self, inputs)
        guard geometry.strides.values.allSatisfy({ $0 == 1 }) || geometry.dilation.values.allSatisfy({ $0 == 1 })
        else {
            throw argumentError(
                "strides \(geometry.strides.values) with dilation \(geometry.dilation.values)",
                expected: "one of the two to be 1")
        }
        guard image[3] > 0, image[3] % groups == 0 else {
            throw shapeError(inputs[0], expected: "channels that are a multiple of \(groups) groups")
        }
        if let kernel, kernel.shape[2] * groups != image[3] {
            throw shapeError(
                inputs[0], expected: "\(kernel.shape[2] * groups) channels, as the layer was built for")
        }
        return image
    }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let image = try checked(inputs)
        let positions = geometry.positions(over: image)
        return [geometry.fromChannelsLast([image[0], positions.rows, positions.columns, filters])]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        guard let kernel else { return input }
        let x = geometry.toChannelsLast(input.cast(to: dtype))
        var y = Tensor.apply(
            Ops.Convolution2D(geometry.window(over: x.shape), groups: groups), x, kernel.value)
        if let bias { y = y + bias.value }
        return geometry.fromChannelsLast(weightsConfig.activation(y))
    }

    public override var config: Config {
        super.config.merging(weightsConfig.config(activityRegularizer)) { $1 }.merging([
            "filters": .int(filters), "kernel_size": geometry.size.configValue,
            "strides": geometry.strides.configValue, "padding": .string(geometry.padding.rawValue),
            "data_format": .string(geometry.format.rawValue), "dilation_rate": geometry.dilation.configValue,
            "groups": .int(groups),
        ]) { $1 }
    }
}
