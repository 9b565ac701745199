import IbexGraph

extension LearningRateSchedule {
    /// Whether Keras has the schedule.
    var isKeras: Bool { Self.makers[className] != nil }

    private typealias Maker = @Sendable (Config, _ place: String) throws(IbexError) -> LearningRateSchedule

    private static let makers: [String: Maker] = [
        "ExponentialDecay": { config, place throws(IbexError) in
            .exponentialDecay(
                from: try config.double("initial_learning_rate", at: place),
                steps: try config.double("decay_steps", at: place), rate: try config.double("decay_rate", at: place),
                staircase: try config.bool("staircase", at: place, default: false),
                name: try config.string("name", at: place, default: place))
        },
        "InverseTimeDecay": { config, place throws(IbexError) in
            .inverseTimeDecay(
                from: try config.double("initial_learning_rate", at: place),
                steps: try config.double("decay_steps", at: place), rate: try config.double("decay_rate", at: place),
                staircase: try config.bool("staircase", at: place, default: false),
                name: try config.string("name", at: place, default: place))
        },
        "PolynomialDecay": { config, place throws(IbexError) in
            .polynomialDecay(
                from: try config.double("initial_learning_rate", at: place),
                steps: try config.double("decay_steps", at: place),
                to: try config.double("end_learning_rate", at: place, default: 0.0001),
                power: try config.double("power", at: place, default: 1),
                cycle: try config.bool("cycle", at: place, default: false),
                name: try config.string("name", at: place, default: place))
        },
        "PiecewiseConstantDecay": { config, place throws(IbexError) in
            let boundaries = try config.doubles("boundaries", at: place)
            let values = try config.doubles("values", at: place)
            guard values.count == boundaries.count + 1 else {
                throw IbexError(
                    .argument, at: place, found: "\(boundaries.count) boundaries and \(values.count) values",
                    expected: "one value more than boundaries")
            }
            return .piecewiseConstantDecay(
                boundaries: boundaries, values: values,
                name: try config.string("name", at: place, default: "PiecewiseConstant"))
        },
        "CosineDecay": { config, place throws(IbexError) in
            .cosineDecay(
                from: try config.double("initial_learning_rate", at: place),
                steps: try config.double("decay_steps", at: place),
                alpha: try config.double("alpha", at: place, default: 0),
                warmupTarget: try config.optionalDouble("warmup_target", at: place),
                warmupSteps: try config.double("warmup_steps", at: place, default: 0),
                name: try config.string("name", at: place, default: place))
        },
        "CosineDecayRestarts": { config, place throws(IbexError) in
            .cosineDecayRestarts(
                from: try config.double("initial_learning_rate", at: place),
                firstSteps: try config.double("first_decay_steps", at: place),
                tMul: try config.double("t_mul", at: place, default: 2),
                mMul: try config.double("m_mul", at: place, default: 1),
                alpha: try config.double("alpha", at: place, default: 0),
                name: try config.string("name", at: place, default: "SGDRDecay"))
        },
    ]

    /// The schedule of a Keras class name with its arguments.
    ///
    /// - Throws: `IbexError` of kind `name` where there is no such schedule, `argument` where an argument does not fit.
    public init(_ className: String, arguments: Config) throws(IbexError) {
        if let custom = try CustomObjects.made(\.schedules, className, arguments) {
            self = custom
            return
        }
        guard let maker = Self.makers[className] else {
            throw IbexError(
                .name, at: "learning rate schedule", found: "\"\(className)\"",
                expected: "one of " + Self.makers.keys.sorted().joined(separator: ", "),
                remedy: "For one of your own: withCustomObjects(schedules: [\"\(className)\": …]) { … }.")
        }
        self = try maker(arguments, className)
    }

    /// The schedule that a configuration holds, an object in Keras's wrapping.
    public init(config value: ConfigValue) throws(IbexError) {
        let (className, config) = try value.wrapped(at: "learning rate schedule")
        try self.init(className, arguments: config)
    }
}
