import Synchronization

/// One op applied to its inputs: a vertex of the graph. The description never changes; the result
/// is set once, and with it the inputs are let go, so that an eager loop does not grow, and so are a constant's bytes,
/// so that data on a device does not stay on the host as well.
package final class Node: Sendable {
    /// Grows with every node made, so inputs always have smaller numbers than their users.
    package let id: UInt64
    package let types: [TensorType]
    /// Where the node is computed; `nil` where nothing ties it to a device yet.
    package let device: Device?
    /// The layer that it was made for, if any.
    package let label: LayerLabel?

    private struct State {
        var op: any Op
        var inputs: [Tensor]
        var storages: [any Storage]?
        var hasReleasedInputs = false
    }

    private let state: Mutex<State>
    private let keepsInputs: Bool
    private static let counter = Atomic<UInt64>(0)

    package init(_ op: any Op, inputs: [Tensor], types: [TensorType], device: Device?) {
        id = Node.counter.add(1, ordering: .relaxed).newValue
        self.types = types
        self.device = device
        label = LayerScope.current
        keepsInputs = GradientScope.isActive
        state = Mutex(State(op: op, inputs: inputs, storages: nil))
    }

    /// A node that holds a result already.
    package convenience init(_ op: any Op, types: [TensorType], storages: [any Storage], device: Device) {
        self.init(op, inputs: [], types: types, device: device)
        state.withLock { $0.storages = storages }
    }

    /// The number that the next node will at least have.
    package static var nextID: UInt64 { counter.load(ordering: .relaxed) + 1 }

    package var op: any Op { state.withLock { $0.op } }

    package var inputs: [Tensor] { state.withLock { $0.inputs } }

    /// The computed results, once there are any.
    package var storages: [any Storage]? { state.withLock { $0.storages } }

    /// Results, or the op and its inputs, as one look finds them: another task may set the results meanwhile.
    package var contents: (op: any Op, storages: [any Storage]?, inputs: [Tensor]) {
        state.withLock { ($0.op, $0.storages, $0.inputs) }
    }

    /// Whether the node was computed and has forgotten how.
    package var hasReleasedInputs: Bool { state.withLock { $0.hasReleasedInputs } }

    /// Sets the result and lets the inputs go.
    package func fulfil(_ storages: [any Storage]) {
        let released = state.withLock { state -> [Tensor] in
            state.storages = storages
            state.op = state.op.spent
            guard !keepsInputs, !state.inputs.isEmpty else { return [] }
            state.hasReleasedInputs = true
            defer { state.inputs = [] }
            return state.inputs
        }
        Node.release(released)
    }

    deinit {
        Node.release(takeInputs())
    }

    private func takeInputs() -> [Tensor] {
        state.withLock { state in
            defer { state.inputs = [] }
            return state.inputs
        }
    }

    /// Frees a chain without recursion: a million nodes deep, recursion would overflow the stack.
    ///
    /// The list is consumed: a second reference from it would hide that a node is nobody else's.
    private static func release(_ tensors: consuming [Tensor]) {
        var pending = consume tensors
        while var tensor = pending.popLast() {
            if isKnownUniquelyReferenced(&tensor.node) {
                pending.append(contentsOf: tensor.node.takeInputs())
            }
        }
    }
}

/// While a gradient is being traced, nodes keep their inputs when they are evaluated, so that a value
/// printed on the way does not cut the path back.
package enum GradientScope {
    @TaskLocal package static var isActive = false
}
