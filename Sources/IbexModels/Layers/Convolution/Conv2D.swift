import IbexGraph
import IbexRuntime

/// 2-D cross-correlation: y = activation(x ⋆ kernel + bias).
///
/// Shapes, channels last: x [batch, rows, columns, channels], kernel [rows, columns, channels / groups, filters],
/// bias [filters]. The kernel has the same shape in both data formats. Group g joins the g-th part of the channels
/// with the g-th part of the filters.
///
///     Conv2D(32, kernelSize: 3, activation: .relu)
public final class Conv2D: Convolution, ConfiguredLayer {
    public init(
        _ filters: Int, kernelSize: IntPair, strides: IntPair = 1, padding: Padding = .valid,
        dataFormat: ImageDataFormat? = nil, dilationRate: IntPair = 1, groups: Int = 1,
        activation: ActivationFunction = .linear, useBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        kernelRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, kernelConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        super.init(
            filters, groups: groups,
            window: SlidingWindow(
                axes: 2, size: kernelSize.values, strides: strides.values, dilation: dilationRate.values,
                padding: padding, format: dataFormat),
            weights: KernelConfig(
                activation: activation, useBias: useBias, kernelInitializer: kernelInitializer,
                biasInitializer: biasInitializer, kernelRegularizer: kernelRegularizer,
                biasRegularizer: biasRegularizer, kernelConstraint: kernelConstraint, biasConstraint: biasConstraint),
            activityRegularizer: activityRegularizer, name: name)
    }

    public init(config: Config) throws { try super.init(config: config, axes: 2) }
}
