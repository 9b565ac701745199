import IbexGraph

extension Layer {
    /// Applies the layer; it is built at the first call.
    ///
    ///     let y = try Dense(10)(x)
    public func callAsFunction(_ input: Tensor, training: Bool = false) throws -> Tensor {
        try apply([input], CallContext(training: training))[0]
    }

    /// Applies a layer with one result to several inputs.
    ///
    ///     let sum = try Add()([left, right])
    public func callAsFunction(_ inputs: [Tensor], training: Bool = false) throws -> Tensor {
        try self(inputs, CallContext(training: training))
    }

    /// Applies a layer with several results to several inputs: `let results: [Tensor] = try model([x, y])`.
    @_disfavoredOverload
    public func callAsFunction(_ inputs: [Tensor], training: Bool = false) throws -> [Tensor] {
        try apply(inputs, CallContext(training: training))
    }

    /// Applies the layer inside another one's `call`, which hands its context on.
    ///
    ///     override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
    ///         try outer(inner(input, context), context)
    ///     }
    public func callAsFunction(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        try apply([input], context)[0]
    }

    /// Applies a layer with one result to several inputs inside another one's `call`.
    public func callAsFunction(_ inputs: [Tensor], _ context: CallContext) throws -> Tensor {
        let outputs = try apply(inputs, context)
        guard outputs.count == 1 else { throw resultCountError(outputs.count) }
        return outputs[0]
    }

    /// Applies a layer with several results inside another one's `call`.
    @_disfavoredOverload
    public func callAsFunction(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        try apply(inputs, context)
    }

    /// Builds where needed, checks the shapes and calls.
    package func apply(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        let shapes = inputs.map(\.shape)
        try buildIfNeeded(shapes)
        _ = try Layer.$onlyChecks.withValue(true) { try outputShapes(for: shapes) }
        // The model that the others lie in needs no name.
        let isWhole = LayerScope.current == nil && self is Model
        let outputs = try LayerScope.within(isWhole ? "" : name) { try call(inputs, context) }
        try requireSoundWeights()
        if supportsMasking, let mask = inputs.lazy.compactMap(context.mask(of:)).first {
            for output in outputs where context.mask(of: output) == nil { context.setMask(mask, of: output) }
        }
        if let activityRegularizer {
            for output in outputs {
                try activityRegularizer.check(output.shape, at: "\(place), result")
                context.addLoss(activityRegularizer(output) / Double(max(output.shape.extents.first ?? 1, 1)))
            }
        }
        return outputs
    }

    /// Makes the weights for inputs of these shapes, once, and checks that these give results.
    public func buildIfNeeded(_ inputs: [Shape]) throws {
        guard !isBuilt else { return }
        do {
            try requireBounds(of: inputs, "an input")
            try build(inputs)
            try requireSoundWeights()
            _ = try Layer.$onlyChecks.withValue(true) { try outputShapes(for: inputs) }
        } catch {
            ownWeights = []
            throw error
        }
        inputShapes = inputs
        isBuilt = true
    }

    /// Throws for shapes that no machine holds, so that what layers compute of extents stays within 64 bits.
    func requireBounds(of shapes: [Shape], _ what: String) throws(IbexError) {
        guard let large = shapes.first(where: { !$0.isBounded }) else { return }
        throw IbexError(
            .shape, at: place, found: "\(what) of shape \(large)",
            expected: "extents below 2^31, and fewer than 2^48 elements")
    }

    /// Throws what `addWeight` could not.
    private func requireSoundWeights() throws(IbexError) {
        guard let error = weightError else { return }
        weightError = nil
        throw error
    }
}

extension Shape {
    /// Whether its extents are below 2³¹, and its elements fewer than 2⁴⁸.
    fileprivate var isBounded: Bool {
        var count = 1
        for extent in extents {
            let (product, overflow) = count.multipliedReportingOverflow(by: max(extent, 1))
            guard extent < 1 << 31, !overflow, product < 1 << 48 else { return false }
            count = product
        }
        return true
    }
}
