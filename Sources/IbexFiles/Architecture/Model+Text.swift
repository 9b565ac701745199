import IbexGraph
import IbexModels

extension Model {
    /// The model's layers and their connections as JSON, as Keras's `to_json`: no weights.
    ///
    /// Keras 3's text also says what `compile` was told.
    ///
    ///     let twin = try modelFromJSON(model.toJSON())
    ///     try twin.setWeights(model.getWeights())
    ///
    /// - Parameters:
    ///   - style: which Keras is to read it.
    ///   - indent: the width of a step where each value is to have a line of its own.
    /// - Throws: `IbexError` of kind `argument` for what that Keras cannot say.
    public func toJSON(style: KerasStyle = .keras3, indent: Int? = nil) throws -> String {
        let config =
            style == .keras3 ? try Architecture.config(of: self, .keras3) : try Keras2Writer.document(of: self)
        return JSON.text(config, indent: indent)
    }

    /// The model's layers and their connections as YAML, as Keras's `to_yaml` up to Keras 2.5.
    ///
    /// - Throws: `IbexError` of kind `argument` for what Keras 2 cannot say.
    public func toYAML() throws -> String { try YAML.text(try Keras2Writer.document(of: self)) }
}

/// The model that `toJSON` wrote, here or in Keras 2 or 3, with fresh weights; compiled where the text says how.
///
/// - Throws: `IbexError` of kind `file` for a text that is no model's JSON, `name` for a class or a function that is not
///   known (see `withCustomObjects`), `argument` for arguments that do not fit.
public func modelFromJSON(_ text: String) throws -> Model {
    let place = "JSON of a model"
    return try model(try JSON.value(of: text, at: place), at: place)
}

/// The model that `toYAML` wrote, here or in Keras 2.5 and before, with fresh weights.
///
/// - Throws: as `modelFromJSON`.
public func modelFromYAML(_ text: String) throws -> Model {
    let place = "YAML of a model"
    return try model(try YAML.value(of: text, at: place), at: place)
}

private func model(_ config: ConfigValue, at place: String) throws -> Model {
    let model = try Architecture.model(config, at: place)
    if let compiled = config.object?["compile_config"], compiled.object?.isEmpty == false {
        try CompileConfig.compile(model, compiled, Architecture.looks(of: config))
    }
    return model
}
