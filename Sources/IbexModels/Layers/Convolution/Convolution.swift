import IbexGraph
import IbexRuntime

/// What `Conv1D`, `Conv2D` and `Conv3D` share: y = activation(x ⋆ kernel + bias).
public class Convolution: ConvolutionLayer {
    public let filters: Int
    public let groups: Int
    public private(set) var kernel: Variable?

    init(
        _ filters: Int, groups: Int, window: SlidingWindow, weights: KernelConfig, activityRegularizer: Regularizer?,
        name: String?
    ) {
        self.filters = filters
        self.groups = groups
        super.init(window: window, weights: weights, activityRegularizer: activityRegularizer, name: name)
    }

    init(config: Config, axes: Int) throws {
        let place = String(describing: Self.self)
        filters = try config.int("filters", at: place)
        groups = try config.int("groups", at: place, default: 1)
        super.init(
            window: try SlidingWindow(config: config, axes: axes, size: "kernel_size", at: place),
            weights: try KernelConfig(config, at: place), activityRegularizer: nil, name: config["name"]?.string)
        try applyCommon(config)
    }

    override func checkArguments() throws(IbexError) {
        guard filters > 0, groups > 0, filters % groups == 0 else {
            throw argumentError(
                "\(filters) filters in \(groups) groups", expected: "positive numbers, filters a multiple of groups")
        }
        try window.checkNumbers(self, allowsCausal: window.layout.axes == 1)
    }

    override func resultChannels(_ channels: Int) -> Int { filters }

    override func resultExtents(_ input: Shape) throws(IbexError) -> [Int] {
        guard input[window.layout.channelAxis] % groups == 0 else {
            throw shapeError(input, expected: "channels that are a multiple of \(groups) groups")
        }
        return try super.resultExtents(input)
    }

    override func buildKernels(_ channels: Int) {
        kernel = weightsConfig.kernel(of: self, Shape(window.size + [channels / groups, filters]))
    }

    override func convolved(_ x: Tensor, _ shape: Shape) -> Tensor {
        guard let kernel else { return x }
        return x.convolved(
            with: kernel.value, window.window(over: x.shape.extents.dropFirst().dropLast()), groups: groups)
    }

    public override var config: Config {
        super.config.merging(["filters": .int(filters), "groups": .int(groups)]) { $1 }
    }
}
