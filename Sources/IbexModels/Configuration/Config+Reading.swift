import IbexGraph

extension Config {
    /// The value under `key`, read by `read`, or `fallback` where the key is absent or null.
    private func read<Result>(
        _ key: String, _ place: String, _ expected: String, _ fallback: Result?, _ read: (ConfigValue) -> Result?
    ) throws(IbexError) -> Result {
        let value = self[key] ?? .null
        if value.isNull, let fallback { return fallback }
        guard let result = read(value) else {
            throw IbexError(
                .argument, at: "\(place), key \(key)", found: self[key] == nil ? "nothing" : value.description,
                expected: expected)
        }
        return result
    }

    /// The whole number under `key`.
    ///
    ///     init(config: Config) throws {
    ///         units = try config.int("units", at: "Mine", default: 32)
    ///         super.init(name: config.layerName)
    ///         try applyCommon(config)
    ///     }
    ///
    /// - Parameters:
    ///   - place: what errors say they are about: the layer's class as a rule.
    ///   - fallback: what stands in where the key is absent or null; without one the key has to be there.
    /// - Throws: `IbexError` of kind `argument` that names place and key, where it is missing or something else.
    public func int(_ key: String, at place: String, default fallback: Int? = nil) throws(IbexError) -> Int {
        try read(key, place, "a whole number", fallback, \.int)
    }

    /// The number under `key`; as `int(_:at:default:)`.
    public func double(_ key: String, at place: String, default fallback: Double? = nil) throws(IbexError) -> Double {
        try read(key, place, "a number", fallback, \.double)
    }

    /// The truth value under `key`; as `int(_:at:default:)`.
    public func bool(_ key: String, at place: String, default fallback: Bool? = nil) throws(IbexError) -> Bool {
        try read(key, place, "true or false", fallback, \.bool)
    }

    /// The string under `key`; as `int(_:at:default:)`.
    public func string(_ key: String, at place: String, default fallback: String? = nil) throws(IbexError) -> String {
        try read(key, place, "a string", fallback, \.string)
    }

    /// The whole numbers under `key`; as `int(_:at:default:)`.
    public func ints(_ key: String, at place: String, default fallback: [Int]? = nil) throws(IbexError) -> [Int] {
        try read(key, place, "an array of whole numbers", fallback, \.ints)
    }

    /// The numbers under `key`.
    ///
    /// - Throws: `IbexError` of kind `argument` where the key is missing or something else.
    public func doubles(_ key: String, at place: String) throws(IbexError) -> [Double] {
        try read(key, place, "an array of numbers", nil) { value in
            let numbers = value.array?.compactMap(\.double)
            return numbers?.count == value.array?.count ? numbers : nil
        }
    }

    /// One axis or several under `key`; `nil` where it is absent or null, which means all.
    ///
    /// - Throws: `IbexError` of kind `argument` where it is something else.
    public func axes(_ key: String, at place: String) throws(IbexError) -> [Int]? {
        guard let value = self[key], !value.isNull else { return nil }
        if let axis = value.int { return [axis] }
        return try ints(key, at: place)
    }

    /// The number under `key`; `nil` where it is absent or null.
    ///
    /// - Throws: `IbexError` of kind `argument` where it is something else.
    public func optionalDouble(_ key: String, at place: String) throws(IbexError) -> Double? {
        guard let value = self[key], !value.isNull else { return nil }
        return try double(key, at: place)
    }

    /// The whole number under `key`; `nil` where it is absent or null.
    ///
    /// - Throws: `IbexError` of kind `argument` where it is something else.
    public func optionalInt(_ key: String, at place: String) throws(IbexError) -> Int? {
        guard let value = self[key], !value.isNull else { return nil }
        return try int(key, at: place)
    }
}
