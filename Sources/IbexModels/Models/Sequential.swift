import IbexGraph
import IbexRuntime

/// Layers in a row, each fed with the result of the one before.
///
///     let model = Sequential([
///         Input(shape: [28, 28, 1]),
///         Conv2D(32, kernelSize: 3, activation: .relu),
///         MaxPooling2D(2),
///         Flatten(),
///         Dense(10, activation: .softmax),
///     ])
///
/// The same with a result builder: `Sequential { Input(shape: [784]); Dense(10) }`. Without an `Input` the weights are
/// made at the first call.
public final class Sequential: Model {
    private var stack: [Layer] = []

    public init(_ layers: [Layer] = [], name: String? = nil) {
        super.init(name: name)
        stack = layers
        buildFromInput()
    }

    public convenience init(name: String? = nil, @LayerBuilder _ layers: () -> [Layer]) {
        self.init(layers(), name: name)
    }

    /// Puts a layer at the end.
    public func add(_ layer: Layer) {
        stack.append(layer)
        compilation?.forgetSteps()
        isBuilt = false
        buildFromInput()
    }

    /// Takes the last layer off.
    @discardableResult
    public func pop() -> Layer? {
        compilation?.forgetSteps()
        return stack.popLast()
    }

    public override var layers: [Layer] { stack.filter { !($0 is InputLayer) } }

    var input: InputLayer? { stack.first as? InputLayer }

    /// Makes the weights at once where the input is known. An error is not lost: the next use of the model builds
    /// again and throws it.
    private func buildFromInput() {
        guard let input, stack.count > 1 else { return }
        try? buildIfNeeded([input.batchShape])
    }

    public override func build(_ inputs: [Shape]) throws {
        guard !layers.isEmpty else {
            throw IbexError(.state, at: place, found: "a model without layers", expected: "at least one layer")
        }
        var names: Set<String> = []
        for layer in stack where !names.insert(layer.name).inserted {
            throw IbexError(
                .name, at: place, found: "two layers named \"\(layer.name)\"", expected: "a name of its own for each")
        }
        _ = try stack.reduce(inputs) { shapes, layer in
            try layer.buildIfNeeded(shapes)
            return try layer.outputShapes(for: shapes)
        }
    }

    public override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        guard !Layer.onlyChecks else { return [] }
        return try stack.reduce(inputs) { try $1.outputShapes(for: $0) }
    }

    public override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        try stack.reduce(inputs) { try $1.apply($0, context) }
    }

    public override var config: Config {
        var config = super.config
        config["layers"] = .array(
            stack.map { layer in
                let isCustom = (try? LayerRegistry.layer(layer.className, config: layer.config)) == nil
                return .serialized(
                    module: isCustom ? "custom" : "keras.layers", className: layer.className, config: layer.config)
            })
        if let shape = inputShapes.first {
            config["build_input_shape"] = .array([.null] + shape.extents.dropFirst().map { .int($0) })
        }
        return config
    }

    /// The model of a configuration.
    ///
    /// - Parameter custom: makers of layers that Ibex does not know, by class name.
    public convenience init(config: Config, custom: [String: (Config) throws -> Layer] = [:]) throws {
        guard let entries = config["layers"]?.array else {
            throw IbexError(.argument, at: "Sequential, key layers", found: "nothing", expected: "an array of layers")
        }
        let layers = try entries.map { entry in
            let (className, config) = try entry.wrapped(at: "Sequential, key layers")
            return try LayerRegistry.layer(className, config: config, custom: custom)
        }
        self.init(layers, name: config["name"]?.string)
        try applyCommon(config)
    }
}

/// Collects the layers that stand between the braces of a `Sequential`.
@resultBuilder
public enum LayerBuilder {
    public static func buildExpression(_ layer: Layer) -> [Layer] { [layer] }
    public static func buildExpression(_ layers: [Layer]) -> [Layer] { layers }
    public static func buildBlock(_ parts: [Layer]...) -> [Layer] { parts.flatMap(\.self) }
    public static func buildOptional(_ part: [Layer]?) -> [Layer] { part ?? [] }
    public static func buildEither(first: [Layer]) -> [Layer] { first }
    public static func buildEither(second: [Layer]) -> [Layer] { second }
    public static func buildArray(_ parts: [[Layer]]) -> [Layer] { parts.flatMap(\.self) }
}
