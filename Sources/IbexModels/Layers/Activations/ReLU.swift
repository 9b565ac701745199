import IbexGraph

/// The rectifier as a layer: `maxValue` where x ≥ maxValue, x from `threshold` on, negativeSlope · (x - threshold) below.
///
///     ReLU(maxValue: 6)
public final class ReLU: Layer, ConfiguredLayer {
    /// No bound where it is `nil`.
    public let maxValue: Double?
    public let negativeSlope: Double
    public let threshold: Double

    public init(maxValue: Double? = nil, negativeSlope: Double = 0, threshold: Double = 0, name: String? = nil) {
        self.maxValue = maxValue
        self.negativeSlope = negativeSlope
        self.threshold = threshold
        super.init(name: name)
    }

    public convenience init(config: Config) throws {
        self.init(
            maxValue: try config.optionalDouble("max_value", at: "ReLU"),
            negativeSlope: try config.double("negative_slope", at: "ReLU", default: 0),
            threshold: try config.double("threshold", at: "ReLU", default: 0), name: config.layerName)
        try applyCommon(config)
    }

    public override var supportsMasking: Bool { true }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        for (name, value) in [
            ("max value", maxValue ?? 0), ("negative slope", negativeSlope), ("threshold", threshold),
        ]
        where value < 0 {
            throw argumentError("\(name) \(value)", expected: "a number that is not negative")
        }
        return [try single(inputs)]
    }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        let function = ActivationFunction.relu(negativeSlope: negativeSlope, maxValue: maxValue, threshold: threshold)
        return function(input.cast(to: dtype))
    }

    public override var config: Config {
        super.config.merging([
            "max_value": ConfigValue(maxValue), "negative_slope": .double(negativeSlope),
            "threshold": .double(threshold),
        ]) { $1 }
    }
}

/// x where positive, negativeSlope · x elsewhere (Maas et al., 2013). The activation function's slope is 0.2, the layer's
/// 0.3, as in Keras.
///
///     LeakyReLU(negativeSlope: 0.1)
public final class LeakyReLU: Layer, ConfiguredLayer {
    public let negativeSlope: Double

    public init(negativeSlope: Double = 0.3, name: String? = nil) {
        self.negativeSlope = negativeSlope
        super.init(name: name)
    }

    /// Reads Keras 2's name of the slope, `alpha`, too.
    public convenience init(config: Config) throws {
        let key = config["negative_slope"] == nil && config["alpha"] != nil ? "alpha" : "negative_slope"
        self.init(negativeSlope: try config.double(key, at: "LeakyReLU", default: 0.3), name: config.layerName)
        try applyCommon(config)
    }

    public override var supportsMasking: Bool { true }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] { [try single(inputs)] }

    public override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        ActivationFunction.leakyRelu(negativeSlope: negativeSlope)(input.cast(to: dtype))
    }

    public override var config: Config {
        super.config.merging(["negative_slope": .double(negativeSlope)]) { $1 }
    }
}
