import IbexGraph

extension Initializer {
    /// Uniform in [-0.05, 0.05).
    public static var randomUniform: Initializer { randomUniform() }

    /// Uniform in [minval, maxval).
    public static func randomUniform(
        minval: Double = -0.05, maxval: Double = 0.05, seed: UInt64? = nil
    ) -> Initializer {
        Initializer("RandomUniform", seed: seed, config: ["minval": .double(minval), "maxval": .double(maxval)]) {
            $0.uniform($1.elementCount, low: minval, high: maxval)
        }
    }

    /// Normal about 0 with deviation 0.05.
    public static var randomNormal: Initializer { randomNormal() }

    /// Normal about `mean`.
    public static func randomNormal(mean: Double = 0, stddev: Double = 0.05, seed: UInt64? = nil) -> Initializer {
        Initializer("RandomNormal", seed: seed, config: ["mean": .double(mean), "stddev": .double(stddev)]) {
            $0.normal($1.elementCount, mean: mean, deviation: stddev)
        }
    }

    /// Normal about 0 with deviation 0.05, without values beyond 0.1.
    public static var truncatedNormal: Initializer { truncatedNormal() }

    /// Normal, values beyond two deviations drawn again: the deviation of what remains is 0.88 `stddev`.
    public static func truncatedNormal(mean: Double = 0, stddev: Double = 0.05, seed: UInt64? = nil) -> Initializer {
        Initializer("TruncatedNormal", seed: seed, config: ["mean": .double(mean), "stddev": .double(stddev)]) {
            $0.truncatedNormal($1.elementCount, mean: mean, deviation: stddev)
        }
    }
}
