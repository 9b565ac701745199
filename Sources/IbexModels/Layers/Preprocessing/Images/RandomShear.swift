import IbexGraph
import IbexRuntime

/// Pictures sheared at random while training: the result shows at (x, y) what the picture has at (x + s y, y + t x), s
/// drawn from `xFactor` and t from `yFactor`, both of one sign drawn as well; x and y count pixels from the first one.
///
/// Factors lie within 0...1; one number f stands for -f to f.
///
///     RandomShear(xFactor: 0.2)
public final class RandomShear: RandomMovement, ConfiguredLayer {
    public let xFactor: FactorRange
    public let yFactor: FactorRange

    public init(
        xFactor: FactorRange = 0, yFactor: FactorRange = 0, interpolation: PixelInterpolation = .bilinear,
        fillMode: FillMode = .reflect, fillValue: Double = 0, dataFormat: ImageDataFormat? = nil, seed: UInt64? = nil,
        name: String? = nil
    ) {
        self.xFactor = xFactor
        self.yFactor = yFactor
        super.init(
            sampling: ImageSampling(fillMode: fillMode, interpolation: interpolation, fillValue: fillValue),
            seed: seed, dataFormat: dataFormat, name: name)
    }

    public init(config: Config) throws {
        let place = "RandomShear"
        xFactor = try config.factor("x_factor", at: place)
        yFactor = try config.factor("y_factor", at: place)
        super.init(
            sampling: try ImageSampling(config, at: place), seed: config.seed,
            dataFormat: try config.dataFormat(at: place), name: config.layerName)
        try applyCommon(config)
    }

    override func size(for images: Shape) throws -> (rows: Int, columns: Int) {
        for (name, factor) in [("x factor", xFactor), ("y factor", yFactor)] {
            let isAround = factor.values == [-factor.upper, factor.upper]
            try factor.check(self, name, within: (isAround ? -1 : 0)...1)
        }
        return try super.size(for: images)
    }

    override func source(_ images: Tensor, _ y: Tensor, _ x: Tensor) -> (rows: Tensor, columns: Tensor) {
        let sign = 1 - (draw(FactorRange([0, 1]), for: images) .> 0.5).cast(to: dtype) * 2
        return (
            y + draw(yFactor, for: images) * sign * x, x + draw(xFactor, for: images) * sign * y
        )
    }

    public override var config: Config {
        super.config.merging(["x_factor": xFactor.configValue, "y_factor": yFactor.configValue]) { $1 }
    }
}
