import IbexArrays
import IbexGraph
import IbexModels
import IbexRuntime

/// A whole model as one HDF5 file, as Keras 2 and, for old times' sake, Keras 3 write it.
///
///     model_config, training_config     attributes: JSON
///     model_weights/                    see LegacyWeights
///     optimizer_weights/                weight_names and arrays, see OptimizerWeights
///     preprocessing                     attribute: JSON, ours; Keras passes over it
enum LegacyFile {
    /// - Throws: `IbexError` where something is missing, unknown or does not fit.
    static func model(from root: HDF5Group, at place: String, compiles: Bool) throws -> Model {
        guard let text = root.attributes["model_config"]?.string else {
            throw IbexError(
                .file, at: place, found: "no attribute model_config", expected: "a whole model",
                remedy: "For a file of weights alone, make the model and call its loadWeights.")
        }
        guard let weights = root.groups["model_weights"] else {
            throw IbexError(.file, at: place, found: "no group model_weights", expected: "the model's weights")
        }
        let isKeras3 = root.attributes["keras_version"]?.string?.hasPrefix("3") == true
        let dialect: ConfigDialect = isKeras3 ? .keras3HDF5 : .keras2
        let architecture = try JSON.value(of: text, at: "\(place), model_config")
        var loaded = try LoadedModel(architecture, dialect: dialect, at: place)
        loaded.plan.append(
            try LegacyWeights.plan(weights, for: loaded.model, at: "\(place), model_weights", matching: .names))
        if compiles, let text = root.attributes["training_config"]?.string {
            let config = try JSON.value(of: text, at: "\(place), training_config")
            try CompileConfig.compile(loaded.model, config, dialect)
            try loaded.restore(try optimizerEntries(root, at: place), style: isKeras3 ? .keras3 : .keras2)
        }
        if let notes = root.attributes["preprocessing"]?.string {
            loaded.model.preprocessing = try JSON.value(of: notes, at: "\(place), preprocessing").object ?? [:]
        }
        return try loaded.finished()
    }

    static func optimizerEntries(_ root: HDF5Group, at place: String) throws(IbexError) -> [OptimizerWeights.Entry] {
        guard let group = root.groups["optimizer_weights"], let names = group.strings(named: "weight_names") else {
            return []
        }
        let arrays = try group.arrays(named: names, at: "\(place), optimizer_weights")
        return zip(names, arrays).map { OptimizerWeights.Entry(name: $0, array: $1) }
    }

    /// - Throws: `IbexError` where the model cannot be told as a configuration, or two layers have one name.
    static func group(of model: Model, style: KerasStyle, includesOptimizer: Bool) throws -> HDF5Group {
        var root = HDF5Group()
        root.attributes["keras_version"] = .string(style.version)
        root.attributes["backend"] = .string("tensorflow")
        let dialect: ConfigDialect = style == .keras2 ? .keras2 : .keras3HDF5
        root.attributes["model_config"] = .string(JSON.text(try Architecture.config(of: model, dialect)))
        if !model.preprocessing.isEmpty {
            root.attributes["preprocessing"] = .string(JSON.text(.object(model.preprocessing)))
        }
        root.groups["model_weights"] = try LegacyWeights.group(of: model, style: style)
        guard includesOptimizer, let optimizer = try model.savedOptimizer(),
            let config = try CompileConfig.config(of: model, dialect)
        else { return root }
        root.attributes["training_config"] = .string(JSON.text(config))
        let entries = OptimizerWeights.entries(of: optimizer, weights: model.trainableWeights, style: style)
        root.withGroup(at: "optimizer_weights") { $0.put(entries.map { ($0.name, $0.array) }) }
        return root
    }
}
