import IbexGraph

extension Loss {
    /// Whether Keras has the loss.
    var isKeras: Bool { Self.makers[KerasName.snakeCase(className)] != nil }

    private static let aliases = [
        "bce": "binary_crossentropy", "mse": "mean_squared_error", "mae": "mean_absolute_error",
        "mape": "mean_absolute_percentage_error", "msle": "mean_squared_logarithmic_error", "kld": "kl_divergence",
        "logcosh": "log_cosh", "huber_loss": "huber",
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
                ignoreClass: try config.optionalInt("ignore_class", at: place),
                axis: try config.int("axis", at: place, default: -1), reduction: reduction)
        },
        "binary_crossentropy": { config, reduction throws(IbexError) in
            let place = "BinaryCrossentropy"
            return .binaryCrossentropy(
                fromLogits: try config.bool("from_logits", at: place, default: false),
                labelSmoothing: try config.double("label_smoothing", at: place, default: 0),
                axis: try config.int("axis", at: place, default: -1), reduction: reduction)
        },
        "binary_focal_crossentropy": { config, reduction throws(IbexError) in
            let place = "BinaryFocalCrossentropy"
            return .binaryFocalCrossentropy(
                appliesClassBalancing: try config.bool("apply_class_balancing", at: place, default: false),
                alpha: try config.double("alpha", at: place, default: 0.25),
                gamma: try config.double("gamma", at: place, default: 2),
                fromLogits: try config.bool("from_logits", at: place, default: false),
                labelSmoothing: try config.double("label_smoothing", at: place, default: 0),
                axis: try config.int("axis", at: place, default: -1), reduction: reduction)
        },
        "categorical_focal_crossentropy": { config, reduction throws(IbexError) in
            let place = "CategoricalFocalCrossentropy"
            return .categoricalFocalCrossentropy(
                alpha: try config.double("alpha", at: place, default: 0.25),
                gamma: try config.double("gamma", at: place, default: 2),
                fromLogits: try config.bool("from_logits", at: place, default: false),
                labelSmoothing: try config.double("label_smoothing", at: place, default: 0),
                axis: try config.int("axis", at: place, default: -1), reduction: reduction)
        },
        "categorical_generalized_cross_entropy": { config, reduction throws(IbexError) in
            let q = try config.double("q", at: "CategoricalGeneralizedCrossEntropy", default: 0.5)
            guard q > 0, q < 1 else {
                throw IbexError(
                    .argument, at: "CategoricalGeneralizedCrossEntropy, key q", found: "\(q)",
                    expected: "a number between 0 and 1")
            }
            return .categoricalGeneralizedCrossEntropy(q: q, reduction: reduction)
        },
        "mean_squared_error": { .meanSquaredError(reduction: $1) },
        "mean_absolute_error": { .meanAbsoluteError(reduction: $1) },
        "mean_absolute_percentage_error": { .meanAbsolutePercentageError(reduction: $1) },
        "mean_squared_logarithmic_error": { .meanSquaredLogarithmicError(reduction: $1) },
        "huber": { config, reduction throws(IbexError) in
            .huber(delta: try config.double("delta", at: "Huber", default: 1), reduction: reduction)
        },
        "log_cosh": { .logCosh(reduction: $1) },
        "hinge": { .hinge(reduction: $1) },
        "squared_hinge": { .squaredHinge(reduction: $1) },
        "categorical_hinge": { .categoricalHinge(reduction: $1) },
        "kl_divergence": { .klDivergence(reduction: $1) },
        "poisson": { .poisson(reduction: $1) },
        "cosine_similarity": { config, reduction throws(IbexError) in
            .cosineSimilarity(axis: try config.int("axis", at: "CosineSimilarity", default: -1), reduction: reduction)
        },
        "ctc": { .ctc(reduction: $1) },
        "dice": { config, reduction throws(IbexError) in
            .dice(axis: try config.axes("axis", at: "Dice"), reduction: reduction)
        },
        "tversky": { config, reduction throws(IbexError) in
            .tversky(
                alpha: try config.double("alpha", at: "Tversky", default: 0.5),
                beta: try config.double("beta", at: "Tversky", default: 0.5),
                axis: try config.axes("axis", at: "Tversky"), reduction: reduction)
        },
        "circle": { config, reduction throws(IbexError) in
            .circle(
                gamma: try config.double("gamma", at: "Circle", default: 80),
                margin: try config.double("margin", at: "Circle", default: 0.4),
                removesDiagonal: try config.bool("remove_diagonal", at: "Circle", default: true), reduction: reduction)
        },
    ]

    /// The loss of a Keras name (`mse`, `categorical_crossentropy`, `MeanSquaredError`) with its arguments. A name
    /// given without arguments is what the loss is called in logs.
    ///
    /// - Throws: `IbexError` of kind `name` where there is no such loss.
    public init(_ name: String, arguments: Config = [:]) throws(IbexError) {
        if var custom = CustomObjects.entry(\.losses, name) {
            if arguments["reduction"] != nil { custom.reduction = try Reduction(config: arguments["reduction"]) }
            self = custom
            return
        }
        let snake = KerasName.snakeCase(name)
        let lower = name.lowercased()
        let alias = Self.makers[snake] == nil ? Self.aliases[lower] : nil
        guard let maker = Self.makers[alias ?? snake] else {
            throw IbexError(
                .name, at: "loss", found: "\"\(name)\"",
                expected: "one of " + (Self.makers.keys.sorted() + Self.aliases.keys.sorted()).joined(separator: ", "),
                remedy: "For a loss of your own: withCustomObjects(losses: [\"\(name)\": …]) { … }.")
        }
        self = try maker(arguments, try Reduction(config: arguments["reduction"]))
        self.name = arguments["name"]?.string ?? (arguments.isEmpty && alias != nil ? name : self.name)
    }

    /// The loss that a configuration holds: a name, or an object in Keras's wrapping.
    public init(config value: ConfigValue) throws(IbexError) {
        if let name = value.functionName {
            try self.init(name)
        } else {
            let (className, config) = try value.wrapped(at: "loss")
            try self.init(className, arguments: config)
        }
    }
}
