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

    package func int(_ key: String, at place: String, default fallback: Int? = nil) throws(IbexError) -> Int {
        try read(key, place, "a whole number", fallback, \.int)
    }

    package func double(_ key: String, at place: String, default fallback: Double? = nil) throws(IbexError) -> Double {
        try read(key, place, "a number", fallback, \.double)
    }

    package func bool(_ key: String, at place: String, default fallback: Bool? = nil) throws(IbexError) -> Bool {
        try read(key, place, "true or false", fallback, \.bool)
    }

    package func string(_ key: String, at place: String, default fallback: String? = nil) throws(IbexError) -> String {
        try read(key, place, "a string", fallback, \.string)
    }

    package func ints(_ key: String, at place: String, default fallback: [Int]? = nil) throws(IbexError) -> [Int] {
        try read(key, place, "an array of whole numbers", fallback, \.ints)
    }

    package func doubles(_ key: String, at place: String) throws(IbexError) -> [Double] {
        try read(key, place, "an array of numbers", nil) { value in
            let numbers = value.array?.compactMap(\.double)
            return numbers?.count == value.array?.count ? numbers : nil
        }
    }

    /// One axis or several; `nil` where the key is absent or null, which means all.
    package func axes(_ key: String, at place: String) throws(IbexError) -> [Int]? {
        guard let value = self[key], !value.isNull else { return nil }
        if let axis = value.int { return [axis] }
        return try ints(key, at: place)
    }

    /// A number that may be absent.
    package func optionalDouble(_ key: String, at place: String) throws(IbexError) -> Double? {
        guard let value = self[key], !value.isNull else { return nil }
        return try double(key, at: place)
    }

    /// A whole number that may be absent.
    package func optionalInt(_ key: String, at place: String) throws(IbexError) -> Int? {
        guard let value = self[key], !value.isNull else { return nil }
        return try int(key, at: place)
    }
}
