import IbexGraph
import IbexRuntime

extension DTypePolicy {
    /// The policy in Keras's wrapping.
    public var serialized: ConfigValue {
        .serialized(module: "keras", className: "DTypePolicy", config: ["name": .string(name)])
    }

    /// Reads a policy from its name, or from Keras's wrapping of it (`DTypePolicy`; `Policy` in Keras 2).
    /// - Throws: `IbexError` of kind `argument` for what holds no name, of kind `name` for a name that is none.
    public init(config: ConfigValue) throws(IbexError) {
        guard let name = config.string ?? config.object?["config"]?.object?["name"]?.string else {
            throw IbexError(
                .argument, at: "DTypePolicy", found: config.description,
                expected: "a policy's name, or an object with class_name and config")
        }
        try self.init(name)
    }
}

extension Config {
    /// The type that a layer's policy under `dtype` computes in; `nil` where there is none.
    /// - Throws: `IbexError` of kind `configuration` for a policy that computes in half precision.
    func layerDType(at place: String) throws(IbexError) -> DType? {
        guard let value = self["dtype"], !value.isNull else { return nil }
        return try DTypePolicy(config: value).computable(at: place + ", key dtype")
    }
}
