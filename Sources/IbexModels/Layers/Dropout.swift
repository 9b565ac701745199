import IbexGraph
import IbexRuntime

/// Sets a share of the inputs to zero while training, and scales the others by 1 / (1 - rate)
/// (Srivastava et al., 2014); the identity otherwise.
///
///     Dropout(0.25)
public final class Dropout: Layer, ConfiguredLayer {
    /// The share that is dropped, 0 to 1.
    public let rate: Double
    /// The shape of the mask where it is broadcast; `nil` entries follow the input.
    public let noiseShape: [Int?]?
    public let seed: UInt64?

    public init(_ rate: Double, noiseShape: [Int?]? = nil, seed: UInt64? = nil, name: String? = nil) {
        self.rate = rate
        self.noiseShape = noiseShape
        self.seed = seed
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        self.init(
            try config.double("rate", at: "Dropout"), noiseShape: config["noise_shape"]?.array?.map(\.int),
            seed: config["seed"]?.int.map { UInt64(bitPattern: Int64($0)) }, name: config["name"]?.string)
        try applyCommon(config)
    }

    public override func build(_ inputs: [Shape]) throws {
        guard (0...1).contains(rate) else {
            throw argumentError("rate \(rate)", expected: "a number from 0 to 1")
        }
        _ = try mask(for: try single(inputs))
    }

    private func mask(for input: Shape) throws(IbexError) -> Shape {
        guard let noiseShape else { return input }
        guard noiseShape.count == input.rank else {
            throw shapeError(input, expected: "\(noiseShape.count) axes, as the noise shape has")
        }
        let mask = Shape(zip(noiseShape, input.extents).map { $0 ?? $1 })
        guard mask.broadcast(with: input) == input else {
            throw shapeError(input, expected: "a shape that the noise shape \(mask) broadcasts to")
        }
        return mask
    }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] { [try single(inputs)] }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        guard context.training, rate > 0 else { return input }
        guard rate < 1 else { return input * 0 }
        let shape = try mask(for: input.shape)
        let noise =
            if let seed { withRandomSeed(seed) { Tensor.randomUniform(shape) } } else { Tensor.randomUniform(shape) }
        return Tensor.where(noise .>= rate, input * (1 / (1 - rate)), input.filled(0))
    }

    public override var config: Config {
        super.config.merging([
            "rate": .double(rate), "seed": ConfigValue(seed.map { Int(truncatingIfNeeded: $0) }),
            "noise_shape": noiseShape.map { .array($0.map { ConfigValue($0) }) } ?? .null,
        ]) { $1 }
    }
}
