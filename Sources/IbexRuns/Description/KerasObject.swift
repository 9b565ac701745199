import IbexFiles
import IbexGraph
import IbexModels

/// Keras's objects in a description: a name, or `{class_name, config}`; the arguments may also stand beside `class_name`.
///
/// Keras's own readers pass over arguments that they do not know. Here each argument has to be one that the object, once
/// made, writes of itself.
enum KerasObject {
    /// What stands beside `class_name` where Keras writes an object.
    private static let companions: Set<String> = [
        "class_name", "config", "module", "registered_name", "build_config", "compile_config", "inbound_nodes", "name",
        "shared_object_id", "ibex",
    ]
    /// Arguments that are read, but not always written.
    private static let silent: Set<String> = [
        "name", "dtype", "trainable", "quantization_config", "seed", "activity_regularizer",
    ]

    /// The value with every object in Keras's full form; a layer of a list may be its name alone.
    static func full(_ value: ConfigValue) -> ConfigValue {
        switch value {
        case .array(let values): return .array(values.map(full))
        case .object(let object):
            var object = object.mapValues(full)
            if let layers = object["layers"]?.array { object["layers"] = .array(layers.map { named($0) ?? $0 }) }
            guard object["class_name"] != nil, object["config"] == nil else { return .object(object) }
            var entry = object.filter { ["class_name", "module", "registered_name", "inbound_nodes"].contains($0.key) }
            entry["name"] = object["inbound_nodes"] == nil ? nil : object["name"]
            entry["config"] = .object(object.filter { entry[$0.key] == nil || $0.key == "name" })
            return .object(entry)
        default: return value
        }
    }

    /// The object that a name stands for: one without arguments.
    static func named(_ value: ConfigValue?) -> ConfigValue? {
        (value?.string).map { ["class_name": .string($0), "config": [:]] }
    }

    /// The arguments of an object and where they stand.
    static func arguments(of field: Field) throws -> (field: Field, config: Config) {
        let object = field.value?.object ?? [:]
        guard let value = object["config"] else { return (field, object.filter { $0.key != "class_name" }) }
        let inner = Field(field.file, field.path.key("config"), value)
        try field.checkKeys(of: object, against: companions.sorted())
        return (inner, try inner.required(value.object, "an object with the arguments"))
    }

    /// Checks the arguments of an object against what the object that was made of it writes.
    static func check(_ field: Field, made: ConfigValue) throws {
        guard let given = field.value?.object, let written = made.object else {
            if let list = field.value?.array, let written = made.array, list.count == written.count {
                for (index, pair) in zip(list, written).enumerated() {
                    try check(Field(field.file, field.path.index(index), pair.0), made: pair.1)
                }
            }
            return
        }
        let isObject = given["class_name"] != nil
        let (place, arguments) = isObject ? try Self.arguments(of: field) : (field, given)
        let known = isObject ? written["config"]?.object ?? [:] : written
        try place.checkKeys(
            of: arguments.filter { !silent.contains($0.key) && !["module", "registered_name"].contains($0.key) },
            against: known.keys.sorted())
        for (key, value) in arguments {
            guard let known = known[key] else { continue }
            try check(Field(field.file, place.path.key(key), value), made: known)
        }
    }

    /// Makes each of the objects that stand in a value: a name, an object, or lists and dictionaries of them.
    static func checkEach(_ field: Field, make: (ConfigValue) throws -> ConfigValue) throws {
        guard let value = field.value else { return }
        if let values = value.array {
            for (index, value) in values.enumerated() {
                try checkEach(Field(field.file, field.path.index(index), value), make: make)
            }
        } else if let object = value.object, object["class_name"] == nil {
            for (key, value) in object.sorted(by: { $0.key < $1.key }) {
                try checkEach(Field(field.file, field.path.key(key), value), make: make)
            }
        } else {
            try check(field, made: try field.placing { try make(full(value)) })
        }
    }
}
