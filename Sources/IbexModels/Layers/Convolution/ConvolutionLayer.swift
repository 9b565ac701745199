import IbexGraph
import IbexRuntime

/// What all convolutions share: a window, kernels, a bias and an activation.
public class ConvolutionLayer: Layer {
    let window: SlidingWindow
    let weightsConfig: KernelConfig
    public private(set) var bias: Variable?

    init(window: SlidingWindow, weights: KernelConfig, activityRegularizer: Regularizer?, name: String?) {
        self.window = window
        weightsConfig = weights
        super.init(name: name)
        self.activityRegularizer = activityRegularizer
    }

    /// Throws an error where the layer's own arguments make no convolution, whatever its input.
    func checkArguments() throws(IbexError) { try window.checkNumbers(self) }

    /// The channels of the result for an input with so many.
    func resultChannels(_ channels: Int) -> Int { channels }

    /// The extents of the result along the spatial axes.
    func resultExtents(_ input: Shape) throws(IbexError) -> [Int] { try window.positions(self, over: input) }

    func buildKernels(_ channels: Int) {}

    /// The convolution of a channels-last input, without bias and activation; `shape` is the result's.
    func convolved(_ x: Tensor, _ shape: Shape) -> Tensor { x }

    private func checked(_ inputs: [Shape]) throws(IbexError) -> Shape {
        try checkArguments()
        let input = try window.layout.check(self, inputs)
        let channels = input[window.layout.channelAxis]
        guard channels > 0 else { throw shapeError(input, expected: "at least one channel") }
        if isBuilt, let known = inputShapes.first?[window.layout.channelAxis], known != channels {
            throw shapeError(input, expected: "\(known) channels, as the layer was built for")
        }
        return input
    }

    public override func build(_ inputs: [Shape]) throws {
        _ = try outputShapes(for: inputs)
        let channels = inputs[0][window.layout.channelAxis]
        buildKernels(channels)
        bias = weightsConfig.bias(of: self, resultChannels(channels))
    }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let input = try checked(inputs)
        let axis = window.layout.channelAxis
        return [
            window.layout.replacing(input, with: try resultExtents(input))
                .replacing(axis: axis, with: resultChannels(input[axis]))
        ]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        let layout = window.layout
        let shape = layout.toChannelsLast(try outputShapes(for: [input.shape])[0])
        // The image form is what the convolution itself makes: bias and activation ride in its kernel.
        var y = convolved(layout.toChannelsLast(input.cast(to: dtype)), shape).asImages()
        if let bias { y = y + bias.value }
        return layout.fromChannelsLast(weightsConfig.activation(y).reshaped(to: shape))
    }

    public override var config: Config {
        super.config.merging(weightsConfig.config(activityRegularizer)) { $1 }
            .merging(window.config(size: "kernel_size")) { $1 }
            .merging(["dilation_rate": ConfigValue(window.dilation)]) { $1 }
    }
}

extension ConvolutionLayer {
    /// Throws an error where a number that counts filters is not positive.
    func checkPositive(_ name: String, _ number: Int) throws(IbexError) {
        guard number > 0 else { throw argumentError("\(name) \(number)", expected: "a positive number") }
    }
}
