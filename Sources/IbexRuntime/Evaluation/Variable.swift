import IbexGraph
import Synchronization

/// State that training changes: a weight, an optimizer's slot, a counter.
///
/// `value` is a tensor of the contents at that moment. Inside `compile` it is an input of the program, and
/// `assign` makes the program write its result over the storage, in place.
///
///     let w = Variable(Tensor([1, 2, 3]), name: "w")
///     w.assign(w.value * 2)
public final class Variable: Sendable {
    public let name: String
    public let shape: Shape
    public let dtype: DType

    private struct State {
        var tensor: Tensor
        var isTrainable: Bool
    }
    private let state: Mutex<State>

    public init(_ value: Tensor, name: String = "", trainable: Bool = true) {
        self.name = name
        shape = value.shape
        dtype = value.dtype
        state = Mutex(State(tensor: value, isTrainable: trainable))
    }

    package var type: TensorType { TensorType(shape, dtype) }

    /// Whether an optimizer may change it.
    public var isTrainable: Bool {
        get { state.withLock { $0.isTrainable } }
        set { state.withLock { $0.isTrainable = newValue } }
    }

    /// The contents at this moment.
    public var value: Tensor { Trace.current?.value(of: self) ?? stored }

    /// Replaces the contents.
    ///
    /// - Precondition: shape and type are the variable's.
    public func assign(_ tensor: Tensor) {
        precondition(
            tensor.type == type, "Variable \(name): found \(tensor.type) to assign; expected \(type)")
        if let trace = Trace.current {
            trace.assign(tensor, to: self)
        } else {
            state.withLock { $0.tensor = tensor }
        }
    }

    /// The contents outside any trace.
    package var stored: Tensor { state.withLock { $0.tensor } }

    /// The storage that a program may write to: computed, on `device`, and nobody else's.
    package func exclusiveStorage(on device: Device) throws -> any Storage {
        let storage = try stored.storage(on: device)
        let isShared = state.withLock { !isKnownUniquelyReferenced(&$0.tensor.node) }
        guard isShared else { return storage }
        let backend = try DeviceRegistry.shared.backend(for: device)
        let copy = try backend.upload(try stored.bytes()[...])
        let node = Node(Ops.Input(0, type), types: [type], storages: [copy], device: device)
        state.withLock { $0.tensor = Tensor(node) }
        return copy
    }
}
