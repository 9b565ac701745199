import IbexGraph
import IbexRuntime

/// What batch renormalization holds its correction within: r between `rmin` and `rmax`, d between -`dmax` and `dmax`; what
/// is not given does not hold.
///
///     BatchNormalization(renorm: true, renormClipping: RenormClipping(rmax: 3, dmax: 5))
public struct RenormClipping: Sendable, Hashable {
    public var rmax: Double?
    public var rmin: Double?
    public var dmax: Double?

    public init(rmax: Double? = nil, rmin: Double? = nil, dmax: Double? = nil) {
        self.rmax = rmax
        self.rmin = rmin
        self.dmax = dmax
    }
}

/// What batch renormalization does beside batch normalization, which has the formula.
struct BatchRenormalization {
    var clipping: RenormClipping
    /// What mean' and σ' keep of themselves at each step.
    var momentum: Double

    func check(_ layer: Layer) throws(IbexError) {
        if let rmin = clipping.rmin, let rmax = clipping.rmax, rmax < rmin {
            throw layer.argumentError("rmax \(rmax) and rmin \(rmin)", expected: "an rmax of at least rmin")
        }
        if let dmax = clipping.dmax, dmax < 0 {
            throw layer.argumentError("dmax \(dmax)", expected: "a number of at least 0")
        }
    }

    /// r and d for a batch, as given numbers.
    func correction(
        _ mean: Tensor, _ deviation: Tensor, _ statistics: Statistics, epsilon: Double
    ) -> (r: Tensor, d: Tensor) {
        let known = statistics.deviation.value.reshaped(to: mean.shape).maximum(epsilon.squareRoot())
        var r = deviation / known
        var d = (mean - statistics.mean.value.reshaped(to: mean.shape)) / known
        if let rmin = clipping.rmin { r = r.maximum(rmin) }
        if let rmax = clipping.rmax { r = r.minimum(rmax) }
        if let dmax = clipping.dmax { d = d.clipped(to: -dmax...dmax) }
        return (r.stopGradient(), d.stopGradient())
    }

    /// Moves mean' and σ' on.
    func follow(_ mean: Tensor, _ deviation: Tensor, _ statistics: Statistics) {
        _ = statistics.mean.follow(mean, momentum: momentum)
        _ = statistics.deviation.follow(deviation, momentum: momentum)
    }
}

extension BatchRenormalization {
    /// The weights that it needs.
    struct Statistics {
        /// σ as the trained model uses it; its square is the moving variance.
        let movingDeviation: Variable
        let mean: Variable
        let deviation: Variable

        init(of layer: BatchNormalization, shape: Shape) {
            let variance = layer.movingVarianceInitializer
            let root = Initializer("Sqrt") { shape in variance.values(for: shape).map { $0.squareRoot() } }
            func weight(_ name: String, _ initializer: Initializer) -> Variable {
                layer.addWeight(name: name, shape: shape, initializer: initializer, trainable: false)
            }
            movingDeviation = weight("moving_stddev", root)
            mean = weight("renorm_mean", layer.movingMeanInitializer)
            deviation = weight("renorm_stddev", root)
        }
    }

    /// What a configuration of Keras's says of it; `nil` where `renorm` is not on.
    init?(_ config: Config, at place: String) throws(IbexError) {
        guard try config.bool("renorm", at: place, default: false) else { return nil }
        let value = config["renorm_clipping"] ?? .null
        guard let numbers = value.isNull ? [:] : value.object,
            Set(numbers.keys).isSubset(of: ["rmax", "rmin", "dmax"])
        else {
            throw IbexError(
                .argument, at: "\(place), key renorm_clipping", found: value.description,
                expected: "an object with rmax, rmin and dmax, or some of them")
        }
        clipping = RenormClipping(
            rmax: try numbers.optionalDouble("rmax", at: place), rmin: try numbers.optionalDouble("rmin", at: place),
            dmax: try numbers.optionalDouble("dmax", at: place))
        momentum = try config.double("renorm_momentum", at: place, default: 0.99)
    }

    /// The keys of Keras's configuration.
    static func config(_ renormalization: BatchRenormalization?) -> Config {
        guard let renormalization else { return ["renorm": false, "renorm_clipping": nil, "renorm_momentum": 0.99] }
        let given = renormalization.clipping
        let limits = [("rmax", given.rmax), ("rmin", given.rmin), ("dmax", given.dmax)]
        let clipping = Config(
            uniqueKeysWithValues: limits.compactMap { name, limit in limit.map { (name, .double($0)) } })
        return [
            "renorm": true, "renorm_clipping": .object(clipping), "renorm_momentum": .double(renormalization.momentum),
        ]
    }
}

extension Variable {
    /// Moves towards a value, keeping the share `momentum` of what was there; what it comes to.
    func follow(_ value: Tensor, momentum: Double) -> Tensor {
        let moved = self.value * momentum + value.reshaped(to: shape) * (1 - momentum)
        assign(moved)
        return moved
    }
}
