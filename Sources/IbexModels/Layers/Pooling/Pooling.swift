import IbexGraph
import IbexRuntime

/// What the poolings with a window share.
public class Pooling: Layer {
    let kind: PoolingKind
    let window: SlidingWindow

    init(
        _ kind: PoolingKind, axes: Int, size: [Int], strides: [Int]?, padding: Padding, format: ImageDataFormat?,
        name: String?
    ) {
        self.kind = kind
        window = SlidingWindow(axes: axes, size: size, strides: strides ?? size, padding: padding, format: format)
        super.init(name: name)
    }

    init(_ kind: PoolingKind, config: Config, axes: Int) throws {
        self.kind = kind
        window = try SlidingWindow(config: config, axes: axes, size: "pool_size", at: String(describing: Self.self))
        super.init(name: config["name"]?.string)
        try applyCommon(config)
    }

    public override func build(_ inputs: [Shape]) throws { _ = try outputShapes(for: inputs) }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        try window.checkNumbers(self)
        let input = try window.layout.check(self, inputs)
        return [window.layout.replacing(input, with: try window.positions(self, over: input))]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        let x = window.layout.toChannelsLast(input.cast(to: dtype))
        return window.layout.fromChannelsLast(
            kind.windows(x, window.window(over: x.shape.extents.dropFirst().dropLast())))
    }

    public override var config: Config {
        super.config.merging(window.config(size: "pool_size")) { $1 }
    }
}
