import IbexGraph
import IbexRuntime

/// What the layers share that change a picture's colours at random while training and hold them within a range.
public class RandomColor: RandomImageLayer {
    /// The least and the greatest value of a pixel.
    public let valueRange: [Double]

    init(valueRange: [Double], seed: UInt64?, dataFormat: ImageDataFormat?, name: String?) {
        self.valueRange = valueRange
        super.init(seed: seed, dataFormat: dataFormat, name: name)
    }

    override func size(for images: Shape) throws -> (rows: Int, columns: Int) {
        guard valueRange.count == 2, valueRange[0] < valueRange[1] else {
            throw argumentError("value range \(valueRange)", expected: "two numbers, the smaller first")
        }
        return try super.size(for: images)
    }

    func held(_ images: Tensor) -> Tensor { images.clipped(to: valueRange[0]...valueRange[1]) }

    /// A number for each picture, [batch, 1, 1, 1].
    func drawColor(_ range: FactorRange, for images: Tensor) -> Tensor {
        draw(range, for: images).expandedDims(axis: -1)
    }

    public override var config: Config {
        super.config.merging(["value_range": .array(valueRange.map { .double($0) })]) { $1 }
    }
}

/// Contrast changed at random while training: y = (x - mean) · c + mean, the mean of each channel of each picture, c from
/// 1 - lower to 1 + upper.
///
/// A number stands for both ends, as Keras's documentation has it; a pair is (lower, upper).
///
///     RandomContrast(0.2, valueRange: [0, 1])
public final class RandomContrast: RandomColor, ConfiguredLayer {
    public let factor: FactorRange

    public init(
        _ factor: FactorRange, valueRange: [Double] = [0, 255], seed: UInt64? = nil,
        dataFormat: ImageDataFormat? = nil, name: String? = nil
    ) {
        self.factor = FactorRange(factor.values.map(abs).sorted())
        super.init(valueRange: valueRange, seed: seed, dataFormat: dataFormat, name: name)
    }

    public convenience init(config: Config) throws {
        let place = "RandomContrast"
        let range = config["value_range"] == nil ? [0, 255] : try config.doubles("value_range", at: place)
        self.init(
            try config.factor("factor", at: place), valueRange: range, seed: config.seed,
            dataFormat: try config.dataFormat(at: place), name: config.layerName)
        try applyCommon(config)
    }

    override func size(for images: Shape) throws -> (rows: Int, columns: Int) {
        try factor.check(self, "factor", within: 0...1)
        return try super.size(for: images)
    }

    override func changed(_ images: Tensor) -> Tensor {
        let mean = images.mean(axes: [1, 2], keepDims: true)
        let contrast = drawColor(FactorRange([1 - factor.lower, 1 + factor.upper]), for: images)
        return held((images - mean) * contrast + mean)
    }

    public override var config: Config { super.config.merging(["factor": factor.configValue]) { $1 } }
}

/// Brightness changed at random while training: y = x + b · (greatest - least value), b drawn from `factor`.
///
///     RandomBrightness(0.2, valueRange: [0, 1])
public final class RandomBrightness: RandomColor, ConfiguredLayer {
    public let factor: FactorRange

    public init(
        _ factor: FactorRange, valueRange: [Double] = [0, 255], seed: UInt64? = nil,
        dataFormat: ImageDataFormat? = nil, name: String? = nil
    ) {
        self.factor = factor
        super.init(valueRange: valueRange, seed: seed, dataFormat: dataFormat, name: name)
    }

    public convenience init(config: Config) throws {
        let place = "RandomBrightness"
        let range = config["value_range"] == nil ? [0, 255] : try config.doubles("value_range", at: place)
        self.init(
            try config.factor("factor", at: place), valueRange: range, seed: config.seed,
            dataFormat: try config.dataFormat(at: place), name: config.layerName)
        try applyCommon(config)
    }

    override func size(for images: Shape) throws -> (rows: Int, columns: Int) {
        try factor.check(self, "factor", within: -1...1)
        return try super.size(for: images)
    }

    override func changed(_ images: Tensor) -> Tensor {
        held(images + drawColor(factor, for: images) * (valueRange[1] - valueRange[0]))
    }

    public override var config: Config { super.config.merging(["factor": factor.configValue]) { $1 } }
}
