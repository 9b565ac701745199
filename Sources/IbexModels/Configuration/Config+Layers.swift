import IbexGraph
import IbexRuntime

extension Config {
    /// The layer's name, if the configuration has one.
    public var layerName: String? { self["name"]?.string }

    /// The seed of a layer that draws random numbers; `nil` where each model draws its own.
    public var seed: UInt64? { self["seed"]?.wholeNumber.map { UInt64(bitPattern: Int64($0)) } }

    /// The image layout under `data_format`; `image_data_format` of `keras.json` where the key is absent.
    ///
    /// - Throws: `IbexError` of kind `argument` for another string than Keras's two.
    public func dataFormat(at place: String) throws(IbexError) -> ImageDataFormat {
        try choice("data_format", at: place, default: defaultDataFormat())
    }

    /// The case under `key` of an enumeration of strings; `fallback` where the key is absent or null.
    ///
    /// - Throws: `IbexError` of kind `argument` that lists the cases, for another string.
    public func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, at place: String, default fallback: Choice
    ) throws(IbexError) -> Choice where Choice.RawValue == String {
        let name = try string(key, at: place, default: fallback.rawValue)
        guard let choice = Choice(rawValue: name) else {
            let names = Choice.allCases.map(\.rawValue)
            throw IbexError(
                .argument, at: "\(place), key \(key)", found: "\"\(name)\"",
                expected: names.dropLast().joined(separator: ", ") + " or " + (names.last ?? ""))
        }
        return choice
    }
}

extension ConfigValue {
    /// A seed as Keras's whole number.
    public init(seed: UInt64?) { self.init(seed.map { Int(truncatingIfNeeded: $0) }) }
}
