import IbexModels

extension Mutation {
    /// Puts something else in one to three places of a configuration: numbers at their limits, other kinds of values,
    /// pieces from elsewhere; or takes something out.
    package mutating func damage(_ value: ConfigValue, others: ConfigValue) -> ConfigValue {
        var value = value
        for _ in 0...below(3) {
            var place = below(value.count)
            value = replaced(value, at: &place, others: others)
        }
        return value
    }

    /// The value with another one at a place, which counts the values before it.
    private mutating func replaced(_ value: ConfigValue, at place: inout Int, others: ConfigValue) -> ConfigValue {
        defer { place -= 1 }
        if place == 0 { return substitute(for: value, others: others) }
        switch value {
        case .array(var values):
            for index in values.indices where place > 0 {
                place -= 1
                values[index] = replaced(values[index], at: &place, others: others)
                place += 1
            }
            return .array(values)
        case .object(var config):
            for key in config.keys.sorted() where place > 0 {
                place -= 1
                config[key] = replaced(config[key] ?? .null, at: &place, others: others)
                place += 1
            }
            return .object(config)
        default: return value
        }
    }

    private mutating func substitute(for value: ConfigValue, others: ConfigValue) -> ConfigValue {
        if below(3) > 0, let near = neighbour(of: value) { return near }
        switch below(8) {
        case 0...3: return .int(Self.numbers[below(Self.numbers.count)])
        case 4: return .double([0.5, -0.5, .nan, .infinity, 1e12, 1e300][below(6)])
        case 5: return [nil, true, "", [], [:], [[[]]]][below(6)]
        case 6: return others.value(at: below(others.count))
        default: return .array([value, value])
        }
    }

    /// A value of the same kind, somewhat different.
    private mutating func neighbour(of value: ConfigValue) -> ConfigValue? {
        switch value {
        case .bool(let flag): return .bool(!flag)
        case .int(let number): return .int([number &+ 1, number &- 1, 0 &- number, number &* 2][below(4)])
        case .double(let number): return .double([number + 1, -number, number * 1e9, 0][below(4)])
        case .string(let text): return .string(String(text.dropLast(below(3) + 1)))
        case .array(var values) where !values.isEmpty:
            let index = below(values.count)
            if below(2) == 0 { values.remove(at: index) } else { values.append(values[index]) }
            return .array(values)
        case .object(var config) where !config.isEmpty:
            config[config.keys.sorted()[below(config.count)]] = nil
            return .object(config)
        default: return nil
        }
    }

    private static let numbers = [
        0, 1, -1, 2, -2, 3, 5, 17, 100, 255, 65536, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 40, 1 << 53, .max, .min,
    ]
}

extension ConfigValue {
    /// How many values it has, itself among them.
    fileprivate var count: Int {
        switch self {
        case .array(let values): values.reduce(1) { $0 + $1.count }
        case .object(let config): config.values.reduce(1) { $0 + $1.count }
        default: 1
        }
    }

    /// One of these values.
    fileprivate func value(at place: Int) -> ConfigValue {
        var rest = place - 1
        let inner = array ?? object.map { config in config.keys.sorted().compactMap { config[$0] } } ?? []
        for value in inner where rest >= 0 {
            if rest < value.count { return value.value(at: rest) }
            rest -= value.count
        }
        return self
    }
}
