import IbexGraph
import IbexRuntime

/// What the poolings over all spatial axes share.
public class GlobalPooling: Layer {
    let kind: PoolingKind
    let layout: SpatialLayout
    /// Whether the spatial axes stay, with extents of 1.
    public let keepDims: Bool

    init(_ kind: PoolingKind, axes: Int, keepDims: Bool, format: ImageDataFormat?, name: String?) {
        self.kind = kind
        layout = SpatialLayout(axes: axes, format: format)
        self.keepDims = keepDims
        super.init(name: name)
    }

    init(_ kind: PoolingKind, config: Config, axes: Int) throws {
        let place = String(describing: Self.self)
        self.kind = kind
        layout = try SpatialLayout(axes: axes, config: config, at: place)
        keepDims = try config.bool("keepdims", at: place, default: false)
        super.init(name: config["name"]?.string)
        try applyCommon(config)
    }

    public override func build(_ inputs: [Shape]) throws { _ = try outputShapes(for: inputs) }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let input = try layout.check(self, inputs)
        guard layout.extents(input).allSatisfy({ $0 > 0 }) else {
            throw shapeError(input, expected: "at least one cell along \(layout.names.joined(separator: ", "))")
        }
        if keepDims { return [layout.replacing(input, with: layout.spatial.map { _ in 1 })] }
        return [[input[0], input[layout.channelAxis]]]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        kind.whole(input.cast(to: dtype), axes: Array(layout.spatial), keepDims: keepDims)
    }

    public override var config: Config {
        super.config.merging(layout.config) { $1 }.merging(["keepdims": .bool(keepDims)]) { $1 }
    }
}
