import IbexGraph
import IbexRuntime

/// Colours turned at random around their circle while training, by up to half of it either way: the hue, from 0 to 1, moves
/// by ± f / 2, f drawn from `factor`, which lies within 0...1.
///
/// Shapes: [batch, rows, columns, 3], or channels first.
///
///     RandomHue(0.2, valueRange: [0, 1])
public final class RandomHue: FactorColor, ConfiguredLayer {
    override class var bounds: ClosedRange<Double> { 0...1 }

    override func size(for images: Shape) throws -> (rows: Int, columns: Int) {
        try checkColors(images)
        return try super.size(for: images)
    }

    override func changed(_ images: Tensor) -> Tensor {
        let coin = drawColor(FactorRange([0, 1]), for: images) .> 0.5
        let turn = drawFactor(for: images) * (0.5 - coin.cast(to: dtype))
        let (hue, saturation, value) = rescaled(images, to: 0...1).hueSaturationValue
        let moved = hue + turn
        let around = Tensor.where(moved .> 1, moved - 1, Tensor.where(moved .< 0, moved + 1, moved))
        return restored(Tensor.colors(hue: around, saturation, value).clipped(to: 0...1), from: 0...1)
    }
}

/// Saturation changed at random while training: multiplied by f / (1 - f), f drawn from `factor`, and held within
/// `valueRange`, as in Keras. At ½ it stays, at 0 colours are grey.
///
/// Shapes: [batch, rows, columns, 3], or channels first.
///
///     RandomSaturation([0.4, 0.6], valueRange: [0, 1])
public final class RandomSaturation: FactorColor, ConfiguredLayer {
    override func size(for images: Shape) throws -> (rows: Int, columns: Int) {
        try checkColors(images)
        return try super.size(for: images)
    }

    override func changed(_ images: Tensor) -> Tensor {
        let factor = drawFactor(for: images)
        let (hue, saturation, value) = images.hueSaturationValue
        return .colors(hue: hue, held(saturation * (factor / (1 - factor + 1e-7))), value)
    }
}

/// Colours faded at random while training: y = x + f · (grey - x), f drawn from `factor`; 1 gives grey.
///
/// Shapes: [batch, rows, columns, 3], or channels first.
///
///     RandomColorDegeneration([0, 0.5])
public final class RandomColorDegeneration: FactorColor, ConfiguredLayer {
    override func size(for images: Shape) throws -> (rows: Int, columns: Int) {
        try checkColors(images)
        return try super.size(for: images)
    }

    override func changed(_ images: Tensor) -> Tensor {
        held(images + drawFactor(for: images) * (images.grey - images))
    }
}

/// Pictures made grey at random while training, each with the probability `factor`.
///
/// Shapes: [batch, rows, columns, 3], or channels first.
///
///     RandomGrayscale(factor: 0.1)
public final class RandomGrayscale: RandomImageLayer, ConfiguredLayer {
    public let factor: Double

    public init(
        factor: Double = 0.5, dataFormat: ImageDataFormat? = nil, seed: UInt64? = nil, name: String? = nil
    ) {
        self.factor = factor
        super.init(seed: seed, dataFormat: dataFormat, name: name)
    }

    public convenience init(config: Config) throws {
        let place = "RandomGrayscale"
        self.init(
            factor: try config.double("factor", at: place, default: 0.5),
            dataFormat: try config.dataFormat(at: place), seed: config.seed, name: config.layerName)
        try applyCommon(config)
    }

    override func size(for images: Shape) throws -> (rows: Int, columns: Int) {
        guard (0...1).contains(factor) else {
            throw argumentError("factor \(factor)", expected: "a number from 0 to 1")
        }
        try checkColors(images)
        return try super.size(for: images)
    }

    override func changed(_ images: Tensor) -> Tensor {
        let isGrey = draw(FactorRange([0, 1]), for: images).expandedDims(axis: -1) .< factor
        return Tensor.where(isGrey, images.grey, images)
    }

    public override var config: Config { super.config.merging(["factor": .double(factor)]) { $1 } }
}

/// Brightness, contrast, saturation and hue changed at random while training, in this order; what has no factor stays.
///
///     RandomColorJitter(valueRange: [0, 1], brightnessFactor: 0.2, hueFactor: 0.1)
public final class RandomColorJitter: RandomColor, ConfiguredLayer {
    public let brightnessFactor: FactorRange?
    public let contrastFactor: FactorRange?
    public let saturationFactor: FactorRange?
    public let hueFactor: FactorRange?
    private let parts: [FactorColor]

    public init(
        valueRange: [Double] = [0, 255], brightnessFactor: FactorRange? = nil, contrastFactor: FactorRange? = nil,
        saturationFactor: FactorRange? = nil, hueFactor: FactorRange? = nil, seed: UInt64? = nil,
        dataFormat: ImageDataFormat? = nil, name: String? = nil
    ) {
        self.brightnessFactor = brightnessFactor
        self.contrastFactor = contrastFactor
        self.saturationFactor = saturationFactor
        self.hueFactor = hueFactor
        parts = [
            brightnessFactor.map { RandomBrightness($0, valueRange: valueRange, name: "brightness") },
            contrastFactor.map { RandomContrast($0, valueRange: valueRange, name: "contrast") },
            saturationFactor.map { RandomSaturation($0, valueRange: valueRange, name: "saturation") },
            hueFactor.map { RandomHue($0, valueRange: valueRange, name: "hue") },
        ].compactMap(\.self)
        super.init(valueRange: valueRange, seed: seed, dataFormat: dataFormat, name: name)
    }

    public convenience init(config: Config) throws {
        let place = "RandomColorJitter"
        func factor(_ key: String) throws(IbexError) -> FactorRange? {
            guard let value = config[key], !value.isNull else { return nil }
            return try config.factor(key, at: place)
        }
        self.init(
            valueRange: try config.valueRange(at: place), brightnessFactor: try factor("brightness_factor"),
            contrastFactor: try factor("contrast_factor"), saturationFactor: try factor("saturation_factor"),
            hueFactor: try factor("hue_factor"), seed: config.seed, dataFormat: try config.dataFormat(at: place),
            name: config.layerName)
        try applyCommon(config)
    }

    override func size(for images: Shape) throws -> (rows: Int, columns: Int) {
        for part in parts { _ = try part.size(for: images) }
        return try super.size(for: images)
    }

    override func changed(_ images: Tensor) throws -> Tensor { try parts.reduce(images) { try $1.changed($0) } }

    public override var config: Config {
        super.config.merging([
            "brightness_factor": brightnessFactor?.configValue ?? .null,
            "contrast_factor": contrastFactor?.configValue ?? .null,
            "saturation_factor": saturationFactor?.configValue ?? .null,
            "hue_factor": hueFactor?.configValue ?? .null,
        ]) { $1 }
    }
}
