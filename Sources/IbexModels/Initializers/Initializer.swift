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

    /// An initializer that computes all values of a shape, row-major.
    public init(_ className: String, config: Config = [:], values: @escaping @Sendable (Shape) -> [Double]) {
        self.className = className
        self.config = config
        draw = values
    }

    /// The values for a shape, row-major.
    public func values(for shape: Shape) -> [Double] {
        let values = draw(shape)
        precondition(
            values.count == shape.elementCount,
            "initializer \(className): found \(values.count) values; expected \(shape.elementCount) for \(shape)")
        return values
    }

    /// A tensor of a shape with the initial values.
    public func callAsFunction(_ shape: Shape, dtype: DType = .float32) -> Tensor {
        .constant(values(for: shape), shape, dtype)
    }

    /// The initializer in Keras's wrapping.
    public var serialized: ConfigValue {
        .serialized(module: "keras.initializers", className: className, config: config)
    }

    /// An initializer that draws from Philox under a seed, or one chosen now where none is given.
    init(
        _ className: String, seed: UInt64?, config: Config = [:],
        draw: @escaping @Sendable (inout Philox, Shape) -> [Double]
    ) {
        let key = seed ?? freshSeed()
        var config = config
        config["seed"] = ConfigValue(seed.map { Int(truncatingIfNeeded: $0) })
        self.init(className, config: config) { shape in
            var generator = Philox(seed: key)
            return draw(&generator, shape)
        }
    }
}
