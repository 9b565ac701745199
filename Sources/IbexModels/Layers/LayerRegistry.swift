import IbexGraph

/// Layers by Keras's class names, for what comes out of a file.
public enum LayerRegistry {
    private static let makers: [String: @Sendable (Config) throws -> Layer] = [
        "InputLayer": { try InputLayer(config: $0) },
        "Dense": { try Dense(config: $0) },
        "Conv2D": { try Conv2D(config: $0) },
        "MaxPooling2D": { try MaxPooling2D(config: $0) },
        "AveragePooling2D": { try AveragePooling2D(config: $0) },
        "Flatten": { try Flatten(config: $0) },
        "Reshape": { try Reshape(config: $0) },
        "Dropout": { try Dropout(config: $0) },
        "Activation": { try Activation(config: $0) },
    ]

    /// The layer of a class name with its arguments.
    ///
    /// - Parameter custom: further classes, or other ones for the known names.
    /// - Throws: `IbexError` of kind `name` where there is no such layer, `argument` where its arguments do not fit.
    public static func layer(
        _ className: String, config: Config, custom: [String: (Config) throws -> Layer] = [:]
    ) throws -> Layer {
        if let maker = custom[className] { return try maker(config) }
        guard let maker = makers[className] else {
            throw IbexError(
                .name, at: "layer", found: "\"\(className)\"",
                expected: "one of " + makers.keys.sorted().joined(separator: ", "))
        }
        return try maker(config)
    }
}
