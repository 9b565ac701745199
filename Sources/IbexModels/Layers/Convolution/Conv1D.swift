import IbexGraph
import IbexRuntime

/// 1-D cross-correlation: y = activation(x ⋆ kernel + bias).
///
/// Shapes, channels last: x [batch, steps, channels], kernel [steps, channels / groups, filters], bias [filters]. The
/// kernel has the same shape in both data formats. Group g joins the g-th part of the channels with the g-th part of
/// the filters.
///
/// Padding `.causal` lets no result depend on a later step: dilation (size - 1) zeros stand in front.
///
///     Conv1D(64, kernelSize: 5, padding: .causal, activation: .relu)
public final class Conv1D: Convolution, ConfiguredLayer {
    public init(
        _ filters: Int, kernelSize: Int, strides: Int = 1, padding: Padding = .valid,
        dataFormat: ImageDataFormat? = nil, dilationRate: Int = 1, groups: Int = 1,
        activation: ActivationFunction = .linear, useBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        kernelRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, kernelConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        super.init(
            filters, groups: groups,
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
