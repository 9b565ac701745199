import IbexGraph
import IbexRuntime

/// 1-D transposed convolution: goes from the shape of a convolution's result to that of its input, with weights.
///
/// Shapes, channels last: x [batch, steps, channels], kernel [steps, filters, channels], bias [filters].
/// `TransposedConvolution` says how long the result is.
///
///     Conv1DTranspose(32, kernelSize: 4, strides: 2, padding: .same)
public final class Conv1DTranspose: TransposedConvolution, ConfiguredLayer {
    public init(
        _ filters: Int, kernelSize: Int, strides: Int = 1, padding: Padding = .valid,
        outputPadding: Int? = nil, dataFormat: ImageDataFormat? = nil, dilationRate: Int = 1,
        activation: ActivationFunction = .linear, useBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        kernelRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, kernelConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        super.init(
            filters, outputPadding: outputPadding.map { [$0] },
            window: SlidingWindow(
                axes: 1, size: [kernelSize], strides: [strides], dilation: [dilationRate],
                padding: padding, format: dataFormat),
            weights: KernelConfig(
                activation: activation, useBias: useBias, kernelInitializer: kernelInitializer,
                biasInitializer: biasInitializer, kernelRegularizer: kernelRegularizer,
                biasRegularizer: biasRegularizer, kernelConstraint: kernelConstraint, biasConstraint: biasConstraint),
            activityRegularizer: activityRegularizer, name: name)
    }

    public init(config: Config) throws { try super.init(config: config, axes: 1) }
}
