import IbexGraph
import IbexRuntime

/// 1-D depthwise convolution: each channel is convolved with `depthMultiplier` kernels of its own.
///
/// Shapes, channels last: x [batch, steps, channels], kernel [steps, channels, multiplier],
/// bias [channels · multiplier]; channel c and kernel m give channel c · multiplier + m of the result.
///
///     DepthwiseConv1D(kernelSize: 3, padding: .same)
public final class DepthwiseConv1D: DepthwiseConvolution, ConfiguredLayer {
    public init(
        kernelSize: Int, strides: Int = 1, padding: Padding = .valid, depthMultiplier: Int = 1,
        dataFormat: ImageDataFormat? = nil, dilationRate: Int = 1,
        activation: ActivationFunction = .linear, useBias: Bool = true,
        depthwiseInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        depthwiseRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, depthwiseConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        super.init(
            depthMultiplier: depthMultiplier,
            window: SlidingWindow(
                axes: 1, size: [kernelSize], strides: [strides], dilation: [dilationRate],
                padding: padding, format: dataFormat),
            weights: KernelConfig(
                activation: activation, useBias: useBias, kernelInitializer: depthwiseInitializer,
                biasInitializer: biasInitializer, kernelRegularizer: depthwiseRegularizer,
                biasRegularizer: biasRegularizer, kernelConstraint: depthwiseConstraint,
                biasConstraint: biasConstraint, prefix: "depthwise"),
            activityRegularizer: activityRegularizer, name: name)
    }

    public init(config: Config) throws { try super.init(config: config, axes: 1) }
}
