import IbexGraph
import IbexModels

/// What samples or targets go through before the model sees them: Keras's preprocessing layers, in their order.
struct Preprocessing: Sendable {
    static let layers = ["CategoryEncoding", "Flatten", "Normalization", "Rescaling", "Reshape", "Resizing"]

    private let steps: [(className: String, config: Config, place: String)]

    init(_ field: Field) throws {
        steps = try field.elements("a list of layers: " + Self.layers.joined(separator: ", ")).map { step in
            let named = KerasObject.named(step.value)?.object
            let object = try step.required(named ?? step.value?.object, "a layer's name, or an object with class_name")
            let className = object["class_name"]?.string ?? ""
            guard Self.layers.contains(className) else {
                throw Field(step.file, named == nil ? step.path.key("class_name") : step.path, object["class_name"])
                    .misfit(
                        "one of " + Self.layers.joined(separator: ", "),
                        remedy: Spelling.remedy(for: className, among: Self.layers))
            }
            let whole = Field(step.file, step.path, .object(object))
            let config = Self.fractions(try KerasObject.arguments(of: whole).config).merging(["name": "layer"]) { $1 }
            let layer = try step.placing { try LayerRegistry.layer(className, config: config) }
            try KerasObject.check(whole, made: layer.serialized)
            return (className, config, step.place)
        }
    }

    var isEmpty: Bool { steps.isEmpty }

    /// `1/255` as the number.
    private static func fractions(_ config: Config) -> Config {
        config.mapValues { value in
            let parts = value.string?.split(separator: "/", omittingEmptySubsequences: false) ?? []
            let numbers = parts.compactMap { Double($0.filter { $0 != " " }) }
            return parts.count == 2 && numbers.count == 2 ? .double(numbers[0] / numbers[1]) : value
        }
    }

    /// The steps made ready: those that learn from data learn from this.
    func adapted(to tensors: [Tensor]) throws -> Adapted {
        var lists: [[Layer]] = []
        for tensor in tensors {
            var (value, layers) = (tensor, [Layer]())
            for step in steps {
                let layer = try LayerRegistry.layer(step.className, config: step.config)
                do {
                    if let layer = layer as? Normalization, step.config["mean"]?.isNull ?? true {
                        try layer.adapt(value)
                    }
                    value = try layer(value)
                } catch var error as IbexError {
                    error.place = "\(step.place): \(error.place)"
                    throw error
                }
                layers.append(layer)
            }
            lists.append(layers)
        }
        return Adapted(lists: lists)
    }

    /// The layers for each of several tensors.
    struct Adapted {
        fileprivate let lists: [[Layer]]

        func callAsFunction(_ tensors: [Tensor]) throws -> [Tensor] {
            try zip(tensors, lists).map { tensor, layers in try layers.reduce(tensor) { try $1($0) } }
        }

        /// The steps as the model's file notes them, with what was learnt from data.
        func notes() throws -> ConfigValue {
            let lists = try lists.map { layers in ConfigValue.array(try layers.map(Self.note)) }
            return lists.count == 1 ? lists[0] : .array(lists)
        }

        private static func note(_ layer: Layer) throws -> ConfigValue {
            var config = layer.config.filter { !["name", "trainable", "dtype"].contains($0.key) }
            if layer is Normalization, layer.weights.count >= 2 {
                for (key, tensor) in zip(["mean", "variance"], layer.getWeights()) {
                    config[key] = .array(try tensor.doubles().map { .double($0) })
                }
            }
            return ["class_name": .string(layer.className), "config": .object(config)]
        }
    }
}
