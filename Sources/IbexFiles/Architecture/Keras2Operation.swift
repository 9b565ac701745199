import IbexGraph
import IbexModels

/// TensorFlow's functions in models of Keras 2, `TFOpLambda`, as the operations of Keras 3: `x / 255` is `math.truediv` there
/// and `TrueDivide` here.
enum Keras2Operation {
    /// The operation, or the layer as it is where it is none.
    ///
    /// - Throws: `IbexError` of kind `name` for a function that is not known, `argument` for arguments that are not.
    static func entry(_ layer: ConfigValue) throws(IbexError) -> ConfigValue {
        guard let object = layer.object, let className = object["class_name"]?.string,
            ["TFOpLambda", "SlicingOpLambda"].contains(className)
        else { return layer }
        let config = object["config"]?.object ?? [:]
        let function = config["function"]?.string ?? ""
        let name = object["name"]?.string ?? config["name"]?.string ?? function
        let place = "layer \(name) (\(className))"
        guard let operation = known[function] else {
            throw IbexError(
                .name, at: place, found: "the function tf.\(function)",
                expected: "one of " + known.keys.sorted().map { "tf.\($0)" }.joined(separator: ", "),
                remedy: "Make the model with layers in its place.")
        }
        var calls: [ConfigValue] = []
        var arguments: Config = [:]
        for value in object["inbound_nodes"]?.array ?? [] {
            let (operands, named) = try call(value, at: place)
            arguments = named
            calls.append(["args": .array(operation == "Concatenate" ? [.array(operands)] : operands), "kwargs": [:]])
        }
        return [
            "module": .string("keras.src.ops.\(modules[operation] ?? "numpy")"), "class_name": .string(operation),
            "config": .object(arguments.merging(["name": .string(name)]) { $1 }),
            "registered_name": .string(operation), "name": .string(name), "inbound_nodes": .array(calls),
        ]
    }

    /// The operands of a call, and its arguments under Keras 3's names.
    private static func call(
        _ value: ConfigValue, at place: String
    ) throws(IbexError) -> (operands: [ConfigValue], arguments: Config) {
        let entries = value.array?.first?.array == nil ? [value] : value.array ?? []
        var operands: [ConfigValue] = []
        var arguments: Config = [:]
        for entry in entries {
            guard let parts = entry.array, parts.count >= 3 else {
                throw IbexError(
                    .argument, at: place, found: entry.description, expected: "[layer, call, result, arguments]")
            }
            operands.append(operand(parts))
            for (key, value) in parts.count > 3 ? parts[3].object ?? [:] : [:] where !value.isNull && key != "name" {
                switch key {
                case "x", "y": operands.append(value.array.map(operand) ?? value)
                case "axis", "keepdims": arguments[key] = value
                case "shape": arguments["newshape"] = value
                default:
                    throw IbexError(
                        .argument, at: "\(place), key \(key)", found: value.description,
                        expected: "y, axis, keepdims or shape")
                }
            }
        }
        return (operands, arguments)
    }

    /// A tensor, or the value that stands where its number would.
    private static func operand(_ parts: [ConfigValue]) -> ConfigValue {
        guard parts.count >= 3, let name = parts[0].string else { return .array(parts) }
        return name == "_CONSTANT_VALUE" ? parts[2] : Keras2Reader.tensor(.array(Array(parts.prefix(3))))
    }

    private static let modules = ["Relu": "nn", "Sigmoid": "nn", "Softplus": "nn", "Rsqrt": "math"]

    private static let known = [
        "math.truediv": "TrueDivide", "math.divide": "TrueDivide", "math.add": "Add", "__operators__.add": "Add",
        "math.subtract": "Subtract", "math.multiply": "Multiply", "math.pow": "Power", "math.maximum": "Maximum",
        "math.minimum": "Minimum", "math.negative": "Negative", "math.abs": "Absolute", "math.sqrt": "Sqrt",
        "math.rsqrt": "Rsqrt", "math.square": "Square", "math.exp": "Exp", "math.log": "Log", "math.log1p": "Log1p",
        "math.sin": "Sin", "math.cos": "Cos", "math.tanh": "Tanh", "math.sigmoid": "Sigmoid", "nn.relu": "Relu",
        "math.softplus": "Softplus", "math.floor": "Floor", "math.reduce_mean": "Mean", "math.reduce_sum": "Sum",
        "math.reduce_max": "Max", "math.reduce_min": "Min", "concat": "Concatenate", "reshape": "Reshape",
    ]
}
