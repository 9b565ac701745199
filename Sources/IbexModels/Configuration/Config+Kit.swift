import IbexGraph

extension Config {
    /// The initializer under `key`; `fallback` where the key is absent or null.
    func initializer(_ key: String, default fallback: Initializer) throws(IbexError) -> Initializer {
        guard let value = self[key], !value.isNull else { return fallback }
        return try Initializer(config: value)
    }

    /// The regularizer under `key`, if there is one.
    func regularizer(_ key: String) throws(IbexError) -> Regularizer? { try .optional(self[key]) }

    /// The constraint under `key`, if there is one.
    func constraint(_ key: String) throws(IbexError) -> Constraint? { try .optional(self[key]) }
}
