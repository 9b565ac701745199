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
public final class Sequential: Model, ConfiguredLayer {
    private var stack: [Layer] = []

    public init(_ layers: [Layer] = [], name: String? = nil) {
        super.init(name: name)
        stack = layers
        rebuild()
    }

    public convenience init(name: String? = nil, @LayerBuilder _ layers: () -> [Layer]) {
        self.init(layers(), name: name)
    }

    /// Puts a layer at the end.
    public func add(_ layer: Layer) {
        stack.append(layer)
        rebuild()
    }

    /// Takes the last layer off.
    ///
    ///     model.pop()                          // the head that knew ten classes
    ///     model.add(Dense(5, activation: .softmax))
    @discardableResult
    public func pop() -> Layer? {
        defer { rebuild() }
        return stack.popLast()
    }

    public override var layers: [Layer] { stack.filter { !($0 is InputLayer) } }

    public override var sublayers: [Layer] { stack }

    /// Forgets the graph, and makes it and the weights at once where the input is known. An error is not lost: the next
    /// use of the model builds again and throws it.
    private func rebuild() {
        compilation?.forgetSteps()
        prediction.forgetSteps()
        graph = nil
        isBuilt = false
        let known = (stack.first as? InputLayer)?.batchShape ?? (stack.first as? Model)?.inputs.first?.concrete
        if let known, stack.count > 1 { try? buildIfNeeded([known]) }
    }

    public override func build(_ inputs: [Shape]) throws {
        guard !layers.isEmpty else {
            throw IbexError(.state, at: place, found: "a model without layers", expected: "at least one layer")
        }
        let shape = try single(inputs)
        guard shape.rank > 0 else { throw shapeError(shape, expected: "a batch axis") }
        let entry = (stack.first as? InputLayer)?.symbol ?? InputLayer(sample: shape).symbol
        let end = try layers.reduce(entry) { try $1($0) }
        graph = try LayerGraph(inputs: [entry], outputs: [end], at: place)
    }

    public override var config: Config {
        var config = super.config
        var entries = stack
        // As Keras does once it knows the shape.
        if let entry = graph?.inputs.first, !(stack.first is InputLayer) { entries.insert(entry.layer, at: 0) }
        config["layers"] = .array(entries.map(\.serialized))
        if let entry = graph?.inputs.first {
            config["build_input_shape"] = .array(entry.shape.map { ConfigValue($0) })
        }
        return config
    }

    public convenience init(config: Config) throws {
        guard let entries = config["layers"]?.array else {
            throw IbexError(.argument, at: "Sequential, key layers", found: "nothing", expected: "an array of layers")
        }
        let layers = try entries.map { try LayerRegistry.layer($0, at: "Sequential, key layers") }
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
