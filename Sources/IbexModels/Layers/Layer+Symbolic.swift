import IbexGraph

extension Layer {
    /// Records a call of the layer, and builds it for the shape.
    ///
    ///     let x = try Dense(64, activation: .relu)(input)
    ///
    /// - Parameter training: whether the layer runs as in training whatever the model does; a pre-trained base is
    ///   called with `training: false`, so that its batch normalization keeps its statistics.
    /// - Throws: `IbexError` that names the layer where its arguments or the shape do not fit.
    public func callAsFunction(_ input: SymbolicTensor, training: Bool? = nil) throws -> SymbolicTensor {
        try self([input], training: training)
    }

    /// Records a call on several inputs of a layer with one result.
    ///
    ///     let sum = try Add()([left, right])
    public func callAsFunction(_ inputs: [SymbolicTensor], training: Bool? = nil) throws -> SymbolicTensor {
        let outputs: [SymbolicTensor] = try self(inputs, training: training)
        guard outputs.count == 1 else { throw resultCountError(outputs.count) }
        return outputs[0]
    }

    /// Records a call on several inputs of a layer with several results.
    @_disfavoredOverload
    public func callAsFunction(_ inputs: [SymbolicTensor], training: Bool? = nil) throws -> [SymbolicTensor] {
        let call = LayerCall(self, inputs, training: training, outputShapes: try knownShapes(for: inputs))
        record(call)
        return call.outputs
    }

    /// What the layer yields where it was called first.
    ///
    ///     let features = try Model(inputs: model.inputs, outputs: model.getLayer(named: "conv2d").output)
    ///
    /// - Throws: `IbexError` of kind `state` for a layer that was not called on symbolic tensors.
    public var output: SymbolicTensor { get throws { try single(symbolicOutputs, "results") } }

    /// What the layer was given where it was called first.
    ///
    /// - Throws: `IbexError` of kind `state` for a layer that was not called on symbolic tensors.
    public var input: SymbolicTensor { get throws { try single(symbolicInputs, "inputs") } }

    private func single(_ tensors: [SymbolicTensor], _ what: String) throws(IbexError) -> SymbolicTensor {
        guard tensors.count == 1 else {
            throw IbexError(
                .state, at: place,
                found: tensors.isEmpty
                    ? "a layer that is not part of a model with known inputs" : "\(tensors.count) \(what)",
                expected: "a call on one symbolic tensor",
                remedy: tensors.isEmpty ? "Give the model an Input, or call the layer on one." : "")
        }
        return tensors[0]
    }

    private var symbolicOutputs: [SymbolicTensor] {
        (self as? Model)?.graph?.outputs ?? calls.first?.outputs ?? []
    }

    private var symbolicInputs: [SymbolicTensor] {
        (self as? Model)?.graph?.inputs ?? calls.first?.inputs ?? []
    }

    /// The recorded calls that some tensor or model still refers to, first ones first.
    var calls: [LayerCall] { recordedCalls.compactMap(\.call) }

    func record(_ call: LayerCall) {
        recordedCalls.removeAll { $0.call == nil }
        recordedCalls.append(WeakCall(call: call))
    }
}

/// A call that the layer does not keep alive: the call keeps the layer.
struct WeakCall {
    weak var call: LayerCall?
}
