import IbexGraph
import IbexModels

/// Models as configurations: layers and calls, without weights.
package enum Architecture {
    /// A model's configuration: Keras's `config.json`, or what its `.h5` files hold as `model_config`.
    ///
    /// In Keras 3's dialect it holds what `compile` was told too.
    ///
    /// - Throws: `IbexError` of kind `argument` for what the dialect cannot say.
    package static func config(of model: Model, _ dialect: ConfigDialect) throws -> ConfigValue {
        let config = SharedLayers.writing { model.serialized }
        switch dialect {
        case .keras3:
            guard let compiled = try CompileConfig.config(of: model, dialect) else { return config }
            return .object((config.object ?? [:]).merging(["compile_config": compiled]) { $1 })
        case .keras3HDF5: return Keras3HDF5.entry(config)
        case .keras2: return try Keras2Writer.entry(config)
        }
    }

    /// The model of a configuration; it is not compiled.
    ///
    /// - Parameters:
    ///   - dialect: how the configuration is written; what it looks like decides where none is given.
    ///   - place: what errors name, such as the path of the file.
    /// - Throws: `IbexError` of kind `name` for an unknown class, `argument` for arguments that do not fit, `file` for
    ///   what is no model.
    package static func model(
        _ config: ConfigValue, dialect: ConfigDialect? = nil, at place: String
    ) throws -> Model {
        let plain: ConfigValue
        switch dialect ?? looks(of: config) {
        case .keras2: plain = try Keras2Reader.entry(config).withPlainValues
        case .keras3, .keras3HDF5: plain = config.withPlainValues
        }
        guard plain.object?["class_name"]?.string != nil else {
            throw IbexError(
                .file, at: place, found: "no class_name", expected: "the configuration of a model",
                remedy: plain.object?["layers"] == nil ? "" : "Pass the object around this one.")
        }
        let layer = try SharedLayers.reading { try LayerRegistry.layer(plain, at: place) }
        guard let model = layer as? Model else {
            throw IbexError(
                .file, at: place, found: "the layer \(layer.name) (\(layer.className))", expected: "a model")
        }
        return model
    }

    /// Which dialect a configuration is written in.
    package static func looks(of config: ConfigValue) -> ConfigDialect {
        if let version = config.object?["keras_version"]?.string { return ConfigDialect(version: version) }
        guard let object = config.object, object["module"] == nil else { return .keras3 }
        let inner = object["config"]?.object?["layers"]?.array ?? object["config"]?.array ?? []
        let isKeras3 = inner.contains { entry in
            let config = entry.object?["config"]?.object
            return entry.object?["module"] != nil || config?["batch_shape"] != nil
                || config?["dtype"]?.object?["class_name"] == "DTypePolicy"
        }
        return isKeras3 ? .keras3HDF5 : .keras2
    }
}

/// Configurations as the `.h5` files of Keras 3 hold them: layers without module, registration and shapes.
enum Keras3HDF5 {
    static func entry(_ value: ConfigValue) -> ConfigValue {
        guard let object = value.object else { return value }
        var entry = object.filter { !["registered_name", "build_config", "compile_config"].contains($0.key) }
        // Without it, the operation Add could not be told from the layer.
        if object["module"]?.string?.hasPrefix("keras.src.ops") != true { entry["module"] = nil }
        if var config = object["config"]?.object, let layers = config["layers"]?.array {
            config["layers"] = .array(layers.map(Self.entry))
            entry["config"] = .object(config)
        }
        if let name = object["registered_name"]?.string, name.contains(">") { entry["class_name"] = .string(name) }
        return .object(entry)
    }

    /// A loss, a metric or an optimizer: an object without module, also inside a list or a dictionary.
    static func bare(_ value: ConfigValue) -> ConfigValue {
        if let values = value.array { return .array(values.map(bare)) }
        guard let object = value.object else { return value }
        if object["class_name"] == "function" { return value.functionName.map { .string($0) } ?? value }
        return object["class_name"] == nil ? .object(object.mapValues(bare)) : entry(value)
    }
}
