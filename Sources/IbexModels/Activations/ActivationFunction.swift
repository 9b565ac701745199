import IbexGraph

/// A function applied to the output of a layer.
///
///     Dense(64, activation: .relu)
///     Dense(64, activation: .relu(negativeSlope: 0.1))
///     Dense(64, activation: try ActivationFunction("swish"))
///     Dense(64, activation: ActivationFunction("cube") { $0 * $0 * $0 })
public struct ActivationFunction: Sendable {
    /// Keras's name, such as `relu`.
    public let name: String
    /// The arguments that are not Keras's defaults, under Keras's names.
    public let arguments: Config
    private let apply: @Sendable (Tensor) -> Tensor

    public init(_ name: String, apply: @escaping @Sendable (Tensor) -> Tensor) {
        self.init(name, [:], apply: apply)
    }

    /// A function of Keras with arguments; those that are null or the defaults are not kept.
    init(
        _ name: String, _ arguments: Config, defaults: Config = [:], apply: @escaping @Sendable (Tensor) -> Tensor
    ) {
        self.name = name
        self.arguments = arguments.filter { key, value in
            let usual = defaults[key]
            return !value.isNull && value != usual && (value.double == nil || value.double != usual?.double)
        }
        self.apply = apply
    }

    public func callAsFunction(_ x: Tensor) -> Tensor { apply(x) }
}
