import IbexGraph

extension Model {
    /// A layer by its name.
    ///
    ///     let convolution = try model.getLayer(named: "conv2d")
    ///
    /// - Throws: `IbexError` of kind `name` that lists the layers, where there is none.
    public func getLayer(named name: String) throws(IbexError) -> Layer {
        guard let layer = layers.first(where: { $0.name == name }) else {
            throw IbexError(
                .name, at: "model \(self.name)", found: "\"\(name)\"",
                expected: "one of " + layers.map(\.name).joined(separator: ", "))
        }
        return layer
    }

    /// A layer by its place in `layers`, from 0; -1 is the last one.
    ///
    /// - Throws: `IbexError` of kind `name` where there is none.
    public func getLayer(index: Int) throws(IbexError) -> Layer {
        let place = index < 0 ? index + layers.count : index
        guard layers.indices.contains(place) else {
            throw IbexError(
                .name, at: "model \(name)", found: "layer \(index)", expected: "one of \(layers.count) layers")
        }
        return layers[place]
    }

    /// The tensors that the model begins with, where they are known.
    public var inputs: [SymbolicTensor] { graph?.inputs ?? [] }

    /// The tensors that the model ends with, where they are known.
    public var outputs: [SymbolicTensor] { graph?.outputs ?? [] }

    /// The calls that the model replays, each after those that it depends on; `nil` where they are not known.
    package var layerCalls: [LayerCall]? { graph?.calls }
}
