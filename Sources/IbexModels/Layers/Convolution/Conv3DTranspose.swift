import IbexGraph
import IbexRuntime

/// 3-D transposed convolution: goes from the shape of a convolution's result to that of its input, with weights.
///
/// Shapes, channels last: x [batch, depth, rows, columns, channels], kernel [depth, rows, columns, filters,
/// channels], bias [filters]. `TransposedConvolution` says how long the result is.
///
///     Conv3DTranspose(8, kernelSize: 2, strides: 2)
public final class Conv3DTranspose: TransposedConvolution, ConfiguredLayer {
    public init(
        _ filters: Int, kernelSize: IntTriple, strides: IntTriple = 1, padding: Padding = .valid,
        outputPadding: IntTriple? = nil, dataFormat: ImageDataFormat? = nil, dilationRate: IntTriple = 1,
        activation: ActivationFunction = .linear, useBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        kernelRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, kernelConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        super.init(
            filters, outputPadding: outputPadding?.values,
            window: SlidingWindow(
                axes: 3, size: kernelSize.values, strides: strides.values, dilation: dilationRate.values,
                padding: padding, format: dataFormat),
            weights: KernelConfig(
                activation: activation, useBias: useBias, kernelInitializer: kernelInitializer,
                biasInitializer: biasInitializer, kernelRegularizer: kernelRegularizer,
                biasRegularizer: biasRegularizer, kernelConstraint: kernelConstraint, biasConstraint: biasConstraint),
            activityRegularizer: activityRegularizer, name: name)
    }

    public init(config: Config) throws { try super.init(config: config, axes: 3) }
}
