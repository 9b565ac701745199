import IbexGraph
import IbexRuntime

/// The mean of each channel over all steps.
///
/// Shapes, channels last: x [batch, steps, channels], result [batch, channels], or [batch, 1, channels]
/// with `keepDims`.
///
/// Where the input has a mask [batch, steps], the mean is of the steps that count: Σ mask x / Σ mask.
///
///     GlobalAveragePooling1D()
public final class GlobalAveragePooling1D: GlobalPooling, ConfiguredLayer {
    public init(dataFormat: ImageDataFormat? = nil, keepDims: Bool = false, name: String? = nil) {
        super.init(.average, axes: 1, keepDims: keepDims, format: dataFormat, name: name)
    }

    public init(config: Config) throws { try super.init(.average, config: config, axes: 1) }

    /// Steps that a mask leaves out count for nothing; the mask ends here.
    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        guard let mask = context.mask(of: input) else { return try super.call(input, context) }
        let counts = mask.expandedDims(axis: layout.channelAxis)
        let x = input.cast(to: dtype)
        let total = Tensor.where(counts, x, x.filled(0)).sum(axis: layout.spatial.lowerBound, keepDims: keepDims)
        return total / counts.cast(to: dtype).sum(axis: layout.spatial.lowerBound, keepDims: keepDims)
    }
}

/// The mean of each channel over all rows and columns.
///
/// Shapes, channels last: x [batch, rows, columns, channels], result [batch, channels], or [batch, 1, 1, channels]
/// with `keepDims`.
///
///     GlobalAveragePooling2D()
public final class GlobalAveragePooling2D: GlobalPooling, ConfiguredLayer {
    public init(dataFormat: ImageDataFormat? = nil, keepDims: Bool = false, name: String? = nil) {
        super.init(.average, axes: 2, keepDims: keepDims, format: dataFormat, name: name)
    }

    public init(config: Config) throws { try super.init(.average, config: config, axes: 2) }
}

/// The mean of each channel over all depth, rows and columns.
///
/// Shapes, channels last: x [batch, depth, rows, columns, channels], result [batch, channels], or [batch, 1, 1, 1,
/// channels] with `keepDims`.
///
///     GlobalAveragePooling3D()
public final class GlobalAveragePooling3D: GlobalPooling, ConfiguredLayer {
    public init(dataFormat: ImageDataFormat? = nil, keepDims: Bool = false, name: String? = nil) {
        super.init(.average, axes: 3, keepDims: keepDims, format: dataFormat, name: name)
    }

    public init(config: Config) throws { try super.init(.average, config: config, axes: 3) }
}
