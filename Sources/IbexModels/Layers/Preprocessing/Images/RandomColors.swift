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
        try checkValueRange(valueRange)
        return try super.size(for: images)
    }

    func held(_ images: Tensor) -> Tensor { images.clipped(to: valueRange[0]...valueRange[1]) }

    /// A number for each picture, [batch, 1, 1, 1].
    func drawColor(_ range: FactorRange, for images: Tensor) -> Tensor {
        draw(range, for: images).expandedDims(axis: -1)
    }

    /// Pictures of the value range brought to another one.
    func rescaled(_ images: Tensor, to range: ClosedRange<Double>) -> Tensor {
        images.rescaled(from: valueRange, to: [range.lowerBound, range.upperBound])
    }

    /// Pictures of another range brought to the value range.
    func restored(_ images: Tensor, from range: ClosedRange<Double>) -> Tensor {
        images.rescaled(from: [range.lowerBound, range.upperBound], to: valueRange)
    }

    public override var config: Config {
        super.config.merging(["value_range": .array(valueRange.map { .double($0) })]) { $1 }
    }
}

extension Tensor {
    /// Numbers between two ends brought between two others, by the steps that Keras takes.
    func rescaled(from old: [Double], to new: [Double]) -> Tensor {
        old == new ? self : (self - old[0]) / (old[1] - old[0]) * (new[1] - new[0]) + new[0]
    }
}

/// What the layers share that change colours by an amount drawn from one range.
public class FactorColor: RandomColor {
    public let factor: FactorRange

    /// - Parameters:
    ///   - factor: what the amount is drawn from: two numbers, or one that stands for its distance from 0 both ways, as far
    ///     as the layer takes negative ones.
    ///   - valueRange: the least and the greatest value of a pixel.
    public init(
        _ factor: FactorRange, valueRange: [Double] = [0, 255], seed: UInt64? = nil,
        dataFormat: ImageDataFormat? = nil, name: String? = nil
    ) {
        self.factor = Self.settled(factor)
        super.init(valueRange: valueRange, seed: seed, dataFormat: dataFormat, name: name)
    }

    public init(config: Config) throws {
        let place = String(describing: Self.self)
        factor = Self.settled(try config.factor("factor", at: place))
        super.init(
            valueRange: try config.valueRange(at: place), seed: config.seed,
            dataFormat: try config.dataFormat(at: place), name: config.layerName)
        try applyCommon(config)
    }

    /// Between which numbers an amount may lie.
    class var bounds: ClosedRange<Double> { -1...1 }

    /// The range that is meant.
    class func settled(_ factor: FactorRange) -> FactorRange { factor.from(bounds.lowerBound) }

    override func size(for images: Shape) throws -> (rows: Int, columns: Int) {
        try factor.check(self, "factor", within: Self.bounds)
        return try super.size(for: images)
    }

    /// An amount for each picture, [batch, 1, 1, 1].
    func drawFactor(for images: Tensor) -> Tensor { drawColor(factor, for: images) }

    public override var config: Config { super.config.merging(["factor": factor.configValue]) { $1 } }
}

/// Contrast changed at random while training: y = (x - mean) · c + mean, the mean of each channel of each picture, c from
/// 1 - lower to 1 + upper.
///
/// A number stands for both ends, as Keras's documentation has it; a pair is (lower, upper).
///
///     RandomContrast(0.2, valueRange: [0, 1])
public final class RandomContrast: FactorColor, ConfiguredLayer {
    override class var bounds: ClosedRange<Double> { 0...1 }

    override class func settled(_ factor: FactorRange) -> FactorRange { FactorRange(factor.values.map(abs).sorted()) }

    override func changed(_ images: Tensor) -> Tensor {
        let mean = images.mean(axes: [1, 2], keepDims: true)
        let contrast = drawColor(FactorRange([1 - factor.lower, 1 + factor.upper]), for: images)
        return held((images - mean) * contrast + mean)
    }
}

/// Brightness changed at random while training: y = x + b · (greatest - least value), b drawn from `factor`.
///
///     RandomBrightness(0.2, valueRange: [0, 1])
public final class RandomBrightness: FactorColor, ConfiguredLayer {
    override func changed(_ images: Tensor) -> Tensor {
        held(images + drawFactor(for: images) * (valueRange[1] - valueRange[0]))
    }
}
