import IbexGraph

/// A function of tensors that is recorded at its first call and replayed afterwards, once for each
/// combination of shapes and types that it is called with.
///
/// Variables that the function assigns to are updated in place. Reading a value (`scalars`, `item`) inside
/// the function throws: there is none yet when it is recorded.
public final class CompiledFunction {
    private let body: ([Tensor]) throws -> [Tensor]
    private let device: Device?
    private var programs: [Signature: TracedProgram] = [:]
    private struct Signature: Hashable {
        let device: Device
        let types: [TensorType]
    }

    public init(_ body: @escaping ([Tensor]) throws -> [Tensor]) {
        self.body = body
        device = .current
    }

    /// - Throws: `IbexError` where memory or the device fails, and what the function throws while it is recorded.
    public func callAsFunction(_ inputs: [Tensor]) throws -> [Tensor] {
        let place = try inputs.lazy.compactMap(\.device).first ?? device ?? Device.standard
        let signature = Signature(device: place, types: inputs.map(\.type))
        if let program = programs[signature] { return try program(inputs) }
        let program = try TracedProgram(device: place, inputTypes: signature.types, body)
        programs[signature] = program
        return try program(inputs)
    }

    public func callAsFunction(_ inputs: Tensor...) throws -> [Tensor] { try callAsFunction(inputs) }

    /// How many programs the function became: one for each combination of shapes and types.
    public var programCount: Int { programs.count }
}

/// Records a function of tensors as one program.
///
///     let step = compile { inputs in
///         let loss = (inputs[0].matmul(w.value) - inputs[1]).square().mean()
///         w.assign(w.value - gradients(of: loss, withRespectTo: [w.value])[0] * 0.1)
///         return [loss]
///     }
///     let loss = try step(x, y)[0].item(as: Float.self)
public func compile(_ body: @escaping ([Tensor]) throws -> [Tensor]) -> CompiledFunction { CompiledFunction(body) }
