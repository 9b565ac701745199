import Synchronization

extension Ops {
    /// Its first operand as it is, with a gradient rule of its own for the others. The first gets no gradient.
    package struct CustomGradient: Op {
        /// Which rule it is: closures cannot be compared.
        private let number: UInt64
        private let rule: @Sendable (OpCall) -> [Tensor?]
        private static let counter = Atomic<UInt64>(0)

        package init(_ rule: @escaping @Sendable (OpCall) -> [Tensor?]) {
            number = Self.counter.add(1, ordering: .relaxed).newValue
            self.rule = rule
        }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] { [inputs[0]] }

        package func backward(_ call: OpCall) -> [Tensor?] {
            trapping { () throws(IbexError) in try gradients(call) }
        }

        func gradients(_ call: OpCall) throws(IbexError) -> [Tensor?] {
            let (inputs, gradients) = (call.inputs.dropFirst(), rule(call))
            guard inputs.count == gradients.count, zip(inputs, gradients).allSatisfy({ $0.type == ($1 ?? $0).type })
            else {
                let found = gradients.map { $0?.type.description ?? "nil" }.joined(separator: ", ")
                throw shapeError(
                    "gradients " + found,
                    expected: "one like each input: " + inputs.map(\.type.description).joined(separator: ", "))
            }
            return [nil] + gradients
        }

        package static func == (a: CustomGradient, b: CustomGradient) -> Bool { a.number == b.number }
        package func hash(into hasher: inout Hasher) { hasher.combine(number) }
    }
}

extension Tensor {
    /// What a function of tensors yields, with a gradient of one's own.
    ///
    /// The backward closure gets the inputs, the result, and the gradient that reaches the result; it returns one
    /// gradient for each input, of its shape and type, or `nil` for none. Made of tensor operations, it can be
    /// differentiated again. What the function reads beside its inputs gets no gradient.
    ///
    ///     // ln(1 + e^x) whose gradient does not overflow
    ///     Tensor.customGradient([x]) { ($0[0].exp() + 1).log() } backward: { inputs, _, upstream in
    ///         [upstream * inputs[0].sigmoid()]
    ///     }
    public static func customGradient(
        _ inputs: [Tensor], _ function: ([Tensor]) throws -> Tensor,
        backward: @escaping @Sendable (_ inputs: [Tensor], _ result: Tensor, _ upstream: Tensor) -> [Tensor?]
    ) rethrows -> Tensor {
        let rule = Ops.CustomGradient { backward(Array($0.inputs.dropFirst()), $0.outputs[0], $0.upstream) }
        return apply(rule, [try function(inputs)] + inputs)[0]
    }

    /// As above, for a function of one tensor.
    ///
    ///     // A straight-through estimator: rounded forward, the identity backward
    ///     Tensor.customGradient(x) { $0.round() } backward: { _, _, upstream in upstream }
    public static func customGradient(
        _ input: Tensor, _ function: (Tensor) throws -> Tensor,
        backward: @escaping @Sendable (_ input: Tensor, _ result: Tensor, _ upstream: Tensor) -> Tensor
    ) rethrows -> Tensor {
        try customGradient([input]) {
            try function($0[0])
        } backward: {
            [backward($0[0], $1, $2)]
        }
    }
}
