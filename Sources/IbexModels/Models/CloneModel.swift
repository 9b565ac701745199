import IbexGraph

/// A model of the same layers with fresh weights; names are kept, and nothing is compiled.
///
///     let twin = try cloneModel(model)
///     try twin.setWeights(model.getWeights())
///
/// - Parameter cloneFunction: makes the twin of a layer; by default a new layer of the same configuration.
/// - Throws: `IbexError` for a model of a class of your own, and for layers whose class is not known
///   (see `withCustomObjects`).
public func cloneModel(_ model: Model, cloneFunction: ((Layer) throws -> Layer)? = nil) throws -> Model {
    func twin(of layer: Layer) throws -> Layer {
        if let cloneFunction, !(layer is InputLayer) { return try cloneFunction(layer) }
        if let inner = layer as? Model { return try cloneModel(inner) }
        return try LayerRegistry.layer(layer.className, config: layer.config)
    }
    if let model = model as? Sequential {
        return Sequential(try model.sublayers.map(twin), name: model.name)
    }
    guard let graph = model.graph else {
        throw IbexError(
            .argument, at: model.place, found: "a model of a class of your own",
            expected: "a Sequential or a model of symbolic tensors", remedy: "Make another one with its initialiser.")
    }
    var twins: [ObjectIdentifier: Layer] = [:]
    for layer in graph.layers { twins[ObjectIdentifier(layer)] = try twin(of: layer) }
    var tensors: [SymbolicTensor.Key: SymbolicTensor] = [:]
    for input in graph.inputs {
        let entry = twins[ObjectIdentifier(input.layer)] as? InputLayer
        tensors[input.key] = (entry ?? InputLayer(sample: input.concrete)).symbol
    }
    for call in graph.calls {
        guard let layer = twins[ObjectIdentifier(call.layer)], !(layer is InputLayer) else { continue }
        let results: [SymbolicTensor] = try layer(
            call.inputs.compactMap { tensors[$0.key] }, training: call.training)
        for (old, new) in zip(call.outputs, results) { tensors[old.key] = new }
    }
    return try Model(
        inputs: graph.inputs.compactMap { tensors[$0.key] }, outputs: graph.outputs.compactMap { tensors[$0.key] },
        name: model.name)
}
