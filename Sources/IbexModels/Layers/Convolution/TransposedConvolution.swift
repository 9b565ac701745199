import IbexGraph
import IbexRuntime

/// What `Conv1DTranspose`, `Conv2DTranspose` and `Conv3DTranspose` share: y = activation(xᵀ + bias), where xᵀ is what
/// the gradient of a convolution does with x.
///
/// Extents of the result, with n cells in, stride s and a kernel that spans k cells: `.valid` (n - 1) s + max(k, s),
/// `.same` n s; with an output padding p, `.valid` (n - 1) s + k + p, `.same` (n - 1) s + (k mod 2) + p.
public class TransposedConvolution: ConvolutionLayer {
    public let filters: Int
    /// How much longer the result is than the shortest that the kernel could have come from; `nil` for Keras's choice.
    public let outputPadding: [Int]?
    public private(set) var kernel: Variable?

    init(
        _ filters: Int, outputPadding: [Int]?, window: SlidingWindow, weights: KernelConfig,
        activityRegularizer: Regularizer?, name: String?
    ) {
        self.filters = filters
        self.outputPadding = outputPadding
        super.init(window: window, weights: weights, activityRegularizer: activityRegularizer, name: name)
    }

    init(config: Config, axes: Int) throws {
        let place = String(describing: Self.self)
        filters = try config.int("filters", at: place)
        let isPadded = config["output_padding"].map { !$0.isNull } ?? false
        outputPadding = isPadded ? try config.sizes("output_padding", axes, at: place) : nil
        super.init(
            window: try SlidingWindow(config: config, axes: axes, size: "kernel_size", at: place),
            weights: try KernelConfig(config, at: place), activityRegularizer: nil, name: config["name"]?.string)
        try applyCommon(config)
    }

    override func checkArguments() throws(IbexError) {
        try checkPositive("filters", filters)
        try window.checkNumbers(self)
        guard let outputPadding else { return }
        guard outputPadding.count == window.size.count,
            zip(outputPadding, window.strides).allSatisfy({ $0 >= 0 && $0 < $1 })
        else {
            throw argumentError(
                "output padding \(outputPadding) with strides \(window.strides)",
                expected: "\(window.layout.wanted("whole")), each less than the stride")
        }
    }

    override func resultChannels(_ channels: Int) -> Int { filters }

    override func resultExtents(_ input: Shape) throws(IbexError) -> [Int] {
        let forward = Window(size: window.size, dilation: window.dilation)
        let cells = window.layout.extents(input)
        let extents = cells.enumerated().map { axis, cells in
            let (stride, span) = (window.strides[axis], forward.extent(axis))
            let last = (cells - 1) * stride
            guard let padding = outputPadding?[axis] else {
                return window.padding == .same ? cells * stride : last + max(span, stride)
            }
            return last + (window.padding == .same ? span % 2 : span) + padding
        }
        let back = window.window(over: extents)
        guard cells.indices.allSatisfy({ extents[$0] > 0 && back.positions($0, input: extents[$0]) == cells[$0] })
        else {
            throw argumentError(
                "output padding \(outputPadding ?? []) for a kernel of \(window.size) and an input of shape \(input)",
                expected: "a result that a convolution takes back to the input's extents",
                remedy: "Use an output padding of at least 1, or none.")
        }
        return extents
    }

    override func buildKernels(_ channels: Int) {
        kernel = weightsConfig.kernel(of: self, Shape(window.size + [filters, channels]))
    }

    override func convolved(_ x: Tensor, _ shape: Shape) -> Tensor {
        guard let kernel else { return x }
        return x.convolvedTransposed(
            with: kernel.value, window.window(over: shape.extents.dropFirst().dropLast()), to: shape)
    }

    public override var config: Config {
        super.config.merging([
            "filters": .int(filters), "output_padding": outputPadding.map { ConfigValue($0) } ?? .null,
        ]) { $1 }
    }
}
