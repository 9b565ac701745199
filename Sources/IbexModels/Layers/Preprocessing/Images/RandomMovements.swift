import IbexGraph
import IbexRuntime

/// What the layers share that read a picture elsewhere than it lies: turned, moved, larger or smaller.
public class RandomMovement: RandomImageLayer {
    let sampling: ImageSampling

    init(sampling: ImageSampling, seed: UInt64?, dataFormat: ImageDataFormat?, name: String?) {
        self.sampling = sampling
        super.init(seed: seed, dataFormat: dataFormat, name: name)
    }

    /// Where the picture is read for rows y [1, rows, 1] and columns x [1, 1, columns] of the result, by numbers drawn
    /// for each picture [batch, 1, 1].
    func source(_ images: Tensor, _ y: Tensor, _ x: Tensor) -> (rows: Tensor, columns: Tensor) { (y, x) }

    override func changed(_ images: Tensor) -> Tensor {
        let (rows, columns) = (images.shape[1], images.shape[2])
        let y = Tensor.arange(rows).cast(to: dtype).reshaped(1, rows, 1)
        let x = Tensor.arange(columns).cast(to: dtype).reshaped(1, 1, columns)
        let places = source(images, y, x)
        let shape: Shape = [images.shape[0], rows, columns]
        return sampling(
            images, rows: places.rows.broadcast(to: shape), columns: places.columns.broadcast(to: shape))
    }

    public override var config: Config { super.config.merging(sampling.config) { $1 } }
}

/// Pictures turned about their middle while training, by a part of a full turn drawn from `factor`; positive turns go
/// counter-clockwise.
///
///     RandomRotation(0.1)             // from -36° to 36°
public final class RandomRotation: RandomMovement, ConfiguredLayer {
    public let factor: FactorRange

    public init(
        _ factor: FactorRange, fillMode: FillMode = .reflect, interpolation: PixelInterpolation = .bilinear,
        seed: UInt64? = nil, fillValue: Double = 0, dataFormat: ImageDataFormat? = nil, name: String? = nil
    ) {
        self.factor = factor
        super.init(
            sampling: ImageSampling(fillMode: fillMode, interpolation: interpolation, fillValue: fillValue),
            seed: seed, dataFormat: dataFormat, name: name)
    }

    public init(config: Config) throws {
        let place = "RandomRotation"
        factor = try config.factor("factor", at: place)
        super.init(
            sampling: try ImageSampling(config, at: place), seed: config.seed,
            dataFormat: try config.dataFormat(at: place), name: config.layerName)
        try applyCommon(config)
    }

    override func size(for images: Shape) throws -> (rows: Int, columns: Int) {
        try factor.check(self, "factor", within: -1...1)
        return try super.size(for: images)
    }

    override func source(_ images: Tensor, _ y: Tensor, _ x: Tensor) -> (rows: Tensor, columns: Tensor) {
        let angle = draw(factor, for: images) * (2 * Double.pi)
        let (middleRow, middleColumn) = (Double(images.shape[1] - 1) / 2, Double(images.shape[2] - 1) / 2)
        let (dy, dx) = (y - middleRow, x - middleColumn)
        let (sine, cosine) = (angle.sin(), angle.cos())
        return (sine * dx + cosine * dy + middleRow, cosine * dx - sine * dy + middleColumn)
    }

    public override var config: Config { super.config.merging(["factor": factor.configValue]) { $1 } }
}

/// Pictures made larger or smaller about their middle while training, by a factor of 1 plus what is drawn; positive numbers
/// zoom out. Without a width factor, both directions go together.
///
///     RandomZoom([-0.2, 0.2])
public final class RandomZoom: RandomMovement, ConfiguredLayer {
    public let heightFactor: FactorRange
    public let widthFactor: FactorRange?

