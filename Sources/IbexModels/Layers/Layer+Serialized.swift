import IbexGraph

extension Layer {
    /// The layer in Keras's wrapping, with the shapes that it was built for where Keras's layer is built by shape.
    public var serialized: ConfigValue {
        let isKnown = LayerRegistry.names.contains(className)
        var config = config
        // Keras's take no such argument.
        if className.hasPrefix("SpatialDropout") { config["trainable"] = nil }
        var entry =
            ConfigValue.serialized(module: isKnown ? "keras.layers" : nil, className: className, config: config)
            .object ?? [:]
        if isBuilt, !inputShapes.isEmpty, !Self.unbuilt.contains(className) {
            entry["build_config"] = ["input_shape": builtShape]
        }
        if self is Sequential { entry["module"] = "keras" }
        if self is Model { entry["compile_config"] = [:] }
        if className == "Functional" {
            entry["module"] = "keras.src.models.functional"
            entry["build_config"] = ["input_shape": nil]
        }
        if let number = SharedLayers.number(of: self) { entry["shared_object_id"] = .int(number) }
        return .object(entry)
    }

    /// The classes whose Keras twins have nothing to build.
    private static let unbuilt: Set<String> = [
        "InputLayer", "Masking", "Identity", "Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "MaxPooling1D",
        "MaxPooling2D", "MaxPooling3D", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D",
        "GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D", "GlobalAveragePooling1D",
        "GlobalAveragePooling2D", "GlobalAveragePooling3D", "UnitNormalization", "Dropout", "SpatialDropout1D",
        "SpatialDropout2D", "SpatialDropout3D", "GaussianNoise", "GaussianDropout", "AlphaDropout",
        "ActivityRegularization", "Reshape", "Lambda",
    ]

    /// The shape that the layer was built for, or a list of them, with null for extents that are not known.
    private var builtShape: ConfigValue {
        let model = (self as? Model)?.graph?.inputs
        let batch = calls.first?.outputShapes.first?.first ?? model?.first?.shape.first ?? nil
        let symbols = calls.first?.inputs ?? model ?? []
        let extents =
            symbols.count == inputShapes.count
            ? symbols.map { $0.shape.dropFirst() }
            : inputShapes.map { $0.extents.dropFirst().map { Optional($0) }[...] }
        let shapes = extents.map { ConfigValue.array(([batch] + $0).map { ConfigValue($0) }) }
        return shapes.count == 1 && !takesList ? shapes[0] : .array(shapes)
    }

    /// Whether the layer is called on a list of tensors, also where that has one entry.
    var takesList: Bool { self is Merge }
}
