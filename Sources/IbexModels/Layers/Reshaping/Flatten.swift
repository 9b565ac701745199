import IbexGraph
import IbexRuntime

/// All axes but the batch laid into one: [batch, …] to [batch, product].
///
/// With `channels_first` the channel axis goes last before, so that weights after it fit both formats.
public final class Flatten: Layer, ConfiguredLayer {
    public let dataFormat: ImageDataFormat

    public init(dataFormat: ImageDataFormat? = nil, name: String? = nil) {
        self.dataFormat = dataFormat ?? defaultDataFormat()
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        self.init(dataFormat: try config.dataFormat(at: "Flatten"), name: config.layerName)
        try applyCommon(config)
    }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let input = try single(inputs)
        guard input.rank >= 1 else { throw shapeError(input, expected: "a batch axis") }
        return [[input[0], input.extents.dropFirst().reduce(1, *)]]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        let shape = try outputShapes(for: [input.shape])[0]
        guard dataFormat == .channelsFirst, input.rank >= 3 else { return input.reshaped(to: shape) }
        return input.transposed([0] + Array(2..<input.rank) + [1]).reshaped(to: shape)
    }

    public override var config: Config {
        super.config.merging(["data_format": .string(dataFormat.rawValue)]) { $1 }
    }
}
