import IbexGraph
import IbexRuntime

/// A part of each picture, at a place drawn at random while training; otherwise the middle part of these proportions,
/// resized. Pictures that are not larger both ways are resized while training too, as in Keras.
///
/// Shapes: [batch, rows, columns, channels] to [batch, height, width, channels], or channels first.
///
///     RandomCrop(height: 24, width: 24)
public final class RandomCrop: RandomImageLayer, ConfiguredLayer {
    public let height: Int
    public let width: Int

    public init(
        height: Int, width: Int, seed: UInt64? = nil, dataFormat: ImageDataFormat? = nil, name: String? = nil
    ) {
        self.height = height
        self.width = width
        super.init(seed: seed, dataFormat: dataFormat, name: name)
    }

    public convenience init(config: Config) throws {
        let place = "RandomCrop"
        self.init(
            height: try config.int("height", at: place), width: try config.int("width", at: place), seed: config.seed,
            dataFormat: try config.dataFormat(at: place), name: config.layerName)
        try applyCommon(config)
    }

    override func size(for images: Shape) throws -> (rows: Int, columns: Int) {
        try checkSize(height, width)
        return (height, width)
    }

    override func changed(_ images: Tensor) -> Tensor {
        let (below, beside) = (images.shape[1] - height, images.shape[2] - width)
        guard below > 0, beside > 0 else { return unchanged(images) }
        func places(_ count: Int, _ room: Int) -> Tensor {
            draw(FactorRange([0, Double(room + 1)]), for: images).floor().minimum(Double(room))
        }
        let rows = places(height, below) + Tensor.arange(height).reshaped(1, height, 1)
        let columns = places(width, beside) + Tensor.arange(width).reshaped(1, 1, width)
        let shape: Shape = [images.shape[0], height, width]
        return ImageSampling(fillMode: .nearest, interpolation: .nearest, fillValue: 0)(
            images, rows: rows.broadcast(to: shape), columns: columns.broadcast(to: shape))
    }

    override func unchanged(_ images: Tensor) -> Tensor {
        images.croppedToAspect(rows: height, columns: width).resized(rows: height, columns: width, .bilinear)
    }

    public override var config: Config {
        super.config.merging(["height": .int(height), "width": .int(width)]) { $1 }
    }
}
