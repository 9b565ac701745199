import IbexGraph
import IbexRuntime

/// A rectangle of the picture painted over while training, with a probability drawn from `factor`, which lies within 0...1.
///
/// The rectangle's rows and columns are √s of the picture's, each s drawn from `scale`. It is filled with `fillValue`: one
/// number, or one for each of three channels; without one with normal noise times the greatest value of a pixel. Source:
/// Zhong et al., Random Erasing Data Augmentation, 2017 (arXiv:1708.04896), as Keras has it.
///
///     RandomErasing([0.5, 0.5], scale: [0.02, 0.2], fillValue: [0], valueRange: [0, 1])
public final class RandomErasing: FactorColor, ConfiguredLayer {
    public let scale: FactorRange
    public let fillValue: [Double]?

    override class var bounds: ClosedRange<Double> { 0...1 }

    public init(
        _ factor: FactorRange = 1, scale: FactorRange = [0.02, 0.33], fillValue: [Double]? = nil,
        valueRange: [Double] = [0, 255], seed: UInt64? = nil, dataFormat: ImageDataFormat? = nil, name: String? = nil
    ) {
        self.scale = scale.from(0)
        self.fillValue = fillValue
        super.init(factor, valueRange: valueRange, seed: seed, dataFormat: dataFormat, name: name)
    }

    public override init(config: Config) throws {
        let place = "RandomErasing"
        scale = config["scale"] == nil ? [0.02, 0.33] : try config.factor("scale", at: place).from(0)
        fillValue =
            switch config["fill_value"] {
            case nil, .null: nil
            case let value?: try value.double.map { [$0] } ?? config.doubles("fill_value", at: place)
            }
        try super.init(config: config)
    }

    override func size(for images: Shape) throws -> (rows: Int, columns: Int) {
        try scale.check(self, "scale", within: 0...1)
        if let fillValue, ![1, images[3]].contains(fillValue.count) {
            throw argumentError(
                "fill value \(fillValue)", expected: "one number, or one for each of \(images[3]) channels")
        }
        return try super.size(for: images)
    }

    override func changed(_ images: Tensor) -> Tensor {
        let isErased = drawColor(FactorRange([0, 1]), for: images) .< drawFactor(for: images)
        let within = (inside(images, axis: 1) .& inside(images, axis: 2)).expandedDims(axis: -1)
        return Tensor.where(isErased .& within, filling(images), images)
    }

    /// Which rows or columns of each picture lie in its rectangle: [batch, rows, 1] or [batch, 1, columns].
    private func inside(_ images: Tensor, axis: Int) -> Tensor {
        let extent = images.shape[axis]
        let place = Tensor.arange(extent).cast(to: dtype).reshaped(axis == 1 ? [1, extent, 1] : [1, 1, extent])
        let length = draw(scale, for: images).sqrt() * Double(extent)
        let start = draw(FactorRange([0, 1]), for: images) * (Double(extent) - length)
        return (place .>= start) .& (place .< start + length)
    }

    private func filling(_ images: Tensor) -> Tensor {
        guard let fillValue else {
            return held(Tensor.randomNormal(images.shape, dtype: dtype) * valueRange[1])
        }
        return held(Tensor.constant(fillValue, [1, 1, 1, fillValue.count], dtype))
    }

    public override var config: Config {
        let fill = fillValue.map { $0.count == 1 ? .double($0[0]) : .array($0.map { .double($0) }) } ?? ConfigValue.null
        return super.config.merging(["scale": scale.configValue, "fill_value": fill]) { $1 }
    }
}
