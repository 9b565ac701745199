import IbexModels

extension ConfigValue {
    /// Whether an object encodes a value that JSON does not have, and which: Keras 3 writes an array of NumPy's as
    /// `{"class_name": "__numpy__", "config": {"value": [1, 2], "dtype": "float32"}}`.
    private var encoded: ConfigValue? {
        guard let object, let className = object["class_name"]?.string,
            ["__numpy__", "__tensor__", "__bytes__"].contains(className)
        else { return nil }
        return object["config"]?.object?["value"]
    }

    /// The configuration with lists of numbers in place of arrays and tensors, and texts in place of bytes.
    var withPlainValues: ConfigValue {
        if let encoded { return encoded }
        switch self {
        case .array(let values): return .array(values.map(\.withPlainValues))
        case .object(let config): return .object(config.mapValues(\.withPlainValues))
        default: return self
        }
    }
}
