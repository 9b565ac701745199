import IbexGraph
import IbexRuntime

/// What the layers that cut an input's edges off share.
public class Cropping: Layer {
    let margins: SpatialMargins

    init(_ cropping: Margins, axes: Int, format: ImageDataFormat?, name: String?) {
        margins = SpatialMargins(cropping, axes: axes, key: "cropping", format: format)
        super.init(name: name)
    }

    init(config: Config, axes: Int) throws {
        margins = try SpatialMargins(
            config: config, axes: axes, key: "cropping", at: String(describing: Self.self))
        super.init(name: config["name"]?.string)
        try applyCommon(config)
    }

    public override func build(_ inputs: [Shape]) throws { _ = try outputShapes(for: inputs) }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let input = try margins.check(self, inputs)
        let (before, after) = margins.sides(input.rank)
        let extents = input.extents.indices.map { input[$0] - before[$0] - after[$0] }
        guard margins.layout.spatial.allSatisfy({ extents[$0] > 0 }) else {
            throw shapeError(
                input, expected: "more cells than a cropping of \(margins.margins.map(\.values)) takes away")
        }
        return [Shape(extents)]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        let result = try outputShapes(for: [input.shape])[0]
        let starts = margins.sides(input.rank).before
        return .apply(Ops.Slice(starts: starts, counts: result.extents, steps: starts.map { _ in 1 }), input)
    }

    public override var config: Config {
        super.config.merging(margins.layout.config) { $1 }.merging(margins.config) { $1 }
    }
}

/// A sequence without its first and last steps.
///
/// Shapes: x [batch, steps, channels], result [batch, steps - before - after, channels].
///
///     Cropping1D([1, 2])
public final class Cropping1D: Cropping, ConfiguredLayer {
    public init(_ cropping: Margin = 1, name: String? = nil) {
        super.init([cropping], axes: 1, format: .channelsLast, name: name)
    }

    public init(config: Config) throws {
        try super.init(config: config.merging(["data_format": "channels_last"]) { $1 }, axes: 1)
    }

    /// Keras's has no data format.
    public override var config: Config { super.config.filter { $0.key != "data_format" } }
}

/// Images without their edges.
///
/// Shapes, channels last: x [batch, rows, columns, channels], result [batch, rows - top - bottom,
/// columns - left - right, channels].
///
///     Cropping2D([[1, 0], [0, 2]])
public final class Cropping2D: Cropping, ConfiguredLayer {
    /// - Parameter cropping: nothing is cut where it is not given, as in Keras.
    public init(_ cropping: Margins = 0, dataFormat: ImageDataFormat? = nil, name: String? = nil) {
        super.init(cropping, axes: 2, format: dataFormat, name: name)
    }

    public init(config: Config) throws { try super.init(config: config, axes: 2) }
}

/// Volumes without their edges.
///
/// Shapes, channels last: x [batch, depth, rows, columns, channels]; each spatial axis shrinks by its margin.
///
///     Cropping3D([1, 2, 2])
public final class Cropping3D: Cropping, ConfiguredLayer {
    public init(_ cropping: Margins = 1, dataFormat: ImageDataFormat? = nil, name: String? = nil) {
        super.init(cropping, axes: 3, format: dataFormat, name: name)
    }

    public init(config: Config) throws { try super.init(config: config, axes: 3) }
}
