import IbexGraph
import IbexRuntime

/// What the poolings to a given size share: an axis of n cells is cut into o bins, bin i from ⌊i n / o⌋ up to
/// ⌈(i + 1) n / o⌉, which may overlap.
public class AdaptivePooling: Layer {
    let kind: PoolingKind
    let layout: SpatialLayout
    /// The extents of the result along the spatial axes.
    public let outputSize: [Int]

    init(_ kind: PoolingKind, axes: Int, outputSize: [Int], format: ImageDataFormat?, name: String?) {
        self.kind = kind
        layout = SpatialLayout(axes: axes, format: format)
        self.outputSize = outputSize
        super.init(name: name)
    }

    init(_ kind: PoolingKind, config: Config, axes: Int) throws {
        let place = String(describing: Self.self)
        self.kind = kind
        layout = try SpatialLayout(axes: axes, config: config, at: place)
        outputSize = try config.sizes("output_size", axes, at: place)
        super.init(name: config["name"]?.string)
        try applyCommon(config)
    }

    public override func build(_ inputs: [Shape]) throws { _ = try outputShapes(for: inputs) }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        guard outputSize.count == layout.axes, outputSize.allSatisfy({ $0 > 0 }) else {
            throw argumentError("output size \(outputSize)", expected: layout.wanted("positive"))
        }
        let input = try layout.check(self, inputs)
        guard layout.extents(input).allSatisfy({ $0 > 0 }) else {
            throw shapeError(input, expected: "at least one cell along \(layout.names.joined(separator: ", "))")
        }
        return [layout.replacing(input, with: outputSize)]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        zip(layout.spatial, outputSize).reduce(input.cast(to: dtype)) { x, axis in
            kind.bins(x, axis: axis.0, count: axis.1)
        }
    }

    public override var config: Config {
        super.config.merging(layout.config) { $1 }.merging(["output_size": ConfigValue(outputSize)]) { $1 }
    }
}
