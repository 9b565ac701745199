import IbexGraph

extension LayerGraph {
    /// The graph under Keras's names: `layers` with their `inbound_nodes`, `input_layers`, `output_layers`.
    var config: Config {
        [
            "layers": .array(layers.map(entry)), "input_layers": inputForm.config(inputs.map(history)),
            "output_layers": outputForm.config(outputs.map(history)),
        ]
    }

    private func entry(_ layer: Layer) -> ConfigValue {
        var entry = (layer as? Operation)?.entry ?? layer.serialized.object ?? [:]
        entry["name"] = .string(layer.name)
        entry["inbound_nodes"] = .array(calls(of: layer).filter { !$0.inputs.isEmpty }.map(node))
        return .object(entry)
    }

    private func node(_ call: LayerCall) -> ConfigValue {
        let tensors = call.inputs.map { input -> ConfigValue in
            let dtype = input.layer.dtype.rawValue
            return [
                "class_name": "__keras_tensor__",
                "config": [
                    "shape": .array(input.shape.map { ConfigValue($0) }), "dtype": .string(dtype),
                    "keras_history": history(input),
                ],
            ]
        }
        if let operation = call.layer as? Operation {
            return ["args": operation.arguments(tensors), "kwargs": [:]]
        }
        var arguments = CallDefaults.of(call.layer.className)
        if let training = call.training { arguments["training"] = .bool(training) }
        return [
            "args": .array(tensors.count == 1 && !call.layer.takesList ? tensors : [.array(tensors)]),
            "kwargs": .object(arguments),
        ]
    }

    private func calls(of layer: Layer) -> [LayerCall] { calls.filter { $0.layer === layer } }

    /// The layer, which of its calls in this graph, which of the call's results.
    private func history(_ tensor: SymbolicTensor) -> ConfigValue {
        let node = calls(of: tensor.layer).firstIndex { $0 === tensor.call } ?? 0
        return .array([.string(tensor.layer.name), .int(node), .int(tensor.index)])
    }
}

/// What Keras notes down of a call that said nothing: the defaults of some layers' arguments.
package enum CallDefaults {
    private static let untrained: Set<String> = [
        "SpectralNormalization", "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D",
        "GaussianNoise", "GaussianDropout", "AlphaDropout",
    ]
    private static let trained: Set<String> = [
        "Resizing", "CenterCrop", "RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomCrop",
        "RandomContrast", "RandomBrightness",
    ]
    private static let masked: Set<String> = [
        "TimeDistributed", "Softmax", "GlobalAveragePooling1D", "BatchNormalization", "Sequential", "Functional",
    ]

    package static func of(_ className: String) -> Config {
        if untrained.contains(className) { return ["training": false] }
        if trained.contains(className) { return ["training": true] }
        return masked.contains(className) ? ["mask": nil] : [:]
    }
}

/// How a model's inputs or outputs were given: Keras takes data, and gives results, in the same form.
enum EndsForm: Sendable, Hashable {
    case single
    case list
    /// A dictionary; its keys in order.
    case named([String])

    /// The form in which the ends of a graph stand in a configuration.
    init(_ value: ConfigValue?) {
        if let keys = value?.object?.keys {
            self = .named(keys.sorted())
        } else {
            self = value?.array?.first?.string == nil ? .list : .single
        }
    }

    func config(_ ends: [ConfigValue]) -> ConfigValue {
        switch self {
        case .single where ends.count == 1: ends[0]
        case .named(let keys): .object(Config(uniqueKeysWithValues: zip(keys, ends)))
        default: .array(ends)
        }
    }
}

extension Model {
    /// The model that a configuration tells call for call: Keras's `Functional`.
    ///
    /// Where inputs or results stand under keys, they are taken and given in the alphabet's order of these.
    ///
    /// - Throws: `IbexError` where a layer is unknown, or where calls do not fit together.
    public static func functional(config: Config) throws -> Model {
        let (inputs, outputs) = (config["input_layers"], config["output_layers"])
        let reader = try GraphReader(config, at: "model \(config.layerName ?? "functional")")
        let model = try Model(
            inputs: try reader.ends(inputs, key: "input_layers"),
            outputs: try reader.ends(outputs, key: "output_layers"), name: config.layerName)
        model.graph?.inputForm = EndsForm(inputs)
        model.graph?.outputForm = EndsForm(outputs)
        try model.applyCommon(config)
        return model
    }
}
