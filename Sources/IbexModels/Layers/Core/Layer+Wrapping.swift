import IbexGraph

extension Layer {
    /// The names of the layers that a layer is being built inside of: they stand before those of its weights.
    @TaskLocal static var enclosing: [String] = []

    /// Builds a layer that this one wraps, for use in `build`; its weights are called `wrapper/layer/kernel`, as Keras
    /// calls them.
    func buildInside(_ layer: Layer, _ inputs: [Shape]) throws {
        try Layer.$enclosing.withValue(Layer.enclosing + [name]) { try layer.buildIfNeeded(inputs) }
    }

    /// The layer in Keras's wrapping, as the configuration of one that holds it has it.
    var serialized: ConfigValue {
        let module = LayerRegistry.names.contains(className) ? "keras.layers" : "custom"
        return .serialized(module: module, className: className, config: config)
    }
}

extension Config {
    /// The layer under `key`, in Keras's wrapping.
    func layer(_ key: String, at place: String) throws -> Layer {
        guard let value = self[key], !value.isNull else {
            throw IbexError(
                .argument, at: "\(place), key \(key)", found: "nothing",
                expected: "a layer: an object with class_name and config")
        }
        let (className, config) = try value.wrapped(at: "\(place), key \(key)")
        return try LayerRegistry.layer(className, config: config)
    }
}
