import IbexGraph
import IbexRuntime

/// A rule that a weight is brought back to after each update.
///
///     Dense(64, kernelConstraint: .maxNorm(3))
public struct Constraint: Sendable {
    /// Keras's class name, such as `MaxNorm`.
    public let className: String
    /// Keras's arguments.
    public let config: Config
    private let project: @Sendable (Tensor) -> Tensor

    public init(_ className: String, config: Config = [:], project: @escaping @Sendable (Tensor) -> Tensor) {
        self.className = className
        self.config = config
        self.project = project
    }

    /// The nearest weight that keeps the rule.
    public func callAsFunction(_ weight: Tensor) -> Tensor { project(weight) }

    /// The constraint in Keras's wrapping.
    public var serialized: ConfigValue {
        .serialized(module: "keras.constraints", className: className, config: config)
    }

    private static var fuzz: Double { IbexRuntime.Configuration.epsilon() }

    private static func norm(_ weight: Tensor, _ axes: [Int]) -> Tensor {
        weight.square().sum(axes: axes, keepDims: true).sqrt()
    }

    /// w · min(‖w‖, max) / (ε + ‖w‖), the norm taken along `axes`: the inputs of a dense kernel.
    public static func maxNorm(_ maxValue: Double = 2, axes: [Int] = [0]) -> Constraint {
        Constraint("MaxNorm", config: ["max_value": .double(maxValue), "axis": axisValue(axes)]) { weight in
            let norm = norm(weight, axes)
            return weight * (norm.minimum(maxValue) / (norm + fuzz))
        }
    }

    /// max(w, 0).
    public static var nonNegative: Constraint { Constraint("NonNeg") { $0.maximum(0) } }

    /// w / (ε + ‖w‖).
    public static func unitNorm(axes: [Int] = [0]) -> Constraint {
        Constraint("UnitNorm", config: ["axis": axisValue(axes)]) { $0 / (norm($0, axes) + fuzz) }
    }

    private static func axisValue(_ axes: [Int]) -> ConfigValue { axes.count == 1 ? .int(axes[0]) : ConfigValue(axes) }

    /// The constraint that a configuration holds; `nil` for null.
    package static func optional(_ value: ConfigValue?) throws(IbexError) -> Constraint? {
        guard let value, !value.isNull else { return nil }
        let (className, config) =
            if let name = value.string { (name, Config()) } else { try value.wrapped(at: "constraint") }
        let axes = config["axis"]?.ints ?? config["axis"]?.int.map { [$0] } ?? [0]
        switch KerasName.snakeCase(className) {
        case "max_norm": return .maxNorm(try config.double("max_value", at: className, default: 2), axes: axes)
        case "non_neg": return .nonNegative
        case "unit_norm": return .unitNorm(axes: axes)
        default:
            throw IbexError(
                .name, at: "constraint", found: "\"\(className)\"", expected: "one of MaxNorm, NonNeg, UnitNorm")
        }
    }
}
