import IbexGraph
import IbexRuntime

/// A function of Keras by its name, made of what a configuration says.
private struct NamedActivation {
    let name: String
    /// Keras's names of its arguments.
    var arguments: [String] = []
    /// The layer of Keras that is the same with the same arguments: what a configuration can say of a function with
    /// arguments so that Keras reads it.
    var layer: String?
    let make: @Sendable (Config) throws(IbexError) -> ActivationFunction

    init(_ function: ActivationFunction) {
        name = function.name
        make = { (_) throws(IbexError) in function }
    }

    init(
        _ name: String, _ arguments: [String], layer: String? = nil,
        _ make: @escaping @Sendable (Config) throws(IbexError) -> ActivationFunction
    ) {
        (self.name, self.arguments, self.layer, self.make) = (name, arguments, layer, make)
    }

    private static let plain: [ActivationFunction] = [
        .linear, .relu6, .selu, .silu, .hardSilu, .hardTanh, .softplus, .softsign, .exponential, .tanh,
        .sigmoid, .logSigmoid, .tanhShrink, .mish, .sparsePlus, .sparseSigmoid,
    ]

    static let all =
        plain.map { NamedActivation($0) } + [
            NamedActivation("relu", ["negative_slope", "max_value", "threshold"], layer: "ReLU") {
                (config) throws(IbexError) in
                let slope = try config.double("negative_slope", at: "relu", default: 0)
                let limit = try config.optionalDouble("max_value", at: "relu")
                let threshold = try config.double("threshold", at: "relu", default: 0)
                return slope == 0 && limit == nil && threshold == 0
                    ? .relu : .relu(negativeSlope: slope, maxValue: limit, threshold: threshold)
            },
            NamedActivation("leaky_relu", ["negative_slope"], layer: "LeakyReLU") { (config) throws(IbexError) in
                .leakyRelu(negativeSlope: try config.double("negative_slope", at: "leaky_relu", default: 0.2))
            },
            NamedActivation("elu", ["alpha"], layer: "ELU") { (config) throws(IbexError) in
                .elu(alpha: try config.double("alpha", at: "elu", default: 1))
            },
            NamedActivation("celu", ["alpha"]) { (config) throws(IbexError) in
                .celu(alpha: try config.double("alpha", at: "celu", default: 1))
            },
            NamedActivation("gelu", ["approximate"]) { (config) throws(IbexError) in
                .gelu(approximate: try config.bool("approximate", at: "gelu", default: false))
            },
            NamedActivation("hard_sigmoid", ["slope"]) { (config) throws(IbexError) in
                guard let slope = try config.optionalDouble("slope", at: "hard_sigmoid") else { return .hardSigmoid }
                return .hardSigmoid(slope: slope)
            },
            NamedActivation("soft_shrink", ["threshold"]) { (config) throws(IbexError) in
                .softShrink(threshold: try config.double("threshold", at: "soft_shrink", default: 0.5))
            },
            NamedActivation("hard_shrink", ["threshold"]) { (config) throws(IbexError) in
                .hardShrink(threshold: try config.double("threshold", at: "hard_shrink", default: 0.5))
            },
            NamedActivation("threshold", ["threshold", "default_value"]) { (config) throws(IbexError) in
                .threshold(
                    try config.double("threshold", at: "threshold"),
                    defaultValue: try config.double("default_value", at: "threshold"))
            },
            NamedActivation("squareplus", ["b"]) { (config) throws(IbexError) in
                .squareplus(b: try config.double("b", at: "squareplus", default: 4))
            },
            NamedActivation("glu", ["axis"]) { (config) throws(IbexError) in
                .glu(axis: try config.int("axis", at: "glu", default: -1))
            },
            NamedActivation("sparsemax", ["axis"]) { (config) throws(IbexError) in
                .sparsemax(axis: try config.int("axis", at: "sparsemax", default: -1))
            },
            NamedActivation("softmax", ["axis"], layer: "Softmax") { (config) throws(IbexError) in
                if let axes = config["axis"]?.ints { return .softmax(axes: axes) }
                return .softmax(axis: try config.int("axis", at: "softmax", default: -1))
            },
            NamedActivation("log_softmax", ["axis"]) { (config) throws(IbexError) in
                if let axes = config["axis"]?.ints { return .logSoftmax(axes: axes) }
                return .logSoftmax(axis: try config.int("axis", at: "log_softmax", default: -1))
            },
        ]

    private static let aliases = ["swish": "silu", "hard_swish": "hard_silu"]

    static func found(_ name: String) throws(IbexError) -> NamedActivation {
        let canonical = aliases[name] ?? name
        guard let found = all.first(where: { $0.name == canonical }) else {
            throw IbexError(
                .name, at: "activation", found: "\"\(name)\"",
                expected: "one of " + all.map(\.name).sorted().joined(separator: ", "),
                remedy: "For a function of your own: withCustomObjects(activations: [\"\(name)\": …]) { … }.")
        }
        return found
    }
}

extension ActivationFunction {
    /// The function of a Keras name, such as `relu`, `softmax`, `swish`, with arguments under Keras's names.
    ///
    ///     try ActivationFunction("leaky_relu", arguments: ["negative_slope": 0.1])
    ///
    /// - Throws: `IbexError` of kind `name` where there is no such function, of kind `argument` where an argument is
    ///   missing, of the wrong type, or none of the function's.
    public init(_ name: String, arguments: Config = [:]) throws(IbexError) {
        if let custom = CustomObjects.entry(\.activations, name) {
            self = custom
            return
        }
        let entry = try NamedActivation.found(name)
        for key in arguments.keys.sorted() where !entry.arguments.contains(key) {
            throw IbexError(
                .argument, at: "activation \(name)", found: "the argument \"\(key)\"",
                expected: entry.arguments.isEmpty
                    ? "no arguments" : "one of " + entry.arguments.joined(separator: ", "))
        }
        self = try entry.make(arguments)
    }

    /// The function that a configuration holds: a name, a function with arguments, or a layer that is one (`LeakyReLU`,
    /// `ReLU`, `ELU`, `Softmax`); linear for null.
    ///
    /// - Throws: `IbexError` where it holds something else.
    public init(config value: ConfigValue?) throws(IbexError) {
        guard let value, !value.isNull else {
            self = .linear
            return
        }
        if let name = value.functionName {
            try self.init(name)
            return
        }
        let (name, config) = try value.wrapped(at: "activation")
        if let entry = NamedActivation.all.first(where: { $0.layer == name }) {
            // A layer's configuration has its name and type beside the arguments.
            let renamed = Config(config.map { (Self.earlierNames[name]?[$0] ?? $0, $1) }) { first, _ in first }
            self = try entry.make(renamed.filter { entry.arguments.contains($0.key) })
        } else {
            try self.init(name, arguments: config)
        }
    }

    /// What Keras 2 called the arguments of layers.
    private static let earlierNames = ["LeakyReLU": ["alpha": "negative_slope"]]

    /// What a configuration says: the name, or where there are arguments an object, that of Keras's layer where one is
    /// the same function.
    public var serialized: ConfigValue {
        guard let known = NamedActivation.all.first(where: { $0.name == name }) else {
            return .serialized(function: name)
        }
        guard !arguments.isEmpty else { return .string(name) }
        guard let layer = known.layer else {
            return .serialized(module: "keras.activations", className: name, config: arguments)
        }
        let own: Config = [
            "name": .string(KerasName.snakeCase(layer)), "trainable": true,
            "dtype": DTypePolicy(defaultFloat()).serialized,
        ]
        return .serialized(module: "keras.layers", className: layer, config: own.merging(arguments) { $1 })
    }
}
