import IbexGraph
import IbexRuntime

/// Pictures mirrored at random while training, each with even odds.
///
/// One coin for a picture drives both directions, as in Keras 3: `.horizontalAndVertical` turns it by half a turn or leaves
/// it.
///
///     RandomFlip(.horizontal)
public final class RandomFlip: RandomImageLayer, ConfiguredLayer {
    /// Which way pictures are mirrored.
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        /// Left and right change places.
        case horizontal
        /// Top and bottom change places.
        case vertical
        case horizontalAndVertical = "horizontal_and_vertical"
    }

    public let mode: Mode

    public init(
        _ mode: Mode = .horizontalAndVertical, seed: UInt64? = nil, dataFormat: ImageDataFormat? = nil,
        name: String? = nil
    ) {
        self.mode = mode
        super.init(seed: seed, dataFormat: dataFormat, name: name)
    }

    public convenience init(config: Config) throws {
        let place = "RandomFlip"
        self.init(
            try config.choice("mode", at: place, default: .horizontalAndVertical), seed: config.seed,
            dataFormat: try config.dataFormat(at: place), name: config.layerName)
        try applyCommon(config)
    }

    override func changed(_ images: Tensor) -> Tensor {
        let axes =
            switch mode {
            case .horizontal: [2]
            case .vertical: [1]
            case .horizontalAndVertical: [1, 2]
            }
        let coin = Tensor.randomUniform([images.shape[0], 1, 1, 1]) .< 0.5
        return Tensor.where(coin, images.flipped(axes: axes), images)
    }

    public override var config: Config { super.config.merging(["mode": .string(mode.rawValue)]) { $1 } }
}
