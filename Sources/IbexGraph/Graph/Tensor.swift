/// An array of numbers of one type, computed when it is read.
///
/// An operation on tensors makes a node of a graph that knows its shape and type at once; numbers
/// appear when they are asked for (`scalars`, `item()`, `print`). Shapes that do not fit are a
/// programming error and trap where the operation is written, with the op, the shapes and the rule,
/// as `Array` does for a bad index.
///
///     let x = Tensor([[1, 2], [3, 4]] as [[Float]])
///     let y = x.matmul(x) + 1
///     try y.scalars(as: Float.self)        // [8, 11, 16, 23]
public struct Tensor: Sendable {
    package var node: Node
    package let index: Int

    package init(_ node: Node, _ index: Int = 0) {
        self.node = node
        self.index = index
    }

    package var type: TensorType { node.types[index] }

    /// The extents, outermost axis first.
    public var shape: Shape { type.shape }

    /// The element type.
    public var dtype: DType { type.dtype }

    /// The number of axes; 0 for a scalar.
    public var rank: Int { shape.rank }

    /// The number of elements.
    public var elementCount: Int { shape.elementCount }

    /// The device that the tensor is computed on, where it is settled.
    public var device: Device? { node.device ?? storage?.device }

    /// The computed result, once there is one.
    package var storage: (any Storage)? { node.storages?[index] }

    /// The tensor as a key: which node, which of its results.
    package struct Identity: Hashable {
        package let node: ObjectIdentifier
        package let index: Int
    }

    package var identity: Identity { Identity(node: ObjectIdentifier(node), index: index) }
}

extension Tensor {
    /// Applies an op that yields one result.
    ///
    /// - Precondition: the op's rule holds for the inputs' types, and they lie on one device.
    package static func apply(_ op: some Op, _ inputs: Tensor...) -> Tensor { apply(op, inputs)[0] }

    /// Applies an op and yields all its results.
    package static func apply(_ op: some Op, _ inputs: [Tensor]) -> [Tensor] {
        trapping { () throws(IbexError) in
            let types = try op.resultTypes(inputs.map(\.type))
            let node = Node(op, inputs: inputs, types: types, device: try commonDevice(inputs, op))
            return types.indices.map { Tensor(node, $0) }
        }
    }

    /// An axis counted from the first; traps where there is none.
    package func checkedAxis(_ axis: Int, _ place: String = #function) -> Int {
        trapping { () throws(IbexError) in try shape.axis(axis, at: place) }
    }

    package static func commonDevice(_ inputs: [Tensor], _ op: some Op) throws(IbexError) -> Device? {
        var common: Device?
        for input in inputs {
            guard let device = input.device else { continue }
            if let common, common != device {
                throw IbexError(
                    .device, at: op.name, found: "operands on \(common.id) and \(device.id)",
                    expected: "all operands on one device", remedy: "Copy one of them with to(device).")
            }
            common = device
        }
        return common
    }
}
