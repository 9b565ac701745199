import IbexGraph
import IbexRuntime

/// How the first values of a weight are chosen.
///
/// One initializer gives the same values each time it is asked for one shape; a static member (`.glorotUniform`) makes
/// a fresh one, with a seed of its own, wherever it is written. Values are drawn on the host in double precision, so
/// they do not depend on the device.
///
///     Dense(64, kernelInitializer: .heNormal)
///     Dense(64, kernelInitializer: .randomNormal(stddev: 0.1, seed: 7))
///     Dense(64, kernelInitializer: Initializer("ramp") { shape in (0..<shape.elementCount).map(Double.init) })
public struct Initializer: Sendable {
    /// Keras's class name, such as `GlorotUniform`.
    public let className: String
    /// Keras's arguments.
    public let config: Config
    private let draw: @Sendable (Shape) -> [Double]
    private let misfit: Misfit.Rule

    /// An initializer that computes all values of a shape, row-major.
    ///
    /// A layer that is built with one that gives another number of values throws an `IbexError`.
    public init(_ className: String, config: Config = [:], values: @escaping @Sendable (Shape) -> [Double]) {
        self.init(className, config: config, misfit: { _ in nil }, values: values)
    }

    init(
        _ className: String, config: Config = [:], misfit: @escaping Misfit.Rule,
        values: @escaping @Sendable (Shape) -> [Double]
    ) {
        self.className = className
        self.config = config
        self.misfit = misfit
        draw = values
    }

    /// The values for a shape, row-major.
    ///
    /// - Precondition: the initializer takes the shape.
    public func values(for shape: Shape) -> [Double] {
        trapping { () throws(IbexError) in try checkedValues(for: shape, at: "initializer \(className)") }
    }

    /// The values for a shape.
    ///
    /// - Throws: `IbexError` of kind `argument` where the initializer does not take the shape.
    func checkedValues(for shape: Shape, at place: String) throws(IbexError) -> [Double] {
        let owner = "initializer \(className)"
        if let misfit = misfit(shape) { throw misfit.error(about: owner, at: place) }
        let values = draw(shape)
        guard values.count == shape.elementCount else {
            throw IbexError(
                .argument, at: place, found: "\(values.count) values from the \(owner)",
                expected: "\(shape.elementCount) for shape \(shape)")
        }
        return values
    }

    /// A tensor of a shape with the initial values.
    public func callAsFunction(_ shape: Shape, dtype: DType = .float32) -> Tensor {
        .constant(values(for: shape), shape, dtype)
    }

    /// The initializer in Keras's wrapping.
    public var serialized: ConfigValue {
        .serialized(module: isKeras ? "keras.initializers" : nil, className: className, config: config)
    }

    /// An initializer that draws from Philox under a seed, or one chosen now where none is given.
    init(
        _ className: String, seed: UInt64?, config: Config = [:], misfit: @escaping Misfit.Rule = { _ in nil },
        draw: @escaping @Sendable (inout Philox, Shape) -> [Double]
    ) {
        let key = seed ?? freshSeed()
        var config = config
        config["seed"] = ConfigValue(seed.map { Int(truncatingIfNeeded: $0) })
        self.init(className, config: config, misfit: misfit) { shape in
            var generator = Philox(seed: key)
            return draw(&generator, shape)
        }
    }
}
