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
    private let misfit: Misfit.Rule

    /// A regularizer that computes a scalar from a tensor.
    public init(_ className: String, config: Config = [:], penalty: @escaping @Sendable (Tensor) -> Tensor) {
        self.init(className, config: config, misfit: { _ in nil }, penalty: penalty)
    }

    init(
        _ className: String, config: Config, misfit: @escaping Misfit.Rule,
        penalty: @escaping @Sendable (Tensor) -> Tensor
    ) {
        self.className = className
        self.config = config
        self.misfit = misfit
        self.penalty = penalty
    }

    /// Checks the arguments, and that a tensor's shape fits.
    func check(_ shape: Shape, at place: String) throws(IbexError) {
        if let misfit = misfit(shape) { throw misfit.error(about: "regularizer \(className)", at: place) }
    }

    /// The penalty, a scalar.
    ///
    /// - Precondition: the arguments are not below zero, and the tensor's shape fits.
    public func callAsFunction(_ tensor: Tensor) -> Tensor {
        trapping { () throws(IbexError) in try check(tensor.shape, at: "regularizer") }
        return penalty(tensor)
    }

    /// The regularizer in Keras's wrapping.
    public var serialized: ConfigValue {
        .serialized(
            module: Self.makers[KerasName.snakeCase(className)] == nil ? nil : "keras.regularizers",
            className: className, config: config)
    }
}

extension Regularizer {
    /// l1 Σ |w|.
    public static func l1(_ l1: Double = 0.01) -> Regularizer {
        Regularizer("L1", config: ["l1": .double(l1)], misfit: { _ in .factors(["l1": l1]) }) { $0.abs().sum() * l1 }
    }

    /// l2 Σ w², without ½.
    public static func l2(_ l2: Double = 0.01) -> Regularizer {
        Regularizer("L2", config: ["l2": .double(l2)], misfit: { _ in .factors(["l2": l2]) }) { $0.square().sum() * l2 }
    }

    /// l1 Σ |w| + l2 Σ w².
    public static func l1l2(l1: Double = 0, l2: Double = 0) -> Regularizer {
        Regularizer("L1L2", config: ["l1": .double(l1), "l2": .double(l2)]) { _ in
            .factors(["l1": l1, "l2": l2])
        } penalty: { weight in
            switch (l1 != 0, l2 != 0) {
            case (true, true): weight.abs().sum() * l1 + weight.square().sum() * l2
            case (true, false): weight.abs().sum() * l1
            default: weight.square().sum() * l2
            }
        }
    }

    /// Which vectors of a matrix are meant.
    public enum Orientation: String, Sendable { case rows, columns }

    /// factor · the mean of |cos| over all pairs of rows, or of columns, of a matrix: 0 where they are orthogonal.
    ///
    ///     Dense(64, kernelRegularizer: .orthogonal(factor: 0.1, mode: .columns))
    ///
    /// A layer that is built with it and a weight that has not two axes throws an `IbexError`.
    public static func orthogonal(factor: Double = 0.01, mode: Orientation = .rows) -> Regularizer {
        let config: Config = ["factor": .double(factor), "mode": .string(mode.rawValue)]
        return Regularizer("OrthogonalRegularizer", config: config) { shape in
            shape.rank == 2 ? .factors(["factor": factor]) : .shape(shape, expected: "two axes")
        } penalty: { matrix in
            let vectors = mode == .rows ? matrix : matrix.transposed()
            let lengths = vectors.square().sum(axis: 1, keepDims: true).maximum(1e-14).sqrt()
            let directions = vectors / lengths
            let count = vectors.shape[0]
            let isPair = 1 - Tensor((0..<count).map { Int32($0) }).oneHot(depth: count, dtype: matrix.dtype)
            let cosines = directions.matmul(directions.transposed()).abs() * isPair
            return cosines.sum() * (factor / (Double(count) * (Double(count) - 1)))
        }
    }
}

extension Regularizer {
    private static let makers: [String: @Sendable (Config) throws(IbexError) -> Regularizer] = [
        "l1": { config throws(IbexError) in .l1(try factor("l1", config, "L1", default: 0.01)) },
        "l2": { config throws(IbexError) in .l2(try factor("l2", config, "L2", default: 0.01)) },
        "l1l2": { config throws(IbexError) in
            .l1l2(
                l1: try factor("l1", config, "L1L2", default: 0), l2: try factor("l2", config, "L1L2", default: 0))
        },
        "orthogonal_regularizer": { config throws(IbexError) in
            let place = "OrthogonalRegularizer"
            let mode = try config.string("mode", at: place, default: "rows")
            guard let orientation = Orientation(rawValue: mode) else {
                throw IbexError(.argument, at: place, found: "mode \"\(mode)\"", expected: "rows or columns")
            }
            return .orthogonal(factor: try factor("factor", config, place, default: 0.01), mode: orientation)
        },
    ]

    private static func factor(
        _ key: String, _ config: Config, _ place: String, default fallback: Double
    ) throws(IbexError) -> Double {
        let value = try config.double(key, at: place, default: fallback)
        guard value >= 0, value.isFinite else {
            throw IbexError(
                .argument, at: "\(place), key \(key)", found: "\(value)", expected: "a number of at least 0")
        }
        return value
    }

    /// The regularizer of a Keras name: `l1`, `l2` (each 0.01), or a class name with its arguments.
    ///
    /// - Throws: `IbexError` of kind `name` where there is no such regularizer, `argument` where an argument does not fit.
    public init(_ name: String, arguments: Config = [:]) throws(IbexError) {
        if let custom = try CustomObjects.made(\.regularizers, name, arguments) {
            self = custom
            return
        }
        guard let maker = Self.makers[KerasName.snakeCase(name)] else {
            throw IbexError(
                .name, at: "regularizer", found: "\"\(name)\"",
                expected: "one of " + Self.makers.keys.sorted().joined(separator: ", "),
                remedy: "For one of your own: withCustomObjects(regularizers: [\"\(name)\": …]) { … }.")
        }
        self = try maker(arguments)
    }

    /// The regularizer that a configuration holds, a name or an object in Keras's wrapping; `nil` for null.
    package static func optional(_ value: ConfigValue?) throws(IbexError) -> Regularizer? {
        guard let value, !value.isNull else { return nil }
        if let name = value.string { return try Regularizer(name) }
        let (className, config) = try value.wrapped(at: "regularizer")
        return try Regularizer(className, arguments: config)
    }
}
