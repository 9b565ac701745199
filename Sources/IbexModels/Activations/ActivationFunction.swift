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
    private let apply: @Sendable (Tensor) -> Tensor

    public init(_ name: String, apply: @escaping @Sendable (Tensor) -> Tensor) {
        self.name = name
        self.apply = apply
    }

    public func callAsFunction(_ x: Tensor) -> Tensor { apply(x) }

    private static let all: [ActivationFunction] = [
        .linear, .relu, .relu6, .leakyRelu, .elu, .selu, .celu, .gelu, .silu, .hardSigmoid, .hardSilu, .hardTanh,
        .softplus, .softsign, .exponential, .tanh, .sigmoid, .logSigmoid, .tanhShrink, .softShrink, .hardShrink, .mish,
        .squareplus, .sparsePlus, .sparseSigmoid, .glu, .softmax, .logSoftmax,
    ]

    private static let aliases = ["swish": "silu", "hard_swish": "hard_silu"]

    /// The function of a Keras name: `relu`, `softmax`, `swish`.
    ///
    /// - Throws: `IbexError` of kind `name` where there is no such function.
    public init(_ name: String) throws(IbexError) {
        let canonical = Self.aliases[name] ?? name
        guard let found = Self.all.first(where: { $0.name == canonical }) else {
            throw IbexError(
                .name, at: "activation", found: "\"\(name)\"",
                expected: "one of " + Self.all.map(\.name).sorted().joined(separator: ", "))
        }
        self = found
    }

    /// The function that a configuration holds; linear for null.
    package init(config value: ConfigValue?) throws(IbexError) {
        guard let value, !value.isNull else {
            self = .linear
            return
        }
        guard let name = value.string ?? value.object?["config"]?.string else {
            throw IbexError(.argument, at: "activation", found: value.description, expected: "a function's name")
        }
        try self.init(name)
    }
}
