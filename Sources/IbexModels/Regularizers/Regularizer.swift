import IbexGraph

/// A penalty on a tensor that is added to the loss.
///
///     Dense(64, kernelRegularizer: .l2(1e-4))
///     Dense(64, kernelRegularizer: Regularizer("peak") { $0.abs().max() })
public struct Regularizer: Sendable {
    /// Keras's class name, such as `L2`.
    public let className: String
    /// Keras's arguments.
    public let config: Config
    private let penalty: @Sendable (Tensor) -> Tensor

    /// A regularizer that computes a scalar from a tensor.
    public init(_ className: String, config: Config = [:], penalty: @escaping @Sendable (Tensor) -> Tensor) {
        self.className = className
        self.config = config
        self.penalty = penalty
    }

    /// The penalty, a scalar.
    public func callAsFunction(_ tensor: Tensor) -> Tensor { penalty(tensor) }

    /// The regularizer in Keras's wrapping.
    public var serialized: ConfigValue {
        .serialized(module: "keras.regularizers", className: className, config: config)
    }

    /// l1 Σ |w|.
    public static func l1(_ l1: Double = 0.01) -> Regularizer {
        Regularizer("L1", config: ["l1": .double(l1)]) { $0.abs().sum() * l1 }
    }

    /// l2 Σ w², without ½.
    public static func l2(_ l2: Double = 0.01) -> Regularizer {
        Regularizer("L2", config: ["l2": .double(l2)]) { $0.square().sum() * l2 }
    }

    /// l1 Σ |w| + l2 Σ w².
    public static func l1l2(l1: Double = 0, l2: Double = 0) -> Regularizer {
        Regularizer("L1L2", config: ["l1": .double(l1), "l2": .double(l2)]) { weight in
            switch (l1 != 0, l2 != 0) {
            case (true, true): weight.abs().sum() * l1 + weight.square().sum() * l2
            case (true, false): weight.abs().sum() * l1
            default: weight.square().sum() * l2
            }
        }
    }
}

extension Regularizer {
    /// The regularizer of a Keras name: `l1`, `l2` (each 0.01), or a class name with its arguments.
    ///
    /// - Throws: `IbexError` of kind `name` where there is no such regularizer.
    public init(_ name: String, arguments: Config = [:]) throws(IbexError) {
        switch name {
        case "l1", "L1": self = .l1(try arguments.double("l1", at: "L1", default: 0.01))
        case "l2", "L2": self = .l2(try arguments.double("l2", at: "L2", default: 0.01))
        case "L1L2":
            self = .l1l2(
                l1: try arguments.double("l1", at: "L1L2", default: 0),
                l2: try arguments.double("l2", at: "L1L2", default: 0))
        default:
            throw IbexError(.name, at: "regularizer", found: "\"\(name)\"", expected: "one of l1, l2, L1, L2, L1L2")
        }
    }

    /// The regularizer that a configuration holds; `nil` for null.
    package static func optional(_ value: ConfigValue?) throws(IbexError) -> Regularizer? {
        guard let value, !value.isNull else { return nil }
        if let name = value.string { return try Regularizer(name) }
        let (className, config) = try value.wrapped(at: "regularizer")
        return try Regularizer(className, arguments: config)
    }
}
