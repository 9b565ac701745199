import IbexFiles
import IbexGraph
import IbexModels

/// The architecture of a description: Keras's configuration of it, or a file to take it from.
struct ModelDescription: Sendable {
    private enum Source: Sendable {
        /// A file, and the path as errors name it.
        case file(String, place: String)
        case config(ConfigValue, ConfigDialect, place: String)
    }

    private let source: Source
    /// Whether a file may say how the model is compiled.
    let isFile: Bool

    init(_ field: Field) throws {
        if let path = field.value?.string {
            let path = field.file.resolved(path)
            _ = try field.placing { try ModelSource.Kind.of(path) }
            source = .file(path, place: field.place)
            isFile = true
            return
        }
        let value = try field.required(field.value, "a model: Keras's configuration, or the path of a file")
        guard value.object?["class_name"]?.string != nil else {
            throw field.misfit(
                "the path of a file, or an object with class_name and config, as Keras's to_json writes it")
        }
        let dialect = (value.object?["keras_version"]?.string).map(ConfigDialect.init(version:)) ?? .keras3
        if dialect == .keras3 { try Self.check(field) }
        source = .config(dialect == .keras3 ? KerasObject.full(value) : value, dialect, place: field.place)
        isFile = false
    }

    /// Makes the model, on the current device, with weights that follow the current seed.
    func model() throws -> Model {
        switch source {
        case .file(let path, let place):
            do { return try ModelSource.model(path, compile: true) } catch var error as IbexError {
                error.place = "\(place): \(error.place)"
                throw error
            }
        case .config(let config, let dialect, let place):
            return try Architecture.model(config, dialect: dialect, at: place)
        }
    }

    private static let models: Set<String> = ["Sequential", "Functional", "Model"]
    private static let keys = [
        "name", "trainable", "dtype", "layers", "input_layers", "output_layers", "build_input_shape",
    ]

    /// Checks a model or a layer, and what it is made of, without its weights.
    private static func check(_ given: Field) throws {
        let field = Field(given.file, given.path, KerasObject.named(given.value) ?? given.value)
        guard let className = field.value?.object?["class_name"]?.string else {
            throw field.misfit("an object with class_name and config")
        }
        if !models.contains(className) { return try checkLayer(field, className) }
        let ours: Set<String> = ["keras_version", "backend"]
        let plain = (field.value?.object ?? [:]).filter { !ours.contains($0.key) }
        let (place, arguments) = try KerasObject.arguments(of: Field(field.file, field.path, .object(plain)))
        let flat = Set(["module", "registered_name", "inbound_nodes"])
        try place.checkKeys(of: arguments.filter { !flat.contains($0.key) }, against: keys)
        let layers = Field(field.file, place.path.key("layers"), arguments["layers"])
        for layer in try layers.required(
            layers.value.map { _ in try layers.elements("a list of layers") }, "a list of layers")
        {
            try check(layer)
        }
    }

    private static func checkLayer(_ field: Field, _ className: String) throws {
        guard let value = field.value, var config = KerasObject.full(value).object?["config"]?.object else { return }
        // A name of its own: a layer that is made for a look takes none from the counter.
        if config["name"] == nil { config["name"] = "layer" }
        let name = value.object?["registered_name"]?.string.flatMap { $0.contains(">") ? $0 : nil } ?? className
        let layer = try field.placing { try LayerRegistry.layer(name, config: config) }
        try KerasObject.check(field, made: layer.serialized)
    }
}

extension DescriptionFile {
    /// A path of the description, which is relative to its folder.
    func resolved(_ path: String) -> String { path.hasPrefix("/") ? path : folder + path }
}
