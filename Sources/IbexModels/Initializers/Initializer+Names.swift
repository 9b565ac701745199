import IbexGraph

extension Initializer {
    /// Whether Keras has the initializer.
    var isKeras: Bool { Self.makers[KerasName.snakeCase(className)] != nil }

    private static let aliases = [
        "normal": "random_normal", "uniform": "random_uniform", "zero": "zeros", "one": "ones",
        "identity_initializer": "identity", "orthogonal_initializer": "orthogonal",
    ]

    private static let makers: [String: @Sendable (Config, UInt64?) throws(IbexError) -> Initializer] = [
        "zeros": { _, _ in .zeros },
        "ones": { _, _ in .ones },
        "constant": { config, _ throws(IbexError) in
            .constant(try config.double("value", at: "Constant", default: 0))
        },
        "identity": { config, _ throws(IbexError) in
            .identity(gain: try config.double("gain", at: "Identity", default: 1))
        },
        "orthogonal": { config, seed throws(IbexError) in
            .orthogonal(gain: try config.double("gain", at: "Orthogonal", default: 1), seed: seed)
        },
        "random_uniform": { config, seed throws(IbexError) in
            .randomUniform(
                minval: try config.double("minval", at: "RandomUniform", default: -0.05),
                maxval: try config.double("maxval", at: "RandomUniform", default: 0.05), seed: seed)
        },
        "random_normal": { config, seed throws(IbexError) in
            .randomNormal(
                mean: try config.double("mean", at: "RandomNormal", default: 0),
                stddev: try config.double("stddev", at: "RandomNormal", default: 0.05), seed: seed)
        },
        "truncated_normal": { config, seed throws(IbexError) in
            .truncatedNormal(
                mean: try config.double("mean", at: "TruncatedNormal", default: 0),
                stddev: try config.double("stddev", at: "TruncatedNormal", default: 0.05), seed: seed)
        },
        "variance_scaling": { config, seed throws(IbexError) in
            let place = "VarianceScaling"
            let mode = try config.string("mode", at: place, default: "fan_in")
            var distribution = try config.string("distribution", at: place, default: "truncated_normal")
            if distribution == "normal" { distribution = "truncated_normal" }
            guard let fan = FanMode(rawValue: mode), let shape = Distribution(rawValue: distribution) else {
                throw IbexError(
                    .argument, at: place, found: "mode \(mode), distribution \(distribution)",
                    expected: "fan_in, fan_out or fan_avg; uniform, truncated_normal or untruncated_normal")
            }
            let scale = try config.double("scale", at: place, default: 1)
            guard scale > 0 else {
                throw IbexError(.argument, at: place, found: "scale \(scale)", expected: "a number above 0")
            }
            return .varianceScaling(
                scale: scale, mode: fan, distribution: shape, inputAxes: try config.axes("input_axes", at: place),
                outputAxes: try config.axes("output_axes", at: place), seed: seed)
        },
        "glorot_uniform": { _, seed in .glorotUniform(seed: seed) },
        "glorot_normal": { _, seed in .glorotNormal(seed: seed) },
        "he_uniform": { _, seed in .heUniform(seed: seed) },
        "he_normal": { _, seed in .heNormal(seed: seed) },
        "lecun_uniform": { _, seed in .lecunUniform(seed: seed) },
        "lecun_normal": { _, seed in .lecunNormal(seed: seed) },
    ]

    /// The initializer of a Keras name (`glorot_uniform`, `GlorotUniform`, `normal`) with its arguments.
    ///
    /// - Throws: `IbexError` of kind `name` where there is no such initializer, `argument` where an argument does not fit.
    public init(_ name: String, arguments: Config = [:]) throws(IbexError) {
        if let custom = try CustomObjects.made(\.initializers, name, arguments) {
            self = custom
            return
        }
        let snake = KerasName.snakeCase(name)
        guard let maker = Self.makers[Self.aliases[snake] ?? snake] else {
            throw IbexError(
                .name, at: "initializer", found: "\"\(name)\"",
                expected: "one of " + Self.makers.keys.sorted().joined(separator: ", "),
                remedy: "For one of your own: withCustomObjects(initializers: [\"\(name)\": …]) { … }.")
        }
        let seed = arguments["seed"]?.wholeNumber.map { UInt64(bitPattern: Int64($0)) }
        self = try maker(arguments, seed)
    }

    /// The initializer that a configuration holds: a name, or an object in Keras's wrapping.
    public init(config value: ConfigValue) throws(IbexError) {
        if let name = value.string {
            try self.init(name)
        } else {
            let (className, config) = try value.wrapped(at: "initializer")
            try self.init(className, arguments: config)
        }
    }
}