    public init(
        _ heightFactor: FactorRange, widthFactor: FactorRange? = nil, fillMode: FillMode = .reflect,
        interpolation: PixelInterpolation = .bilinear, seed: UInt64? = nil, fillValue: Double = 0,
        dataFormat: ImageDataFormat? = nil, name: String? = nil
    ) {
        self.heightFactor = heightFactor
        self.widthFactor = widthFactor
        super.init(
            sampling: ImageSampling(fillMode: fillMode, interpolation: interpolation, fillValue: fillValue),
            seed: seed, dataFormat: dataFormat, name: name)
    }

    public init(config: Config) throws {
        let place = "RandomZoom"
        heightFactor = try config.factor("height_factor", at: place)
        let isAlone = config["width_factor"]?.isNull ?? true
        widthFactor = isAlone ? nil : try config.factor("width_factor", at: place)
        super.init(
            sampling: try ImageSampling(config, at: place), seed: config.seed,
            dataFormat: try config.dataFormat(at: place), name: config.layerName)
        try applyCommon(config)
    }

    override func size(for images: Shape) throws -> (rows: Int, columns: Int) {
        try heightFactor.check(self, "height factor", within: -1...1)
        try widthFactor?.check(self, "width factor", within: -1...1)
        return try super.size(for: images)
    }

    override func source(_ images: Tensor, _ y: Tensor, _ x: Tensor) -> (rows: Tensor, columns: Tensor) {
        let vertical = draw(heightFactor, for: images) + 1
        let horizontal = widthFactor.map { draw($0, for: images) + 1 } ?? vertical
        let (middleRow, middleColumn) = (Double(images.shape[1] - 1) / 2, Double(images.shape[2] - 1) / 2)
        return ((y - middleRow) * vertical + middleRow, (x - middleColumn) * horizontal + middleColumn)
    }

    public override var config: Config {
        super.config.merging([
            "height_factor": heightFactor.shortConfigValue, "width_factor": widthFactor?.shortConfigValue ?? .null,
        ]) { $1 }
    }
}

/// Pictures moved while training, by parts of their size drawn from the two factors; positive numbers move down and to the
/// right.
///
///     RandomTranslation(heightFactor: 0.1, widthFactor: 0.1)
public final class RandomTranslation: RandomMovement, ConfiguredLayer {
    public let heightFactor: FactorRange
    public let widthFactor: FactorRange

    public init(
        heightFactor: FactorRange, widthFactor: FactorRange, fillMode: FillMode = .reflect,
        interpolation: PixelInterpolation = .bilinear, seed: UInt64? = nil, fillValue: Double = 0,
        dataFormat: ImageDataFormat? = nil, name: String? = nil
    ) {
        self.heightFactor = heightFactor
        self.widthFactor = widthFactor
        super.init(
            sampling: ImageSampling(fillMode: fillMode, interpolation: interpolation, fillValue: fillValue),
            seed: seed, dataFormat: dataFormat, name: name)
    }

    public init(config: Config) throws {
        let place = "RandomTranslation"
        heightFactor = try config.factor("height_factor", at: place)
        widthFactor = try config.factor("width_factor", at: place)
        super.init(
            sampling: try ImageSampling(config, at: place), seed: config.seed,
            dataFormat: try config.dataFormat(at: place), name: config.layerName)
        try applyCommon(config)
    }

    override func size(for images: Shape) throws -> (rows: Int, columns: Int) {
        try heightFactor.check(self, "height factor", within: -1...1)
        try widthFactor.check(self, "width factor", within: -1...1)
        return try super.size(for: images)
    }

    override func source(_ images: Tensor, _ y: Tensor, _ x: Tensor) -> (rows: Tensor, columns: Tensor) {
        (
            y - draw(heightFactor, for: images) * Double(images.shape[1]),
            x - draw(widthFactor, for: images) * Double(images.shape[2])
        )
    }

    public override var config: Config {
        super.config.merging([
            "height_factor": heightFactor.shortConfigValue, "width_factor": widthFactor.shortConfigValue,
        ]) { $1 }
    }
}
