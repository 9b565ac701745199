import IbexGraph
import Synchronization

/// What a function does to tensors and variables, recorded once to be replayed as a program.
package final class Trace: Sendable {
    @TaskLocal package static var current: Trace?

    private struct State {
        var inputTypes: [TensorType]
        var variables: [Variable] = []
        var inputs: [ObjectIdentifier: Int] = [:]
        var contents: [ObjectIdentifier: Tensor] = [:]
        var assigned: [Variable] = []
        var draws: UInt32 = 0
    }
    private let state: Mutex<State>
    private let device: Device
    package let id: UInt64
    /// The counter that makes draws differ from run to run.
    package let step: Variable
    package let inputs: [Tensor]

    package init(inputTypes: [TensorType], device: Device, step: Variable) {
        let id = Node.nextID
        self.id = id
        self.device = device
        self.step = step
        inputs = inputTypes.enumerated().map {
            Tensor(Node(Ops.Input($0, $1, trace: id), inputs: [], types: [$1], device: device))
        }
        state = Mutex(State(inputTypes: inputTypes))
    }

    func value(of variable: Variable) -> Tensor {
        state.withLock { state in
            let key = ObjectIdentifier(variable)
            if let tensor = state.contents[key] { return tensor }
            let op = Ops.Input(state.inputTypes.count, variable.type, trace: id)
            let tensor = Tensor(Node(op, inputs: [], types: [variable.type], device: device))
            state.inputs[key] = state.inputTypes.count
            state.inputTypes.append(variable.type)
            state.variables.append(variable)
            state.contents[key] = tensor
            return tensor
        }
    }

    func assign(_ tensor: Tensor, to variable: Variable) {
        _ = value(of: variable)
        state.withLock { state in
            let key = ObjectIdentifier(variable)
            if !state.assigned.contains(where: { $0 === variable }) { state.assigned.append(variable) }
            state.contents[key] = tensor
        }
    }

    /// The number of the next draw of this trace.
    func nextDraw() -> UInt32 {
        state.withLock { state in
            defer { state.draws += 1 }
            return state.draws
        }
    }

    var hasDraws: Bool { state.withLock { $0.draws > 0 } }

    /// The variables in the order of their first use; those that were assigned to; and for each of the latter
    /// the program's input and the tensor that replaces it.
    var result: (variables: [Variable], assigned: [Variable], updates: [Root], inputTypes: [TensorType]) {
        state.withLock { state in
            let updates = state.assigned.compactMap { variable -> Root? in
                let key = ObjectIdentifier(variable)
                guard let tensor = state.contents[key], let input = state.inputs[key] else { return nil }
                return Root(tensor, updates: input)
            }
            return (state.variables, state.assigned, updates, state.inputTypes)
        }
    }
}
