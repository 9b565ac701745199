/// The gradients of the sum of `y`'s elements with respect to each of `xs`, as tensors of their shapes.
///
/// Graph to graph: the result is made of ops and can be differentiated again. A tensor that `y` does not
/// depend on gets zeros.
///
///     let dw = gradients(of: loss, withRespectTo: [w])[0]
///
/// - Parameter upstream: what to multiply `y`'s elements by before they are added up; ones where none is given.
/// - Precondition: `y` is floating point and was not read before: a computed tensor has let its graph go. A value read
///   on the way cuts the path there; `valueAndGradient(at:of:)` keeps it.
public func gradients(of y: Tensor, withRespectTo xs: [Tensor], upstream: Tensor? = nil) -> [Tensor] {
    precondition(y.dtype.isFloatingPoint, "gradients: found \(y.type); expected floating point")
    return gradientsIfAny(of: [y], withRespectTo: xs, upstreams: [upstream ?? y.filled(1)]).enumerated().map {
        $1 ?? xs[$0].filled(0)
    }
}

/// As `gradients`, for several results at once, with `nil` where nothing depends on a tensor.
package func gradientsIfAny(of ys: [Tensor], withRespectTo xs: [Tensor], upstreams: [Tensor]) -> [Tensor?] {
    for y in ys where y.node.hasReleasedInputs && !xs.contains(where: { $0.identity == y.identity }) {
        preconditionFailure(
            "gradients: found a tensor that was computed already; expected one whose graph is there. "
                + "Compute it inside valueAndGradient(at:of:), or read it after its gradients.")
    }
    let (nodes, dependent) = nodesBetween(xs, and: ys)
    var upstream: [Tensor.Identity: Tensor] = [:]
    func accumulate(_ gradient: Tensor, into tensor: Tensor) {
        let known = upstream[tensor.identity]
        upstream[tensor.identity] = known.map { sum($0, gradient) } ?? gradient
    }
    for (y, gradient) in zip(ys, upstreams) { accumulate(gradient, into: y) }

    // Halves are storage types: they add up in float32.
    func sum(_ a: Tensor, _ b: Tensor) -> Tensor {
        a.dtype.isReal ? a + b : (a.cast(to: .float32) + b.cast(to: .float32)).cast(to: a.dtype)
    }
    for node in nodes.reversed() {
        let outputs = node.types.indices.map { Tensor(node, $0) }
        let arriving = outputs.map { upstream[$0.identity] }
        guard arriving.contains(where: { $0 != nil }) else { continue }
        let inputs = node.inputs
        // Where a target was made from what no target depends on, its own inputs lie outside the question.
        guard inputs.contains(where: { dependent.contains(ObjectIdentifier($0.node)) }) else { continue }
        let call = OpCall(inputs: inputs, outputs: outputs, upstreams: arriving)
        LayerScope.$current.withValue(node.label?.gradient ?? LayerScope.current) {
            for (input, gradient) in zip(inputs, node.op.backward(call)) {
                if let gradient { accumulate(gradient, into: input) }
            }
        }
    }
    return xs.map { upstream[$0.identity] }
}

/// The nodes on the paths from `xs` to `ys`, inputs before their users, also as a set.
private func nodesBetween(
    _ xs: [Tensor], and ys: [Tensor]
) -> (nodes: [Node], dependent: Set<ObjectIdentifier>) {
    var reached: [ObjectIdentifier: Node] = [:]
    var pending = ys.map(\.node)
    let oldest = xs.map(\.node.id).min() ?? 0
    while let node = pending.popLast() {
        guard node.id >= oldest, reached.updateValue(node, forKey: ObjectIdentifier(node)) == nil else { continue }
        pending.append(contentsOf: node.inputs.map(\.node))
    }
    var dependent = Set(xs.map { ObjectIdentifier($0.node) })
    let nodes = reached.values.sorted { $0.id < $1.id }.filter { node in
        if dependent.contains(ObjectIdentifier(node)) { return true }
        guard node.inputs.contains(where: { dependent.contains(ObjectIdentifier($0.node)) }) else { return false }
        dependent.insert(ObjectIdentifier(node))
        return true
    }
    return (nodes, dependent)
}

/// The gradient of a function of one tensor that yields one number (or the sum of what it yields).
///
///     let slope = gradient { x in x * x }
///     try slope(Tensor(3)).item(as: Float.self)       // 6
public func gradient(of function: @escaping (Tensor) throws -> Tensor) -> (Tensor) throws -> Tensor {
    { try valueAndGradient(at: $0, of: function).gradient }
}

/// A function's value at a point together with its gradient there.
public func valueAndGradient(
    at x: Tensor, of function: (Tensor) throws -> Tensor
) rethrows -> (value: Tensor, gradient: Tensor) {
    let (value, gradients) = try valueAndGradients(at: [x]) { try function($0[0]) }
    return (value, gradients[0])
}

/// A function's value at a point of several tensors together with its gradients there.
public func valueAndGradients(
    at xs: [Tensor], of function: ([Tensor]) throws -> Tensor
) rethrows -> (value: Tensor, gradients: [Tensor]) {
    try GradientScope.$isActive.withValue(true) {
        // Names of their own for the points, so that what was made from them before does not count.
        let points = xs.map { Tensor.apply(Ops.Reshape($0.shape), $0) }
        let value = try function(points)
        return (value, gradients(of: value, withRespectTo: points))
    }
}
