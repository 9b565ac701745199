import IbexGraph

extension Layer {
    /// Applies the layer; it is built at the first call.
    ///
    ///     let y = try Dense(10)(x)
    public func callAsFunction(_ input: Tensor, training: Bool = false) throws -> Tensor {
        try apply([input], CallContext(training: training))[0]
    }

    /// Applies the layer to several inputs.
    public func callAsFunction(_ inputs: [Tensor], training: Bool = false) throws -> [Tensor] {
        try apply(inputs, CallContext(training: training))
    }

    /// Builds where needed, checks the shapes and calls.
    package func apply(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        let shapes = inputs.map(\.shape)
        try buildIfNeeded(shapes)
        _ = try outputShapes(for: shapes)
        let outputs = try call(inputs, context)
        if let activityRegularizer {
            for output in outputs {
                context.addLoss(activityRegularizer(output) / Double(max(output.shape.extents.first ?? 1, 1)))
            }
        }
        return outputs
    }

    /// Makes the weights for inputs of these shapes, once.
    public func buildIfNeeded(_ inputs: [Shape]) throws {
        guard !isBuilt else { return }
        do {
            try build(inputs)
        } catch {
            ownWeights = []
            throw error
        }
        inputShapes = inputs
        isBuilt = true
    }
}
