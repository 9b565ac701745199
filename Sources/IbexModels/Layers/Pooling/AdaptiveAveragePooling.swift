import IbexGraph
import IbexRuntime

/// The mean of a block that gives a result of the wanted size, however large the input is.
///
/// Shapes, channels last: x [batch, steps, channels], result [batch, size, channels].
/// `AdaptivePooling` says where the blocks begin and end.
///
///     AdaptiveAveragePooling1D(4)
public final class AdaptiveAveragePooling1D: AdaptivePooling, ConfiguredLayer {
    public init(_ outputSize: Int, dataFormat: ImageDataFormat? = nil, name: String? = nil) {
        super.init(.average, axes: 1, outputSize: [outputSize], format: dataFormat, name: name)
    }

    public init(config: Config) throws { try super.init(.average, config: config, axes: 1) }
}

/// The mean of a block that gives a result of the wanted size, however large the input is.
///
/// Shapes, channels last: x [batch, rows, columns, channels], result [batch, size₀, size₁, channels].
/// `AdaptivePooling` says where the blocks begin and end.
///
///     AdaptiveAveragePooling2D(7)
public final class AdaptiveAveragePooling2D: AdaptivePooling, ConfiguredLayer {
    public init(_ outputSize: IntPair, dataFormat: ImageDataFormat? = nil, name: String? = nil) {
        super.init(.average, axes: 2, outputSize: outputSize.values, format: dataFormat, name: name)
    }

    public init(config: Config) throws { try super.init(.average, config: config, axes: 2) }
}

/// The mean of a block that gives a result of the wanted size, however large the input is.
///
/// Shapes, channels last: x [batch, depth, rows, columns, channels], result [batch, size₀, size₁, size₂, channels].
/// `AdaptivePooling` says where the blocks begin and end.
///
///     AdaptiveAveragePooling3D([2, 7, 7])
public final class AdaptiveAveragePooling3D: AdaptivePooling, ConfiguredLayer {
    public init(_ outputSize: IntTriple, dataFormat: ImageDataFormat? = nil, name: String? = nil) {
        super.init(.average, axes: 3, outputSize: outputSize.values, format: dataFormat, name: name)
    }

    public init(config: Config) throws { try super.init(.average, config: config, axes: 3) }
}
