import IbexGraph
import IbexModels

extension CompileConfig {
    /// Compiles a model as a file says: `compile_config` of Keras 3, `training_config` of `.h5` files.
    ///
    /// Keras leaves the optimizer out of some files; it is `rmsprop` then, as in `compile`.
    ///
    /// - Throws: `IbexError` of kind `name` for an unknown loss, metric or optimizer, `argument` for what does not fit;
    ///   the model is as before then.
    package static func compile(_ model: Model, _ value: ConfigValue, _ dialect: ConfigDialect) throws {
        let config = value.withPlainValues.object ?? [:]
        let place = "compile of \(model.name)"
        var optimizer = Optimizer.rmsprop() as Optimizer
        if let saved = config["optimizer"] ?? config["optimizer_config"], !saved.isNull {
            optimizer = try .configured(dialect == .keras2 && saved.object != nil ? Keras2Optimizer.read(saved) : saved)
        }
        let reader = CompileReader(model, config, isKeras2: dialect == .keras2, place: place)
        let losses = try reader.losses()
        model.compile(
            optimizer: optimizer, losses: losses, lossWeights: losses.isEmpty ? nil : try reader.lossWeights(),
            metrics: try reader.metrics("metrics"), weightedMetrics: try reader.metrics("weighted_metrics"))
    }
}

private struct CompileReader {
    private let config: Config
    private let names: [String]
    /// How many results the model has.
    private let count: Int
    private let isKeras2: Bool
    private let place: String

    init(_ model: Model, _ config: Config, isKeras2: Bool, place: String) {
        (self.config, self.isKeras2, self.place) = (config, isKeras2, place)
        names = model.outputNames
        count = max(1, names.count)
    }

    func losses() throws -> [Loss] {
        guard let value = config["loss"], !value.isNull else { return [] }
        return try each("loss", value, isOne: { $0.string != nil || $0.object?["class_name"] != nil }).map { value in
            guard let value, !value.isNull else {
                throw IbexError(
                    .argument, at: "\(place), key loss", found: "no loss for one of \(count) results",
                    expected: "one for each")
            }
            return try Loss(config: value)
        }
    }

    func lossWeights() throws -> [Double]? {
        guard let value = config["loss_weights"], !value.isNull else { return nil }
        return try each("loss_weights", value, isOne: { $0.double != nil }).map { value in
            guard let value, !value.isNull else { return 1 }
            guard let weight = value.double else { throw misfit("loss_weights", value) }
            return weight
        }
    }

    func metrics(_ key: String) throws -> [[Metric]] {
        guard let value = config[key], !value.isNull else { return Array(repeating: [], count: count) }
        if count == 1 {
            let named = value.object?["class_name"] == nil ? value.object.map { Array($0.values) } : nil
            return [try Self.flat(named.map { .array($0) } ?? value).map { try metric($0, output: 0) }]
        }
        return try each(key, value, isOne: { _ in false }).enumerated().map { output, value in
            try Self.flat(value ?? .null).map { try metric($0, output: output) }
        }
    }

    /// The values of nested lists.
    private static func flat(_ value: ConfigValue) -> [ConfigValue] {
        value.array?.flatMap(flat) ?? (value.isNull ? [] : [value])
    }

    /// Keras 2 saves the names of metrics with those of their results before them, where there are several.
    private func metric(_ value: ConfigValue, output: Int) throws -> Metric {
        guard isKeras2, count > 1, names.indices.contains(output), var object = value.object,
            var config = object["config"]?.object, let name = config["name"]?.string
        else { return try Metric.configured(value) }
        let prefix = "\(names[output])_"
        if name.hasPrefix(prefix) { config["name"] = .string(String(name.dropFirst(prefix.count))) }
        object["config"] = .object(config)
        return try Metric.configured(.object(object))
    }

    /// One value for each result: the same for all, a list, or by their names.
    private func each(
        _ key: String, _ value: ConfigValue, isOne: (ConfigValue) -> Bool
    ) throws(IbexError) -> [ConfigValue?] {
        if isOne(value) { return Array(repeating: value, count: count) }
        if let named = value.object {
            for name in named.keys.sorted() where !names.contains(name) {
                throw IbexError(
                    .name, at: "\(place), key \(key)", found: "\"\(name)\"",
                    expected: "one of " + names.joined(separator: ", "))
            }
            return names.map { named[$0] }
        }
        guard let list = value.array, list.count == count else { throw misfit(key, value) }
        return list
    }

    private func misfit(_ key: String, _ value: ConfigValue) -> IbexError {
        IbexError(
            .argument, at: "\(place), key \(key)", found: value.description,
            expected: "one value, or one for each of \(count) results")
    }
}
