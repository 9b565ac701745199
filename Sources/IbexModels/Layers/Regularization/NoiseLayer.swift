import IbexGraph
import IbexRuntime

/// What the layers share that change their input at random while training and hand it on otherwise.
///
/// With a seed, two layers of one seed draw the same numbers.
public class NoiseLayer: Layer {
    public let seed: UInt64?

    init(seed: UInt64?, name: String?) {
        self.seed = seed
        super.init(name: name)
    }

    /// The input with the noise of a training step.
    func noisy(_ x: Tensor) throws -> Tensor { x }

    /// Checks the arguments and the input's shape.
    func check(_ input: Shape) throws {}

    public override var supportsMasking: Bool { true }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let input = try single(inputs)
        try check(input)
        return [input]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        guard context.training else { return input }
        let x = input.cast(to: dtype)
        return try seed.map { try withRandomSeed($0) { try noisy(x) } } ?? noisy(x)
    }

    public override var config: Config { super.config.merging(["seed": ConfigValue(seed: seed)]) { $1 } }

    /// The shape of noise that is drawn once along some axes: `nil` entries follow the input.
    func noiseShape(_ pattern: [Int?]?, for input: Shape) throws(IbexError) -> Shape {
        guard let pattern else { return input }
        guard pattern.count == input.rank else {
            throw shapeError(input, expected: "\(pattern.count) axes, as the noise shape has")
        }
        guard pattern.allSatisfy({ $0 ?? 0 >= 0 }) else {
            throw argumentError("noise shape \(pattern.map { $0 ?? -1 })", expected: "no negative extent")
        }
        let shape = Shape(zip(pattern, input.extents).map { $0 ?? $1 })
        guard shape.broadcast(with: input) == input else {
            throw shapeError(input, expected: "a shape that the noise shape \(shape) broadcasts to")
        }
        return shape
    }
}

extension Tensor {
    /// Elements set to zero with probability `rate`, the others times 1 / (1 - rate); one draw for each element of
    /// `noiseShape`.
    func dropped(rate: Double, noiseShape: Shape) -> Tensor {
        guard rate > 0 else { return self }
        guard rate < 1 else { return filled(0) }
        return .where(
            .randomUniform(noiseShape) .>= rate, self * (1 / (1 - rate)), filled(0))
    }
}
