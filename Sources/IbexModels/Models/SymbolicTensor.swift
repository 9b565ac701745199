import IbexGraph

/// What a layer will yield once a model is given data: a shape whose batch is not known yet, nor other extents that the
/// model's `Input` leaves open, and the call that makes it.
///
/// `Input` gives the first ones; a layer called on symbolic tensors gives others, and records the call:
///
///     let image = Input(shape: [28, 28, 1])
///     let x = try Flatten()(image)
///     let model = try Model(inputs: image, outputs: Dense(10)(x))
public struct SymbolicTensor {
    package let call: LayerCall
    /// Which of the call's results.
    let index: Int

    /// The extents, outermost axis first; `nil` for a batch, or another extent, that is not known.
    public var shape: [Int?] { call.outputShapes[index] }

    /// The layer that yields it.
    public var layer: Layer { call.layer }

    /// Whether an extent besides the batch is not known.
    var isOpen: Bool { shape.dropFirst().contains(nil) }

    /// The shape with 1 for a batch that is not known, and a number for other open extents.
    func concrete(_ extent: Int = OpenExtents.probes[0]) -> Shape {
        Shape(shape.enumerated().map { $1 ?? ($0 == 0 ? 1 : extent) })
    }

    /// The tensor as a key: which call, which of its results.
    struct Key: Hashable {
        let call: ObjectIdentifier
        let index: Int
    }

    var key: Key { Key(call: ObjectIdentifier(call), index: index) }
}

/// One call of a layer on symbolic tensors.
package final class LayerCall {
    package let layer: Layer
    package let inputs: [SymbolicTensor]
    /// Whether the layer runs as in training, where the call says so.
    let training: Bool?
    /// The extents of each result, as far as they are known.
    package let outputShapes: [[Int?]]

    init(_ layer: Layer, _ inputs: [SymbolicTensor], training: Bool?, outputShapes: [[Int?]]) {
        self.layer = layer
        self.inputs = inputs
        self.training = training
        self.outputShapes = outputShapes
    }

    var outputs: [SymbolicTensor] { outputShapes.indices.map { SymbolicTensor(call: self, index: $0) } }
}

/// The input of a model: the shape of one sample, without the batch.
///
///     let image = Input(shape: [28, 28, 1])
///     let model = try Model(inputs: image, outputs: Dense(10)(Flatten()(image)))
///
/// `nil` leaves an extent open: `Input(shape: [nil, nil, 3])` takes pictures of any size, and a step is traced for each size
/// that comes. A layer whose weights depend on an open extent throws.
///
/// In a `Sequential` the same word gives the first layer: `Sequential([Input(shape: [784]), Dense(10)])`.
public func Input(
    shape: [Int?], batchSize: Int? = nil, dtype: DType? = nil, name: String? = nil
) -> SymbolicTensor {
    InputLayer(shape: shape, batchSize: batchSize, dtype: dtype, name: name).symbol
}

extension InputLayer {
    /// What the layer stands for in a graph of calls.
    var symbol: SymbolicTensor {
        if let call = calls.first { return SymbolicTensor(call: call, index: 0) }
        let call = LayerCall(self, [], training: nil, outputShapes: [batchShape])
        record(call)
        return SymbolicTensor(call: call, index: 0)
    }
}
