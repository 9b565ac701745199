import IbexGraph
import IbexRuntime

/// The largest element of each channel over all steps.
///
/// Shapes, channels last: x [batch, steps, channels], result [batch, channels], or [batch, 1, channels]
/// with `keepDims`.
///
///     GlobalMaxPooling1D()
public final class GlobalMaxPooling1D: GlobalPooling, ConfiguredLayer {
    public init(dataFormat: ImageDataFormat? = nil, keepDims: Bool = false, name: String? = nil) {
        super.init(.maximum, axes: 1, keepDims: keepDims, format: dataFormat, name: name)
    }

    public init(config: Config) throws { try super.init(.maximum, config: config, axes: 1) }
}

/// The largest element of each channel over all rows and columns.
///
/// Shapes, channels last: x [batch, rows, columns, channels], result [batch, channels], or [batch, 1, 1, channels]
/// with `keepDims`.
///
///     GlobalMaxPooling2D()
public final class GlobalMaxPooling2D: GlobalPooling, ConfiguredLayer {
    public init(dataFormat: ImageDataFormat? = nil, keepDims: Bool = false, name: String? = nil) {
        super.init(.maximum, axes: 2, keepDims: keepDims, format: dataFormat, name: name)
    }

    public init(config: Config) throws { try super.init(.maximum, config: config, axes: 2) }
}

/// The largest element of each channel over all depth, rows and columns.
///
/// Shapes, channels last: x [batch, depth, rows, columns, channels], result [batch, channels], or [batch, 1, 1, 1,
/// channels] with `keepDims`.
///
///     GlobalMaxPooling3D()
public final class GlobalMaxPooling3D: GlobalPooling, ConfiguredLayer {
    public init(dataFormat: ImageDataFormat? = nil, keepDims: Bool = false, name: String? = nil) {
        super.init(.maximum, axes: 3, keepDims: keepDims, format: dataFormat, name: name)
    }

    public init(config: Config) throws { try super.init(.maximum, config: config, axes: 3) }
}
