import IbexGraph

extension Config {
    /// The activation under `key`: a name or an object of Keras's; the linear one where the key is absent or null.
    ///
    /// - Throws: `IbexError` for an unknown name and for arguments that do not fit.
    public func activation(_ key: String = "activation") throws(IbexError) -> ActivationFunction {
        try ActivationFunction(config: self[key])
    }

    /// The initializer under `key`: a name or an object of Keras's; `fallback` where the key is absent or null.
    ///
    /// - Throws: `IbexError` for an unknown name and for arguments that do not fit.
    public func initializer(_ key: String, default fallback: Initializer) throws(IbexError) -> Initializer {
        guard let value = self[key], !value.isNull else { return fallback }
        return try Initializer(config: value)
    }

    /// The regularizer under `key`; `nil` where the key is absent or null.
    ///
    /// - Throws: `IbexError` for an unknown name and for arguments that do not fit.
    public func regularizer(_ key: String) throws(IbexError) -> Regularizer? { try .optional(self[key]) }

    /// The constraint under `key`; `nil` where the key is absent or null.
    ///
    /// - Throws: `IbexError` for an unknown name and for arguments that do not fit.
    public func constraint(_ key: String) throws(IbexError) -> Constraint? { try .optional(self[key]) }
}
