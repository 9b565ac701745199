extension Graph {
    /// Where x is the input of a maximum pooling, its gradient masked by x > 0 is the gradient of the upstream masked by
    /// pooled > 0: it flows to elements that equal the maximum only. The mask of a ReLU before the pooling thus moves to the
    /// smaller side, and from there into the kernel that makes the upstream.
    mutating func maskingPooled(
        _ inputs: [Value], _ type: TensorType, _ known: inout [VertexKey: Int]
    ) -> Value? {
        let (condition, gradient) = (vertices[inputs[0].vertex], vertices[inputs[1].vertex])
        guard let pooling = gradient.op as? Ops.MaxPool2DGradient, fill(inputs[2])?.value == 0,
            (condition.op as? Ops.Elementwise)?.function == .greater, condition.inputs[0] == gradient.inputs[0],
            fill(condition.inputs[1])?.value == 0
        else { return nil }
        let (pooled, upstream) = (gradient.inputs[1], gradient.inputs[2])
        let small = self.type(pooled)
        let zero = Value(sharing(Ops.Fill(0, small), [], [small], &known))
        let isPositive = sharing(
            Ops.Elementwise(.greater), [pooled, zero], [TensorType(small.shape, .bool)], &known)
        let masked = sharing(Ops.Elementwise(.select), [Value(isPositive), upstream, zero], [small], &known)
        return Value(sharing(pooling, [gradient.inputs[0], pooled, Value(masked)], [type], &known))
    }
}
