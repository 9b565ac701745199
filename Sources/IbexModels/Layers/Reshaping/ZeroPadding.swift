import IbexGraph
import IbexRuntime

/// What the layers that add zeros around an input share.
public class ZeroPadding: Layer {
    let margins: SpatialMargins

    init(_ padding: Margins, axes: Int, format: ImageDataFormat?, name: String?) {
        margins = SpatialMargins(padding, axes: axes, key: "padding", format: format)
        super.init(name: name)
    }

    init(config: Config, axes: Int) throws {
        margins = try SpatialMargins(
            config: config, axes: axes, key: "padding", at: String(describing: Self.self))
        super.init(name: config["name"]?.string)
        try applyCommon(config)
    }

    public override func build(_ inputs: [Shape]) throws { _ = try outputShapes(for: inputs) }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let input = try margins.check(self, inputs)
        let (before, after) = margins.sides(input.rank)
        return [Shape(input.extents.indices.map { input[$0] + before[$0] + after[$0] })]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        let (before, after) = margins.sides(input.rank)
        return input.padded(low: before, high: after)
    }

    public override var config: Config {
        super.config.merging(margins.layout.config) { $1 }.merging(margins.config) { $1 }
    }
}

/// Zeros before and after the steps of a sequence.
///
/// Shapes, channels last: x [batch, steps, channels], result [batch, steps + before + after, channels].
///
///     ZeroPadding1D([1, 2])
public final class ZeroPadding1D: ZeroPadding, ConfiguredLayer {
    public init(_ padding: Margin = 1, dataFormat: ImageDataFormat? = nil, name: String? = nil) {
        super.init([padding], axes: 1, format: dataFormat, name: name)
    }

    public init(config: Config) throws { try super.init(config: config, axes: 1) }
}

/// Zeros around images.
///
/// Shapes, channels last: x [batch, rows, columns, channels], result [batch, rows + top + bottom,
/// columns + left + right, channels].
///
///     ZeroPadding2D([[1, 2], [3, 0]])
public final class ZeroPadding2D: ZeroPadding, ConfiguredLayer {
    public init(_ padding: Margins = 1, dataFormat: ImageDataFormat? = nil, name: String? = nil) {
        super.init(padding, axes: 2, format: dataFormat, name: name)
    }

    public init(config: Config) throws { try super.init(config: config, axes: 2) }
}

/// Zeros around volumes.
///
/// Shapes, channels last: x [batch, depth, rows, columns, channels]; each spatial axis grows by its margin.
///
///     ZeroPadding3D([1, 2, 2])
public final class ZeroPadding3D: ZeroPadding, ConfiguredLayer {
    public init(_ padding: Margins = 1, dataFormat: ImageDataFormat? = nil, name: String? = nil) {
        super.init(padding, axes: 3, format: dataFormat, name: name)
    }

    public init(config: Config) throws { try super.init(config: config, axes: 3) }
}
