import IbexGraph
import IbexRuntime

/// What the layers share that stretch the values of a picture over their range.
public class StretchedImage: ImageLayer {
    /// The least and the greatest value of a pixel.
    public let valueRange: [Double]

    /// - Parameter valueRange: the least and the greatest value of a pixel.
    public init(valueRange: [Double] = [0, 255], dataFormat: ImageDataFormat? = nil, name: String? = nil) {
        self.valueRange = valueRange
        super.init(dataFormat: dataFormat, name: name)
    }

    override func size(for images: Shape) throws -> (rows: Int, columns: Int) {
        try checkValueRange(valueRange)
        return try super.size(for: images)
    }

    public override var config: Config {
        super.config.merging(["value_range": .array(valueRange.map { .double($0) })]) { $1 }
    }
}

/// Each channel of each picture stretched so that its least value becomes the least of the range and its greatest the
/// greatest, while training and otherwise; a channel of one value stays.
///
///     AutoContrast(valueRange: [0, 1])
public final class AutoContrast: StretchedImage, ConfiguredLayer {
    public convenience init(config: Config) throws {
        let place = "AutoContrast"
        self.init(
            valueRange: try config.valueRange(at: place), dataFormat: try config.dataFormat(at: place),
            name: config.layerName)
        try applyCommon(config)
    }

    override func pictured(_ images: Tensor, _ context: CallContext) throws -> Tensor {
        let x = images.rescaled(from: valueRange, to: [0, 255])
        let low = x.min(axes: [1, 2], keepDims: true)
        let range = x.max(axes: [1, 2], keepDims: true) - low
        let isFlat = range .== 0
        let scale = 255 / Tensor.where(isFlat, range.filled(1), range)
        let stretched = (x * scale - low * scale).clipped(to: 0...255).rescaled(from: [0, 255], to: valueRange)
        return Tensor.where(isFlat, images, stretched)
    }
}

/// Each channel's values spread while training so that each of the `bins` between 0 and 255 is as frequent as another: a
/// value becomes the share of pixels below it, times 255. The frequencies are those of the whole batch, as in Keras.
///
///     Equalization(valueRange: [0, 1])
public final class Equalization: StretchedImage, ConfiguredLayer {
    public let bins: Int

    public init(
        valueRange: [Double] = [0, 255], bins: Int = 256, dataFormat: ImageDataFormat? = nil, name: String? = nil
    ) {
        self.bins = bins
        super.init(valueRange: valueRange, dataFormat: dataFormat, name: name)
    }

    public convenience init(config: Config) throws {
        let place = "Equalization"
        self.init(
            valueRange: try config.valueRange(at: place), bins: try config.int("bins", at: place, default: 256),
            dataFormat: try config.dataFormat(at: place), name: config.layerName)
        try applyCommon(config)
    }

    override func size(for images: Shape) throws -> (rows: Int, columns: Int) {
        guard bins > 1 else { throw argumentError("\(bins) bins", expected: "at least two") }
        return try super.size(for: images)
    }

    override func pictured(_ images: Tensor, _ context: CallContext) throws -> Tensor {
        guard context.training else { return images }
        let channels = images.shape[3]
        let x = images.rescaled(from: valueRange, to: [0, 255]).reshaped(-1, channels)
        let last = Double(bins - 1)
        let bin = (x * last / 255).clipped(to: 0...last).floor()
        let isOf = bin.expandedDims(axis: -1) .== Tensor.arange(bins).cast(to: dtype)
        let counts = isOf.cast(to: dtype).sum(axis: 0)
        let below = counts.cumsum(axis: -1)
        let total = below[..., (bins - 1)..<bins]
        let least = Tensor.where(below .> 0, below, total).min(axis: -1, keepDims: true)
        let rest = total - least
        let table = ((below - least) * 255 / Tensor.where(rest .== 0, rest.filled(1), rest)).round().clipped(
            to: 0...255)
        let first = Tensor.arange(channels).cast(to: dtype) * Double(bins)
        let place = ((x / 255 * last).clipped(to: 0...last).floor() + first).cast(to: .int32)
        let spread = table.reshaped(-1, 1).gathering(place).reshaped(to: x.shape)
        let isFlat = (counts .> 0).cast(to: dtype).sum(axis: -1) .<= 1
        let result = Tensor.where(isFlat, x, spread).rescaled(from: [0, 255], to: valueRange)
        return result.reshaped(to: images.shape)
    }

    public override var config: Config { super.config.merging(["bins": .int(bins)]) { $1 } }
}
