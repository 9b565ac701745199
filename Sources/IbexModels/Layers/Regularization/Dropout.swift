import IbexGraph

/// Sets a share of the inputs to zero while training, and scales the others by 1 / (1 - rate)
/// (Srivastava et al., 2014); the identity otherwise.
///
///     Dropout(0.25)
public final class Dropout: NoiseLayer, ConfiguredLayer {
    /// The share that is dropped, 0 to 1.
    public let rate: Double
    /// The shape of the mask where it is broadcast; `nil` entries follow the input.
    public let noiseShape: [Int?]?

    public init(_ rate: Double, noiseShape: [Int?]? = nil, seed: UInt64? = nil, name: String? = nil) {
        self.rate = rate
        self.noiseShape = noiseShape
        super.init(seed: seed, name: name)
    }

    public convenience init(config: Config) throws {
        self.init(
            try config.double("rate", at: "Dropout"), noiseShape: config["noise_shape"]?.array?.map(\.int),
            seed: config.seed, name: config.layerName)
        try applyCommon(config)
    }

    override func check(_ input: Shape) throws {
        guard (0...1).contains(rate) else { throw argumentError("rate \(rate)", expected: "a number from 0 to 1") }
        _ = try noiseShape(noiseShape, for: input)
    }

    override func noisy(_ x: Tensor) throws -> Tensor {
        x.dropped(rate: rate, noiseShape: try noiseShape(noiseShape, for: x.shape))
    }

    public override var config: Config {
        super.config.merging(["rate": .double(rate), "noise_shape": .pattern(noiseShape)]) { $1 }
    }
}

extension ConfigValue {
    /// A shape some of whose extents follow the input.
    static func pattern(_ shape: [Int?]?) -> ConfigValue { shape.map { .array($0.map { ConfigValue($0) }) } ?? .null }
}
