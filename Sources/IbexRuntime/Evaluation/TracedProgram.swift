import IbexGraph

/// A function of tensors and variables, traced once and replayed: the variables that it assigns to are
/// updated in place.
package final class TracedProgram {
    package let device: Device
    package let backend: any Backend
    package let program: Program
    package let executable: any Executable
    package let outputTypes: [TensorType]
    /// The variables that it reads or writes.
    package let variables: [Variable]
    private let isAssigned: [Bool]
    private let inputCount: Int
    /// What every run is given: the inputs, the variables, what was captured.
    private var storages: [any Storage] = []
    private let captured: [any Storage]

    /// - Parameters:
    ///   - step: the counter that makes random draws differ from run to run; `nil` takes one of its own.
    ///   - advancesStep: whether each run that draws advances the counter; it does with one of its own.
    ///   - body: what to record; it gets one tensor for each of `inputTypes`.
    package init(
        device: Device, inputTypes: [TensorType], step: Variable? = nil, advancesStep: Bool = false,
        _ body: ([Tensor]) throws -> [Tensor]
    ) throws {
        self.device = device
        backend = try DeviceRegistry.shared.backend(for: device)
        let counter = step ?? withDevice(device) { Variable(Tensor(Int64(0)), name: "step", trainable: false) }
        let trace = Trace(inputTypes: inputTypes, device: device, step: counter)
        let outputs = try withDevice(device) {
            try Trace.$current.withValue(trace) {
                let outputs = try body(trace.inputs)
                if step == nil || advancesStep, trace.hasDraws { counter.assign(counter.value + 1) }
                return outputs
            }
        }
        let recorded = trace.result
        let (graph, captured) = try Graph.capture(
            outputs.map { Root($0) } + recorded.updates, inputTypes: recorded.inputTypes, trace: trace.id)
        try device.requireTypes(of: graph)
        program = try Planner.program(for: graph, fusing: backend.wantsFusion, largestBuffer: device.largestBuffer)
        executable = try backend.prepare(program)
        outputTypes = outputs.map(\.type)
        variables = recorded.variables
        isAssigned = recorded.variables.map { variable in recorded.assigned.contains { $0 === variable } }
        inputCount = inputTypes.count
        self.captured = try captured.map { try $0.storage(on: device) }
    }

    /// Enqueues one run.
    ///
    /// - Parameters:
    ///   - inputs: one storage for each input, on the program's device.
    ///   - outputs: one for each output.
    package func run(inputs: [any Storage], outputs: [any Storage]) throws {
        if storages.isEmpty {
            storages.reserveCapacity(inputCount + variables.count + captured.count)
            storages.append(contentsOf: inputs)
            for variable in variables { storages.append(try variable.stored.storage(on: device)) }
            storages.append(contentsOf: captured)
        }
        for index in inputs.indices where storages[index] !== inputs[index] { storages[index] = inputs[index] }
        for (index, variable) in variables.enumerated() {
            let storage =
                isAssigned[index] ? try variable.exclusiveStorage(on: device) : try variable.stored.storage(on: device)
            if storages[inputCount + index] !== storage { storages[inputCount + index] = storage }
        }
        try executable.run(inputs: storages, outputs: outputs)
    }

    /// Runs on tensors and gives tensors back.
    package func callAsFunction(_ inputs: [Tensor]) throws -> [Tensor] {
        try Tensor.evaluate(inputs, on: device)
        let storages = try inputs.map { try $0.storage(on: device) }
        let outputs = try outputTypes.map { try backend.makeStorage(byteCount: max($0.byteCount, 1)) }
        try run(inputs: storages, outputs: outputs)
        return zip(outputTypes, outputs).map { type, storage in
            Tensor(Node(Ops.Input(0, type), types: [type], storages: [storage], device: device))
        }
    }
}
