/// One operation, as a value: its attributes, its shape and type rule, and its gradient.
///
/// An op says everything about itself that no backend need know. Each backend declares a lowering
/// protocol of its own, and ops conform to it by extension in the backend's file for that op.
/// Two ops that compare equal and have the same inputs compute the same result.
package protocol Op: Hashable, Sendable {
    /// The name that messages and listings show: `matmul`, `convolution2D`.
    var name: String { get }

    /// The shape and type rule: what the op yields for inputs of these types.
    ///
    /// - Throws: `IbexError` of kind `.shape` that names the rule broken. `Tensor` methods trap with
    ///   its message; tests read it here.
    func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType]

    /// The vector-Jacobian product: one gradient per input, `nil` where none flows.
    func backward(_ call: OpCall) -> [Tensor?]

    /// What a node remembers of the op once its result is on a device: the op itself, or less where it holds what the
    /// result holds too.
    var spent: any Op { get }
}

extension Op {
    package var name: String {
        let type = String(describing: Self.self)
        return type.prefix(1).lowercased() + type.dropFirst()
    }

    package func backward(_ call: OpCall) -> [Tensor?] { [] }
    package var spent: any Op { self }

    /// A shape error found by this op.
    package func shapeError(_ found: String, expected: String, remedy: String = "") -> IbexError {
        IbexError(.shape, at: name, found: found, expected: expected, remedy: remedy)
    }
}

/// One application of an op, as its gradient rule sees it.
package struct OpCall {
    package let inputs: [Tensor]
    package let outputs: [Tensor]
    /// The gradient that reaches each output; `nil` where none does.
    package let upstreams: [Tensor?]

    /// The gradient that reaches the first output.
    package var upstream: Tensor {
        guard let first = upstreams[0] else {
            preconditionFailure("gradient: asked for a gradient that does not reach this op")
        }
        return first
    }
}

/// Where the ops live: `Ops.Matmul`, `Ops.Reduce`.
package enum Ops {}
