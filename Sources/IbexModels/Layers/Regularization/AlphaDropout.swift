import IbexGraph
import IbexRuntime

/// A dropout that keeps mean and variance of self-normalizing networks (Klambauer et al., 2017); the identity when not
/// training.
///
/// With α' = -1.0507 · 1.6733, dropped elements become α', and all go through y = a x + b, where
/// a = ((1 - rate)(1 + rate α'²))^-½ and b = -a α' rate.
///
///     Sequential([Dense(64, activation: .selu, kernelInitializer: .lecunNormal), AlphaDropout(0.1)])
public final class AlphaDropout: NoiseLayer, ConfiguredLayer {
    /// The share that is dropped, 0 to less than 1.
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
            try config.double("rate", at: "AlphaDropout"), noiseShape: config["noise_shape"]?.array?.map(\.int),
            seed: config.seed, name: config.layerName)
        try applyCommon(config)
    }

    override func check(_ input: Shape) throws {
        guard (0..<1).contains(rate) else {
            throw argumentError("rate \(rate)", expected: "a number from 0 to less than 1")
        }
        _ = try noiseShape(noiseShape, for: input)
    }

    override func noisy(_ x: Tensor) throws -> Tensor {
        guard rate > 0 else { return x }
        let dropped = -1.6732632423543772 * 1.0507009873554805
        let a = 1 / ((1 - rate) * (1 + rate * dropped * dropped)).squareRoot()
        let kept = Tensor.randomUniform(try noiseShape(noiseShape, for: x.shape)) .>= rate
        return Tensor.where(kept, x, x.filled(dropped)) * a - a * dropped * rate
    }

    public override var config: Config {
        super.config.merging(["rate": .double(rate), "noise_shape": .pattern(noiseShape)]) { $1 }
    }
}
