import IbexGraph

/// One axis or several; negative ones count from the end.
///
///     LayerNormalization(axis: -1)
///     LayerNormalization(axis: [1, 2])
public struct Axes: Sendable, Hashable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    /// As given: layers check them against their inputs.
    public let values: [Int]

    public init(_ values: [Int]) { self.values = values }
    public init(_ axis: Int) { self.init([axis]) }
    public init(integerLiteral value: Int) { self.init(value) }
    public init(arrayLiteral elements: Int...) { self.init(elements) }

    /// One axis as a number, several as an array: as Keras writes either.
    var configValue: ConfigValue { values.count == 1 ? .int(values[0]) : ConfigValue(values) }

    /// As some of Keras's layers write them: an array once they are built.
    func configValue(built isBuilt: Bool) -> ConfigValue { isBuilt ? ConfigValue(values) : configValue }
}

extension Config {
    /// One axis or several; `fallback` where the key is absent.
    func axes(_ key: String, at place: String, default fallback: Axes) throws(IbexError) -> Axes {
        try axes(key, at: place).map { Axes($0) } ?? fallback
    }
}
