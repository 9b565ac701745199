import IbexGraph
import IbexRuntime

/// Adds normally distributed noise of mean 0 while training: y = x + N(0, stddev²); the identity otherwise.
///
///     GaussianNoise(0.1)
public final class GaussianNoise: NoiseLayer, ConfiguredLayer {
    /// The noise's standard deviation, 0 to 1.
    public let stddev: Double

    public init(_ stddev: Double, seed: UInt64? = nil, name: String? = nil) {
        self.stddev = stddev
        super.init(seed: seed, name: name)
    }

    public convenience init(config: Config) throws {
        self.init(try config.double("stddev", at: "GaussianNoise"), seed: config.seed, name: config.layerName)
        try applyCommon(config)
    }

    override func check(_ input: Shape) throws {
        guard (0...1).contains(stddev) else {
            throw argumentError("stddev \(stddev)", expected: "a number from 0 to 1")
        }
    }

    override func noisy(_ x: Tensor) -> Tensor {
        stddev > 0 ? x + .randomNormal(x.shape, standardDeviation: stddev, dtype: x.dtype) : x
    }

    public override var config: Config { super.config.merging(["stddev": .double(stddev)]) { $1 } }
}

/// Multiplies by normally distributed noise of mean 1 while training (Srivastava et al., 2014):
/// y = x · N(1, rate / (1 - rate)), which varies as much as dropout of this rate; the identity otherwise.
///
///     GaussianDropout(0.25)
public final class GaussianDropout: NoiseLayer, ConfiguredLayer {
    /// The share that a dropout of the same variance drops, 0 to less than 1.
    public let rate: Double

    public init(_ rate: Double, seed: UInt64? = nil, name: String? = nil) {
        self.rate = rate
        super.init(seed: seed, name: name)
    }

    public convenience init(config: Config) throws {
        self.init(try config.double("rate", at: "GaussianDropout"), seed: config.seed, name: config.layerName)
        try applyCommon(config)
    }

    override func check(_ input: Shape) throws {
        guard (0..<1).contains(rate) else {
            throw argumentError("rate \(rate)", expected: "a number from 0 to less than 1")
        }
    }

    override func noisy(_ x: Tensor) -> Tensor {
        let deviation = (rate / (1 - rate)).squareRoot()
        return rate > 0 ? x * .randomNormal(x.shape, mean: 1, standardDeviation: deviation, dtype: x.dtype) : x
    }

    public override var config: Config { super.config.merging(["rate": .double(rate)]) { $1 } }
}
