import IbexGraph
import IbexRuntime

/// A rule that a weight is brought back to after each update.
///
///     Dense(64, kernelConstraint: .maxNorm(3))
///     Dense(64, kernelConstraint: Constraint("halves") { ($0 * 2).round() / 2 })
public struct Constraint: Sendable {
    /// Keras's class name, such as `MaxNorm`.
    public let className: String
    /// Keras's arguments.
    public let config: Config
    private let project: @Sendable (Tensor) -> Tensor
    private let misfit: Misfit.Rule

    /// A constraint that computes the weight that keeps the rule, of the same shape and type.
    public init(_ className: String, config: Config = [:], project: @escaping @Sendable (Tensor) -> Tensor) {
        self.init(className, config: config, misfit: { _ in nil }, project: project)
    }

    private init(
        _ className: String, config: Config, misfit: @escaping Misfit.Rule,
        project: @escaping @Sendable (Tensor) -> Tensor
    ) {
        self.className = className
        self.config = config
        self.misfit = misfit
        self.project = project
    }

    /// A constraint of norms along axes.
    private init(
        _ className: String, config: Config, axis: Axes, project: @escaping @Sendable (Tensor) -> Tensor
    ) {
        let config = config.merging(["axis": axis.configValue]) { $1 }
        self.init(className, config: config, misfit: { .axes(axis.values, of: $0) }, project: project)
    }

    /// Checks that a weight's shape fits.
    func check(_ shape: Shape, at place: String) throws(IbexError) {
        if let misfit = misfit(shape) { throw misfit.error(about: "constraint \(className)", at: place) }
    }

    /// The nearest weight that keeps the rule.
    public func callAsFunction(_ weight: Tensor) -> Tensor { project(weight) }

    /// The constraint in Keras's wrapping.
    public var serialized: ConfigValue {
        .serialized(
            module: Self.makers[KerasName.snakeCase(className)] == nil ? nil : "keras.constraints",
            className: className, config: config)
    }
}

extension Constraint {
    /// w · min(‖w‖, max) / (ε + ‖w‖), the norm taken along `axis`: by default the inputs of a dense kernel.
    ///
    ///     Conv2D(32, kernelSize: 3, kernelConstraint: .maxNorm(2, axis: [0, 1, 2]))
    public static func maxNorm(_ maxValue: Double = 2, axis: Axes = 0) -> Constraint {
        Constraint("MaxNorm", config: ["max_value": .double(maxValue)], axis: axis) { weight in
            let norm = norm(weight, axis)
            return weight * (norm.minimum(maxValue) / (norm + fuzz))
        }
    }

    /// w · (rate · clip(‖w‖, min, max) + (1 - rate) ‖w‖) / (ε + ‖w‖), the norm taken along `axis`.
    ///
    /// With a rate below 1 a weight comes nearer to the range with each step; with 1 it is inside at once.
    public static func minMaxNorm(
        minValue: Double = 0, maxValue: Double = 1, rate: Double = 1, axis: Axes = 0
    ) -> Constraint {
        let config: Config = [
            "min_value": .double(minValue), "max_value": .double(maxValue), "rate": .double(rate),
        ]
        return Constraint("MinMaxNorm", config: config, axis: axis) { weight in
            let norm = norm(weight, axis)
            let wanted = norm.maximum(minValue).minimum(maxValue) * rate + norm * (1 - rate)
            return weight * (wanted / (norm + fuzz))
        }
    }

    /// max(w, 0).
    public static var nonNeg: Constraint { Constraint("NonNeg") { $0.maximum(0) } }

    /// w / (ε + ‖w‖), the norm taken along `axis`.
    public static func unitNorm(axis: Axes = 0) -> Constraint {
        Constraint("UnitNorm", config: [:], axis: axis) { $0 / (norm($0, axis) + fuzz) }
    }

    private static var fuzz: Double { IbexRuntime.Configuration.epsilon() }

    private static func norm(_ weight: Tensor, _ axis: Axes) -> Tensor {
        weight.square().sum(axes: axis.values, keepDims: true).sqrt()
    }
}

extension Constraint {
    private static let makers: [String: @Sendable (Config) throws(IbexError) -> Constraint] = [
        "max_norm": { config throws(IbexError) in
            .maxNorm(
                try config.double("max_value", at: "MaxNorm", default: 2),
                axis: try config.axes("axis", at: "MaxNorm", default: 0))
        },
        "min_max_norm": { config throws(IbexError) in
            .minMaxNorm(
                minValue: try config.double("min_value", at: "MinMaxNorm", default: 0),
                maxValue: try config.double("max_value", at: "MinMaxNorm", default: 1),
                rate: try config.double("rate", at: "MinMaxNorm", default: 1),
                axis: try config.axes("axis", at: "MinMaxNorm", default: 0))
        },
        "non_neg": { _ in .nonNeg },
        "unit_norm": { config throws(IbexError) in
            .unitNorm(axis: try config.axes("axis", at: "UnitNorm", default: 0))
        },
    ]

    /// The constraint of a Keras name (`max_norm`, `MaxNorm`) with its arguments.
    ///
    /// - Throws: `IbexError` of kind `name` where there is no such constraint, `argument` where an argument does not fit.
    public init(_ name: String, arguments: Config = [:]) throws(IbexError) {
        if let custom = try CustomObjects.made(\.constraints, name, arguments) {
            self = custom
            return
        }
        guard let maker = Self.makers[KerasName.snakeCase(name)] else {
            throw IbexError(
                .name, at: "constraint", found: "\"\(name)\"",
                expected: "one of " + Self.makers.keys.sorted().joined(separator: ", "),
                remedy: "For one of your own: withCustomObjects(constraints: [\"\(name)\": …]) { … }.")
        }
        self = try maker(arguments)
    }

    /// The constraint that a configuration holds, a name or an object in Keras's wrapping; `nil` for null.
    package static func optional(_ value: ConfigValue?) throws(IbexError) -> Constraint? {
        guard let value, !value.isNull else { return nil }
        if let name = value.string { return try Constraint(name) }
        let (className, config) = try value.wrapped(at: "constraint")
        return try Constraint(className, arguments: config)
    }
}
