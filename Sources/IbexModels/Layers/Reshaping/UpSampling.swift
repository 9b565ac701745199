import IbexGraph
import IbexRuntime

/// What the layers that make an input larger by whole factors share.
public class UpSampling: Layer {
    let layout: SpatialLayout
    /// The factor for each spatial axis.
    public let size: [Int]

    init(_ size: [Int], axes: Int, format: ImageDataFormat?, name: String?) {
        layout = SpatialLayout(axes: axes, format: format)
        self.size = size
        super.init(name: name)
    }

    init(config: Config, axes: Int) throws {
        let place = String(describing: Self.self)
        layout = try SpatialLayout(axes: axes, config: config, at: place)
        size = try config.sizes("size", axes, at: place)
        super.init(name: config["name"]?.string)
        try applyCommon(config)
    }

    public override func build(_ inputs: [Shape]) throws { _ = try outputShapes(for: inputs) }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        guard size.count == layout.axes, size.allSatisfy({ $0 > 0 }) else {
            throw argumentError("size \(size)", expected: layout.wanted("positive"))
        }
        let input = try layout.check(self, inputs)
        return [layout.replacing(input, with: zip(layout.extents(input), size).map { $0 * $1 })]
    }

    /// Each cell as often as the factors say: an axis of its own for the copies, which then joins the one before.
    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        var (single, copied): ([Int], [Int]) = ([], [])
        for (axis, extent) in input.shape.extents.enumerated() {
            let isSpatial = layout.spatial.contains(axis)
            single += isSpatial ? [extent, 1] : [extent]
            copied += isSpatial ? [extent, size[axis - layout.spatial.lowerBound]] : [extent]
        }
        return input.reshaped(single).broadcast(to: Shape(copied))
            .reshaped(to: try outputShapes(for: [input.shape])[0])
    }

    public override var config: Config {
        super.config.merging(layout.config) { $1 }.merging(["size": ConfigValue(size)]) { $1 }
    }
}

/// Each step of a sequence repeated.
///
/// Shapes: x [batch, steps, channels], result [batch, steps · size, channels].
///
///     UpSampling1D(2)
public final class UpSampling1D: UpSampling, ConfiguredLayer {
    public init(_ size: Int = 2, name: String? = nil) {
        super.init([size], axes: 1, format: .channelsLast, name: name)
    }

    public init(config: Config) throws {
        try super.init(config: config.merging(["data_format": "channels_last"]) { $1 }, axes: 1)
    }

    /// Keras's has no data format, and a number for the size.
    public override var config: Config {
        super.config.filter { $0.key != "data_format" }.merging(["size": .int(size[0])]) { $1 }
    }
}

/// Images made larger: each cell repeated, or numbers in between.
///
/// Shapes, channels last: x [batch, rows, columns, channels], result [batch, rows · size₀, columns · size₁, channels].
/// `Interpolation` has the formulas.
///
///     UpSampling2D(2)
///     UpSampling2D([2, 3], interpolation: .bilinear)
public final class UpSampling2D: UpSampling, ConfiguredLayer {
    public let interpolation: Interpolation

    public init(
        _ size: IntPair = 2, dataFormat: ImageDataFormat? = nil, interpolation: Interpolation = .nearest,
        name: String? = nil
    ) {
        self.interpolation = interpolation
        super.init(size.values, axes: 2, format: dataFormat, name: name)
    }

    public init(config: Config) throws {
        let name = try config.string("interpolation", at: "UpSampling2D", default: Interpolation.nearest.rawValue)
        guard let known = Interpolation(rawValue: name.lowercased()) else {
            throw IbexError(
                .argument, at: "UpSampling2D, key interpolation", found: "\"\(name)\"",
                expected: Interpolation.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))
        }
        interpolation = known
        try super.init(config: config, axes: 2)
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        guard interpolation != .nearest else { return try super.call(input, context) }
        return zip(layout.spatial, size).reduce(input.cast(to: dtype)) { x, axis in
            let n = x.shape[axis.0]
            return x.mixed(along: axis.0, by: interpolation.shares(from: n, to: n * axis.1))
        }
    }

    public override var config: Config {
        super.config.merging(["interpolation": .string(interpolation.rawValue)]) { $1 }
    }
}

/// Each cell of a volume repeated.
///
/// Shapes, channels last: x [batch, depth, rows, columns, channels]; each spatial axis grows by its factor.
///
///     UpSampling3D([1, 2, 2])
public final class UpSampling3D: UpSampling, ConfiguredLayer {
    public init(_ size: IntTriple = 2, dataFormat: ImageDataFormat? = nil, name: String? = nil) {
        super.init(size.values, axes: 3, format: dataFormat, name: name)
    }

    public init(config: Config) throws { try super.init(config: config, axes: 3) }
}
