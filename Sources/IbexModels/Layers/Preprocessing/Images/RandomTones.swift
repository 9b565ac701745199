import IbexGraph
import IbexRuntime

/// Pictures sharpened or smoothed at random while training: y = x + (1 - 2 f)(smooth - x), where each pixel of `smooth` is
/// 5/13 of itself and 1/13 of each neighbour. f is drawn from `factor`, which lies within 0...1; ½ changes nothing.
///
///     RandomSharpness([0.5, 1])
public final class RandomSharpness: FactorColor, ConfiguredLayer {
    override class var bounds: ClosedRange<Double> { 0...1 }

    override func changed(_ images: Tensor) -> Tensor {
        let around = images.neighbourSum(axis: 1).neighbourSum(axis: 2)
        let smooth = (around + images * 4) / 13
        return held(images + (1 - drawFactor(for: images) * 2) * (smooth - images))
    }
}

extension Tensor {
    /// Each cell with the one before and the one after it along an axis; beyond the ends are zeros.
    fileprivate func neighbourSum(axis: Int) -> Tensor {
        let margin = (0..<rank).map { $0 == axis ? 1 : 0 }
        let wide = padded(low: margin, high: margin)
        func part(_ start: Int) -> Tensor { wide.narrowed(axis: axis, start: start, count: shape[axis]) }
        return part(0) + part(1) + part(2)
    }
}

/// Colours cut to fewer bits while training: of the 8 bits of a pixel between 0 and 255 the upper ones stay.
///
/// The number of bits is drawn from the whole numbers of `factor`, within 1...8 and the upper end left out, as in Keras;
/// one number n stands for [1, n], a pair of equal numbers for that number.
///
///     RandomPosterization([3, 3])
public final class RandomPosterization: FactorColor, ConfiguredLayer {
    override class var bounds: ClosedRange<Double> { 1...8 }

    override func changed(_ images: Tensor) -> Tensor {
        let bits = drawFactor(for: images).floor().minimum(max(factor.upper - 1, factor.lower))
        let steps = Tensor.constant((0...8).map { Double(256 >> $0) }, [9, 1], dtype)
        let step = steps.gathering(bits.cast(to: .int32)).reshaped(to: bits.shape)
        let bytes = rescaled(images, to: 0...255).floor()
        return restored((bytes / step).floor() * step, from: 0...255)
    }
}

/// Pictures inverted at random while training: y = greatest value - x, with a probability drawn from `factor`, which lies
/// within 0...1.
///
///     RandomInvert([0.5, 0.5])
public final class RandomInvert: FactorColor, ConfiguredLayer {
    override class var bounds: ClosedRange<Double> { 0...1 }

    public override init(
        _ factor: FactorRange = 1, valueRange: [Double] = [0, 255], seed: UInt64? = nil,
        dataFormat: ImageDataFormat? = nil, name: String? = nil
    ) {
        super.init(factor, valueRange: valueRange, seed: seed, dataFormat: dataFormat, name: name)
    }

    public override init(config: Config) throws { try super.init(config: config) }

    override func changed(_ images: Tensor) -> Tensor {
        let isInverted = drawColor(FactorRange([0, 1]), for: images) .< drawFactor(for: images)
        return Tensor.where(isInverted, valueRange[1] - images, images)
    }
}

/// Bright pixels inverted while training: of pixels between 0 and 255, plus an addition and held within that range, those
/// from a threshold on become 255 minus themselves.
///
/// Both amounts are drawn for each picture, from their factor's lower end to 255 times its upper end, as in Keras; one
/// number f stands for [0, f]. Without factors, all pixels are inverted.
///
///     Solarization(thresholdFactor: [0, 0.5])
public final class Solarization: RandomColor, ConfiguredLayer {
    public let additionFactor: FactorRange
    public let thresholdFactor: FactorRange

    public init(
        additionFactor: FactorRange = 0, thresholdFactor: FactorRange = 0, valueRange: [Double] = [0, 255],
        seed: UInt64? = nil, dataFormat: ImageDataFormat? = nil, name: String? = nil
    ) {
        self.additionFactor = additionFactor.from(0)
        self.thresholdFactor = thresholdFactor.from(0)
        super.init(valueRange: valueRange, seed: seed, dataFormat: dataFormat, name: name)
    }

    public convenience init(config: Config) throws {
        let place = "Solarization"
        self.init(
            additionFactor: try config.factor("addition_factor", at: place),
            thresholdFactor: try config.factor("threshold_factor", at: place),
            valueRange: try config.valueRange(at: place), seed: config.seed,
            dataFormat: try config.dataFormat(at: place), name: config.layerName)
        try applyCommon(config)
    }

    override func size(for images: Shape) throws -> (rows: Int, columns: Int) {
        try additionFactor.check(self, "addition factor", within: 0...1)
        try thresholdFactor.check(self, "threshold factor", within: 0...1)
        return try super.size(for: images)
    }

    override func changed(_ images: Tensor) -> Tensor {
        func amount(_ factor: FactorRange) -> Tensor {
            let unit = drawColor(FactorRange([0, 1]), for: images)
            return unit * (factor.upper * 255 - factor.lower) + factor.lower
        }
        let added = (rescaled(images, to: 0...255) + amount(additionFactor)).clipped(to: 0...255)
        return restored(Tensor.where(added .< amount(thresholdFactor), added, 255 - added), from: 0...255)
    }

    public override var config: Config {
        super.config.merging([
            "addition_factor": additionFactor.configValue, "threshold_factor": thresholdFactor.configValue,
        ]) { $1 }
    }
}
