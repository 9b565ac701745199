import IbexGraph
import IbexRuntime

/// The largest element of each window over the steps.
///
/// Shapes, channels last: x [batch, steps, channels], result [batch, positions, channels]. Padding never wins.
///
///     MaxPooling1D(2)
public final class MaxPooling1D: Pooling, ConfiguredLayer {
    /// - Parameter strides: how far the window moves; the pool's size where none are given.
    public init(
        _ poolSize: Int = 2, strides: Int? = nil, padding: Padding = .valid, dataFormat: ImageDataFormat? = nil,
        name: String? = nil
    ) {
        super.init(
            .maximum, axes: 1, size: [poolSize], strides: strides.map { [$0] }, padding: padding, format: dataFormat,
            name: name)
    }

    public init(config: Config) throws { try super.init(.maximum, config: config, axes: 1) }
}

/// The largest element of each window over rows and columns.
///
/// Shapes, channels last: x [batch, rows, columns, channels], result [batch, positions…, channels] with
/// the number of positions that the window takes along each axis. Padding never wins.
///
///     MaxPooling2D(2)
public final class MaxPooling2D: Pooling, ConfiguredLayer {
    /// - Parameter strides: how far the window moves; the pool's size where none are given.
    public init(
        _ poolSize: IntPair = 2, strides: IntPair? = nil, padding: Padding = .valid, dataFormat: ImageDataFormat? = nil,
        name: String? = nil
    ) {
        super.init(
            .maximum, axes: 2, size: poolSize.values, strides: strides?.values, padding: padding, format: dataFormat,
            name: name)
    }

    public init(config: Config) throws { try super.init(.maximum, config: config, axes: 2) }
}

/// The largest element of each window over depth, rows and columns.
///
/// Shapes, channels last: x [batch, depth, rows, columns, channels], result [batch, positions…, channels] with
/// the number of positions that the window takes along each axis. Padding never wins.
///
///     MaxPooling3D(2)
public final class MaxPooling3D: Pooling, ConfiguredLayer {
    /// - Parameter strides: how far the window moves; the pool's size where none are given.
    public init(
        _ poolSize: IntTriple = 2, strides: IntTriple? = nil, padding: Padding = .valid,
        dataFormat: ImageDataFormat? = nil,
        name: String? = nil
    ) {
        super.init(
            .maximum, axes: 3, size: poolSize.values, strides: strides?.values, padding: padding, format: dataFormat,
            name: name)
    }

    public init(config: Config) throws { try super.init(.maximum, config: config, axes: 3) }
}
