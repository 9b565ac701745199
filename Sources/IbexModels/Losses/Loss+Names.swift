import IbexGraph

extension Loss {
    private static let aliases = [
        "bce": "binary_crossentropy", "mse": "mean_squared_error", "mae": "mean_absolute_error",
    ]

    private static let makers: [String: @Sendable (Config, Reduction) throws(IbexError) -> Loss] = [
        "categorical_crossentropy": { config, reduction throws(IbexError) in
            let place = "CategoricalCrossentropy"
            return .categoricalCrossentropy(
                fromLogits: try config.bool("from_logits", at: place, default: false),
                labelSmoothing: try config.double("label_smoothing", at: place, default: 0),
                axis: try config.int("axis", at: place, default: -1), reduction: reduction)
        },
        "sparse_categorical_crossentropy": { config, reduction throws(IbexError) in
            let place = "SparseCategoricalCrossentropy"
            return .sparseCategoricalCrossentropy(
                fromLogits: try config.bool("from_logits", at: place, default: false),
                ignoreClass: try config.optionalInt("ignore_class", at: place), reduction: reduction)
        },
        "binary_crossentropy": { config, reduction throws(IbexError) in
            let place = "BinaryCrossentropy"
            return .binaryCrossentropy(
                fromLogits: try config.bool("from_logits", at: place, default: false),
                labelSmoothing: try config.double("label_smoothing", at: place, default: 0),
                axis: try config.int("axis", at: place, default: -1), reduction: reduction)
        },
        "mean_squared_error": { .meanSquaredError(reduction: $1) },
        "mean_absolute_error": { .meanAbsoluteError(reduction: $1) },
    ]

    /// The loss of a Keras name (`mse`, `categorical_crossentropy`, `MeanSquaredError`) with its arguments. A name
    /// given without arguments is what the loss is called in logs.
    ///
    /// - Throws: `IbexError` of kind `name` where there is no such loss.
    public init(_ name: String, arguments: Config = [:]) throws(IbexError) {
        let snake = KerasName.snakeCase(name)
        let lower = name.lowercased()
        guard let maker = Self.makers[Self.aliases[lower] ?? snake] else {
            throw IbexError(
                .name, at: "loss", found: "\"\(name)\"",
                expected: "one of " + (Self.makers.keys.sorted() + Self.aliases.keys.sorted()).joined(separator: ", "))
        }
        self = try maker(arguments, try Reduction(config: arguments["reduction"]))
        self.name = arguments["name"]?.string ?? (arguments.isEmpty && Self.aliases[lower] != nil ? name : self.name)
    }

    /// The loss that a configuration holds: a name, or an object in Keras's wrapping.
    public init(config value: ConfigValue) throws(IbexError) {
        if let name = value.string {
            try self.init(name)
        } else {
            let (className, config) = try value.wrapped(at: "loss")
            try self.init(className, arguments: config)
        }
    }
}
