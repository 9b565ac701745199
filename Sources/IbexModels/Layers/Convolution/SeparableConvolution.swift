import IbexGraph
import IbexRuntime

/// What `SeparableConv1D` and `SeparableConv2D` share: a depthwise convolution, then one with a kernel of one cell that
/// mixes the channels, with nothing in between.
public class SeparableConvolution: ConvolutionLayer {
    /// The arguments of the kernel that mixes the channels.
    struct Pointwise {
        var initializer: Initializer
        var regularizer: Regularizer?
        var constraint: Constraint?
    }

    public let filters: Int
    public let depthMultiplier: Int
    let pointwise: Pointwise
    public private(set) var depthwiseKernel: Variable?
    public private(set) var pointwiseKernel: Variable?

    init(
        _ filters: Int, depthMultiplier: Int, window: SlidingWindow, weights: KernelConfig, pointwise: Pointwise,
        activityRegularizer: Regularizer?, name: String?
    ) {
        self.filters = filters
        self.depthMultiplier = depthMultiplier
        self.pointwise = pointwise
        super.init(window: window, weights: weights, activityRegularizer: activityRegularizer, name: name)
    }

    init(config: Config, axes: Int) throws {
        let place = String(describing: Self.self)
        filters = try config.int("filters", at: place)
        depthMultiplier = try config.int("depth_multiplier", at: place, default: 1)
        pointwise = Pointwise(
            initializer: try config.initializer("pointwise_initializer", default: .glorotUniform),
            regularizer: try config.regularizer("pointwise_regularizer"),
            constraint: try config.constraint("pointwise_constraint"))
        super.init(
            window: try SlidingWindow(config: config, axes: axes, size: "kernel_size", at: place),
            weights: try KernelConfig(config, at: place, prefix: "depthwise"), activityRegularizer: nil,
            name: config["name"]?.string)
        try applyCommon(config)
    }

    override func checkArguments() throws(IbexError) {
        try checkPositive("filters", filters)
        try checkPositive("depth multiplier", depthMultiplier)
        try super.checkArguments()
    }

    override func resultChannels(_ channels: Int) -> Int { filters }

    override func buildKernels(_ channels: Int) {
        depthwiseKernel = weightsConfig.kernel(
            of: self, Shape(window.size + [channels, depthMultiplier]), name: "depthwise_kernel")
        pointwiseKernel = addWeight(
            name: "pointwise_kernel",
            shape: Shape(window.size.map { _ in 1 } + [channels * depthMultiplier, filters]),
            initializer: pointwise.initializer, regularizer: pointwise.regularizer, constraint: pointwise.constraint)
    }

    override func convolved(_ x: Tensor, _ shape: Shape) -> Tensor {
        guard let depthwiseKernel, let pointwiseKernel else { return x }
        return x.convolvedByChannel(with: depthwiseKernel.value, window)
            .convolved(with: pointwiseKernel.value, Window(size: window.size.map { _ in 1 }))
    }

    public override var config: Config {
        super.config.merging([
            "filters": .int(filters), "depth_multiplier": .int(depthMultiplier),
            "pointwise_initializer": pointwise.initializer.serialized,
            "pointwise_regularizer": pointwise.regularizer?.serialized ?? .null,
            "pointwise_constraint": pointwise.constraint?.serialized ?? .null,
        ]) { $1 }
    }
}
