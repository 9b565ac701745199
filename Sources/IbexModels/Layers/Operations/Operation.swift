import IbexGraph
import IbexRuntime

/// An operation that Keras 3 notes down as a step of a model: Python's `x / 255` is `TrueDivide`, `ops.mean(x, axis=1)` is
/// `Mean`. It comes out of configurations and is written again as it was; the other layers say the same in Swift.
///
/// The call's operands stand in `inbound_nodes`: tensors, and numbers or lists of them.
final class Operation: Layer {
    /// What stands at an operand's place: the next of the call's tensors, or a value.
    enum Operand: Hashable {
        case tensor
        case value(ConfigValue)
    }

    private let function: OperationFunction
    /// Keras's name of the class: `TrueDivide`.
    private let operation: String
    /// Where Keras has the class: `keras.src.ops.numpy`.
    private let module: ConfigValue
    /// The arguments beside the operands, as `axis`.
    private let arguments: Config
    private let operands: [Operand]
    /// Whether the operands stand in a list, as those of `Concatenate`.
    private let takesOperandList: Bool

    /// Whether an entry of a model's layers is an operation.
    static func isEntry(_ entry: ConfigValue) -> Bool {
        entry.object?["module"]?.string?.hasPrefix("keras.src.ops") == true
    }

    /// - Parameter entry: the operation among a model's layers, with its calls.
    /// - Throws: `IbexError` of kind `name` for an operation that is not known, `argument` for arguments that do not fit.
    init(entry: ConfigValue, at place: String) throws {
        let (className, config) = try entry.wrapped(at: place)
        let name = config.layerName ?? className
        let place = "operation \(name) (\(className))"
        guard let make = OperationFunction.known[className] else {
            throw IbexError(
                .name, at: place, found: "the unknown operation \"\(className)\"",
                expected: "one of " + OperationFunction.known.keys.sorted().joined(separator: ", "),
                remedy: "Make the model with layers in its place.")
        }
        operation = className
        module = entry.object?["module"] ?? .null
        arguments = config.filter { $0.key != "name" }
        function = try make(arguments, place)
        let calls = try (entry.object?["inbound_nodes"]?.array ?? []).map { try Self.operands($0, at: place) }
        guard let first = calls.first, calls.allSatisfy({ $0 == first }) else {
            throw IbexError(
                .argument, at: place, found: "\(calls.count) calls",
                expected: "calls with the same numbers, one at least")
        }
        (operands, takesOperandList) = (first.operands, first.isList)
        super.init(name: name)
        guard function.takes(operands.count) else {
            throw IbexError(
                .argument, at: place, found: "\(operands.count) operands", expected: function.count)
        }
    }

    private struct Call: Equatable {
        let operands: [Operand]
        let isList: Bool
    }

    /// The operands of a call: its `args` and, by their names, its `kwargs`.
    private static func operands(_ node: ConfigValue, at place: String) throws(IbexError) -> Call {
        let named = (node.object?["kwargs"]?.object ?? [:]).filter { !$0.value.isNull }.sorted { $0.key < $1.key }
        var values = (node.object?["args"]?.array ?? []) + named.map(\.value)
        let isList = values.count == 1 && values[0].array?.contains(where: isTensor) == true
        if isList { values = values[0].array ?? [] }
        for value in values where !isTensor(value) && value.tensor == nil {
            throw IbexError(
                .argument, at: place, found: value.description, expected: "a tensor, a number, or lists of numbers")
        }
        return Call(operands: values.map { isTensor($0) ? .tensor : .value($0) }, isList: isList)
    }

    private static func isTensor(_ value: ConfigValue) -> Bool { value.object?["class_name"] == "__keras_tensor__" }

    override var className: String { operation }

    /// The operands of a call on these tensors, which `shape` or `tensor` of a value joins.
    private func operands<Value>(_ inputs: [Value], _ made: (ConfigValue) -> Value?) throws(IbexError) -> [Value] {
        var rest = inputs[...]
        let values = operands.compactMap { operand in
            if case .value(let value) = operand { made(value) } else { rest.popFirst() }
        }
        guard values.count == operands.count, rest.isEmpty else { throw inputCountError(inputs.count) }
        return values
    }

    override func outputShapes(for inputs: [Shape]) throws -> [Shape] {
        let shapes = try operands(inputs) { $0.tensor?.shape }
        return [try function.shape(shapes, self)]
    }

    override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        let tensors = inputs.map { $0.dtype.isFloatingPoint ? $0 : $0.cast(to: dtype) }
        let type = tensors.first?.dtype ?? dtype
        return [try function.compute(try operands(tensors) { $0.tensor?.cast(to: type) })]
    }

    override var config: Config { arguments.merging(["name": .string(name)]) { $1 } }

    /// The operation as an entry of a model's layers.
    var entry: Config {
        [
            "module": module, "class_name": .string(operation), "config": .object(config),
            "registered_name": .string(operation),
        ]
    }

    /// The operands of a call, tensors as Keras notes them down.
    func arguments(_ tensors: [ConfigValue]) -> ConfigValue {
        var rest = tensors[...]
        let values = operands.map { operand -> ConfigValue in
            if case .value(let value) = operand { value } else { rest.popFirst() ?? .null }
        }
        return .array(takesOperandList ? [.array(values)] : values)
    }
}

extension ConfigValue {
    /// A number, or nested lists of numbers, as a tensor; `nil` for anything else.
    fileprivate var tensor: Tensor? {
        guard let (shape, scalars) = numbers else { return nil }
        return .constant(scalars, shape, .float32)
    }

    private var numbers: (Shape, [Double])? {
        if let double { return ([], [double]) }
        guard let array, let first = array.first?.numbers?.0 else { return nil }
        let parts = array.compactMap(\.numbers)
        guard parts.count == array.count, parts.allSatisfy({ $0.0 == first }) else { return nil }
        return (Shape([array.count] + first.extents), parts.flatMap(\.1))
    }
}
