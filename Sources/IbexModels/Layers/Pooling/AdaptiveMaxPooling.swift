import IbexGraph
import IbexRuntime

/// The largest element of a block that gives a result of the wanted size, however large the input is.
///
/// Shapes, channels last: x [batch, steps, channels], result [batch, size, channels].
/// `AdaptivePooling` says where the blocks begin and end.
///
///     AdaptiveMaxPooling1D(4)
public final class AdaptiveMaxPooling1D: AdaptivePooling, ConfiguredLayer {
    public init(_ outputSize: Int, dataFormat: ImageDataFormat? = nil, name: String? = nil) {
        super.init(.maximum, axes: 1, outputSize: [outputSize], format: dataFormat, name: name)
    }

    public init(config: Config) throws { try super.init(.maximum, config: config, axes: 1) }
}

/// The largest element of a block that gives a result of the wanted size, however large the input is.
///
/// Shapes, channels last: x [batch, rows, columns, channels], result [batch, size₀, size₁, channels].
/// `AdaptivePooling` says where the blocks begin and end.
///
///     AdaptiveMaxPooling2D(7)
public final class AdaptiveMaxPooling2D: AdaptivePooling, ConfiguredLayer {
    public init(_ outputSize: IntPair, dataFormat: ImageDataFormat? = nil, name: String? = nil) {
        super.init(.maximum, axes: 2, outputSize: outputSize.values, format: dataFormat, name: name)
    }

    public init(config: Config) throws { try super.init(.maximum, config: config, axes: 2) }
}

/// The largest element of a block that gives a result of the wanted size, however large the input is.
///
/// Shapes, channels last: x [batch, depth, rows, columns, channels], result [batch, size₀, size₁, size₂, channels].
/// `AdaptivePooling` says where the blocks begin and end.
///
///     AdaptiveMaxPooling3D([2, 7, 7])
public final class AdaptiveMaxPooling3D: AdaptivePooling, ConfiguredLayer {
    public init(_ outputSize: IntTriple, dataFormat: ImageDataFormat? = nil, name: String? = nil) {
        super.init(.maximum, axes: 3, outputSize: outputSize.values, format: dataFormat, name: name)
    }

    public init(config: Config) throws { try super.init(.maximum, config: config, axes: 3) }
}
