import IbexGraph
import IbexRuntime

/// 2-D depthwise convolution: each channel is convolved with `depthMultiplier` kernels of its own.
///
/// Shapes, channels last: x [batch, rows, columns, channels], kernel [rows, columns, channels, multiplier],
/// bias [channels · multiplier]; channel c and kernel m give channel c · multiplier + m of the result.
///
///     DepthwiseConv2D(kernelSize: 3, padding: .same)
public final class DepthwiseConv2D: DepthwiseConvolution, ConfiguredLayer {
    public init(
        kernelSize: IntPair, strides: IntPair = 1, padding: Padding = .valid, depthMultiplier: Int = 1,
        dataFormat: ImageDataFormat? = nil, dilationRate: IntPair = 1,
        activation: ActivationFunction = .linear, useBias: Bool = true,
        depthwiseInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        depthwiseRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, depthwiseConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        super.init(
            depthMultiplier: depthMultiplier,
            window: SlidingWindow(
                axes: 2, size: kernelSize.values, strides: strides.values, dilation: dilationRate.values,
                padding: padding, format: dataFormat),
            weights: KernelConfig(
                activation: activation, useBias: useBias, kernelInitializer: depthwiseInitializer,
                biasInitializer: biasInitializer, kernelRegularizer: depthwiseRegularizer,
                biasRegularizer: biasRegularizer, kernelConstraint: depthwiseConstraint,
                biasConstraint: biasConstraint, prefix: "depthwise"),
            activityRegularizer: activityRegularizer, name: name)
    }

    public init(config: Config) throws { try super.init(config: config, axes: 2) }
}
