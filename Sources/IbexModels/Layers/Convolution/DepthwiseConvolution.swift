import IbexGraph
import IbexRuntime

/// What `DepthwiseConv1D` and `DepthwiseConv2D` share: each channel has `depthMultiplier` kernels of its own.
public class DepthwiseConvolution: ConvolutionLayer {
    public let depthMultiplier: Int
    public private(set) var kernel: Variable?

    init(
        depthMultiplier: Int, window: SlidingWindow, weights: KernelConfig, activityRegularizer: Regularizer?,
        name: String?
    ) {
        self.depthMultiplier = depthMultiplier
        super.init(window: window, weights: weights, activityRegularizer: activityRegularizer, name: name)
    }

    init(config: Config, axes: Int) throws {
        let place = String(describing: Self.self)
        depthMultiplier = try config.int("depth_multiplier", at: place, default: 1)
        super.init(
            window: try SlidingWindow(config: config, axes: axes, size: "kernel_size", at: place),
            weights: try KernelConfig(config, at: place, prefix: "depthwise"), activityRegularizer: nil,
            name: config["name"]?.string)
        try applyCommon(config)
    }

    override func checkArguments() throws(IbexError) {
        try checkPositive("depth multiplier", depthMultiplier)
        try super.checkArguments()
    }

    override func resultChannels(_ channels: Int) -> Int { channels * depthMultiplier }

    override func buildKernels(_ channels: Int) {
        kernel = weightsConfig.kernel(of: self, Shape(window.size + [channels, depthMultiplier]))
    }

    override func convolved(_ x: Tensor, _ shape: Shape) -> Tensor {
        guard let kernel else { return x }
        return x.convolvedByChannel(with: kernel.value, window)
    }

    public override var config: Config {
        super.config.merging(["depth_multiplier": .int(depthMultiplier)]) { $1 }
    }
}

extension Tensor {
    /// The convolution of each channel with its own kernels, [size…, channels, multiplier]: as many groups as channels.
    func convolvedByChannel(with kernel: Tensor, _ window: SlidingWindow) -> Tensor {
        let channels = shape[-1]
        let flat = kernel.reshaped(window.size + [1, channels * kernel.shape[-1]])
        return convolved(
            with: flat, window.window(over: shape.extents.dropFirst().dropLast()), groups: channels)
    }
}
