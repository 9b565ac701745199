import IbexGraph

extension Layer {
    /// The names of the layers that a layer is being built inside of: they stand before those of its weights.
    @TaskLocal static var enclosing: [String] = []

    /// Builds a layer that this one wraps, for use in `build`; its weights are called `wrapper/layer/kernel`, as Keras
    /// calls them.
    func buildInside(_ layer: Layer, _ inputs: [Shape]) throws {
        try Layer.$enclosing.withValue(Layer.enclosing + [name]) { try layer.buildIfNeeded(inputs) }
    }
}

extension Config {
    /// The layer under `key`, in Keras's wrapping.
    ///
    /// - Throws: `IbexError` where there is none, or its class or its arguments are unknown.
    public func layer(_ key: String, at place: String) throws -> Layer {
        guard let value = self[key], !value.isNull else {
            throw IbexError(
                .argument, at: "\(place), key \(key)", found: "nothing",
                expected: "a layer: an object with class_name and config")
        }
        return try LayerRegistry.layer(value, at: "\(place), key \(key)")
    }
}
