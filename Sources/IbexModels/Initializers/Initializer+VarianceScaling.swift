import IbexGraph

extension Initializer {
    /// Which count of connections the variance is divided by.
    public enum FanMode: String, Sendable { case fanIn = "fan_in", fanOut = "fan_out", fanAverage = "fan_avg" }

    /// How values scatter.
    public enum Distribution: String, Sendable {
        case uniform
        case truncatedNormal = "truncated_normal"
        case untruncatedNormal = "untruncated_normal"
    }

    /// Values whose variance is scale / fan.
    ///
    /// uniform: ±√(3 s); truncated normal: deviation √s after truncation; untruncated normal: √s; with s = scale / max(1, fan).
    /// A kernel of shape [window…, in, out] has fan-in window · in and fan-out window · out. Where `inputAxes` and
    /// `outputAxes` are both given, the fans are the products of those extents.
    ///
    ///     Dense(64, kernelInitializer: .varianceScaling(scale: 2, mode: .fanOut, distribution: .uniform))
    ///
    /// A layer that is built with a scale that is not above 0, or with axes that its weight lacks, throws an `IbexError`.
    public static func varianceScaling(
        scale: Double = 1, mode: FanMode = .fanIn, distribution: Distribution = .truncatedNormal,
        inputAxes: [Int]? = nil, outputAxes: [Int]? = nil, seed: UInt64? = nil
    ) -> Initializer {
        scaling(
            "VarianceScaling", scale, mode, distribution, seed, inputAxes, outputAxes,
            [
                "scale": .double(scale), "mode": .string(mode.rawValue), "distribution": .string(distribution.rawValue),
            ])
    }

    /// Uniform within ±√(6 / (fan-in + fan-out)) (Glorot and Bengio, 2010): the default of most layers.
    public static var glorotUniform: Initializer { glorotUniform() }

    /// As `glorotUniform`, with a seed of its own where none is given.
    public static func glorotUniform(seed: UInt64? = nil) -> Initializer {
        scaling("GlorotUniform", 1, .fanAverage, .uniform, seed)
    }

    /// Truncated normal of variance 2 / (fan-in + fan-out) (Glorot and Bengio, 2010).
    public static var glorotNormal: Initializer { glorotNormal() }

    /// As `glorotNormal`, with a seed of its own where none is given.
    public static func glorotNormal(seed: UInt64? = nil) -> Initializer {
        scaling("GlorotNormal", 1, .fanAverage, .truncatedNormal, seed)
    }

    /// Uniform within ±√(6 / fan-in) (He et al., 2015).
    public static var heUniform: Initializer { heUniform() }

    /// As `heUniform`, with a seed of its own where none is given.
    public static func heUniform(seed: UInt64? = nil) -> Initializer {
        scaling("HeUniform", 2, .fanIn, .uniform, seed)
    }

    /// Truncated normal of variance 2 / fan-in (He et al., 2015).
    public static var heNormal: Initializer { heNormal() }

    /// As `heNormal`, with a seed of its own where none is given.
    public static func heNormal(seed: UInt64? = nil) -> Initializer {
        scaling("HeNormal", 2, .fanIn, .truncatedNormal, seed)
    }

    /// Uniform within ±√(3 / fan-in) (LeCun et al., 1998).
    public static var lecunUniform: Initializer { lecunUniform() }

    /// As `lecunUniform`, with a seed of its own where none is given.
    public static func lecunUniform(seed: UInt64? = nil) -> Initializer {
        scaling("LecunUniform", 1, .fanIn, .uniform, seed)
    }

    /// Truncated normal of variance 1 / fan-in (LeCun et al., 1998).
    public static var lecunNormal: Initializer { lecunNormal() }

    /// As `lecunNormal`, with a seed of its own where none is given.
    public static func lecunNormal(seed: UInt64? = nil) -> Initializer {
        scaling("LecunNormal", 1, .fanIn, .truncatedNormal, seed)
    }

    /// The connections into and out of one unit of a weight of this shape.
    package static func fans(_ shape: Shape) -> (into: Double, out: Double) {
        switch shape.rank {
        case 0: return (1, 1)
        case 1: return (Double(shape[0]), Double(shape[0]))
        default:
            let window = shape.extents.dropLast(2).reduce(1, *)
            return (Double(shape[-2] * window), Double(shape[-1] * window))
        }
    }

    private static func scaling(
        _ className: String, _ scale: Double, _ mode: FanMode, _ distribution: Distribution, _ seed: UInt64?,
        _ inputAxes: [Int]? = nil, _ outputAxes: [Int]? = nil, _ config: Config = [:]
    ) -> Initializer {
        let axes: Config = [
            "input_axes": inputAxes.map { ConfigValue($0) } ?? .null,
            "output_axes": outputAxes.map { ConfigValue($0) } ?? .null,
        ]
        return Initializer(className, seed: seed, config: config.merging(axes) { own, _ in own }) { shape in
            guard scale > 0 else { return Misfit(found: "scale \(scale)", expected: "a number above 0") }
            return .axes((inputAxes ?? []) + (outputAxes ?? []), of: shape)
        } draw: { generator, shape in
            var fans = fans(shape)
            if let inputAxes, let outputAxes {
                func product(_ axes: [Int]) -> Double { axes.reduce(1) { $0 * Double(shape[$1]) } }
                fans = (product(inputAxes), product(outputAxes))
            }
            let fan =
                switch mode {
                case .fanIn: fans.into
                case .fanOut: fans.out
                case .fanAverage: (fans.into + fans.out) / 2
                }
            let variance = scale / max(1, fan)
            switch distribution {
            case .uniform:
                let limit = (3 * variance).squareRoot()
                return generator.uniform(shape.elementCount, low: -limit, high: limit)
            case .untruncatedNormal:
                return generator.normal(shape.elementCount, mean: 0, deviation: variance.squareRoot())
            case .truncatedNormal:
                // Cutting at two deviations leaves this share of the deviation.
                let deviation = variance.squareRoot() / 0.87962566103423978
                return generator.truncatedNormal(shape.elementCount, mean: 0, deviation: deviation)
            }
        }
    }
}
