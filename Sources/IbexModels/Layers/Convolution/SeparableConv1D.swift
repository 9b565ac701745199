import IbexGraph
import IbexRuntime

/// 1-D depthwise separable convolution: a depthwise one, then a kernel of one cell that mixes the channels (Chollet,
/// 2017).
///
/// Shapes, channels last: x [batch, steps, channels], depthwise kernel [steps, channels, multiplier],
/// pointwise kernel [1, channels · multiplier, filters], bias [filters].
///
///     SeparableConv1D(64, kernelSize: 3, activation: .relu)
public final class SeparableConv1D: SeparableConvolution, ConfiguredLayer {
    public init(
        _ filters: Int, kernelSize: Int, strides: Int = 1, padding: Padding = .valid,
        dataFormat: ImageDataFormat? = nil, dilationRate: Int = 1, depthMultiplier: Int = 1,
        activation: ActivationFunction = .linear, useBias: Bool = true,
        depthwiseInitializer: Initializer = .glorotUniform, pointwiseInitializer: Initializer = .glorotUniform,
        biasInitializer: Initializer = .zeros, depthwiseRegularizer: Regularizer? = nil,
        pointwiseRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, depthwiseConstraint: Constraint? = nil,
        pointwiseConstraint: Constraint? = nil, biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        super.init(
            filters, depthMultiplier: depthMultiplier,
            window: SlidingWindow(
                axes: 1, size: [kernelSize], strides: [strides], dilation: [dilationRate],
                padding: padding, format: dataFormat),
            weights: KernelConfig(
                activation: activation, useBias: useBias, kernelInitializer: depthwiseInitializer,
                biasInitializer: biasInitializer, kernelRegularizer: depthwiseRegularizer,
                biasRegularizer: biasRegularizer, kernelConstraint: depthwiseConstraint,
                biasConstraint: biasConstraint, prefix: "depthwise"),
            pointwise: Pointwise(
                initializer: pointwiseInitializer, regularizer: pointwiseRegularizer,
                constraint: pointwiseConstraint),
            activityRegularizer: activityRegularizer, name: name)
    }

    public init(config: Config) throws { try super.init(config: config, axes: 1) }
}
