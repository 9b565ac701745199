import IbexGraph
import IbexRuntime

/// Predictions that come straight from a final softmax or sigmoid carry their logits in the graph; a cross-entropy
/// computed from those neither overflows nor needs clipping.
enum Logits {
    /// What the softmax of which is this tensor.
    static func behindSoftmax(_ prediction: Tensor) -> Tensor? {
        prediction.node.op is Ops.Softmax ? prediction.node.inputs.first : nil
    }

    /// What the sigmoid of which is this tensor.
    static func behindSigmoid(_ prediction: Tensor) -> Tensor? {
        guard let op = prediction.node.op as? Ops.Elementwise, op.function.name == "sigmoid" else { return nil }
        return prediction.node.inputs.first
    }

    /// Keras's backend.epsilon(): probabilities that come from elsewhere are held this far from 0 and 1.
    static var fuzz: Double { IbexRuntime.Configuration.epsilon() }

    static func clipped(_ probabilities: Tensor) -> Tensor { probabilities.clipped(to: fuzz...(1 - fuzz)) }

    /// Softmax cross-entropy along the last axis; `labels` are rows of probabilities or class numbers.
    static func crossentropy(_ logits: Tensor, labels: Tensor) -> Tensor {
        let rows = Shape(Array(logits.shape.extents.dropLast()))
        let flat = logits.rank == 2 ? logits : logits.reshaped(-1, logits.shape[-1])
        let flatLabels = labels.dtype.isInteger ? labels.reshaped(-1) : labels.reshaped(to: flat.shape)
        return Tensor.apply(Ops.SoftmaxCrossEntropy(), [flat, flatLabels])[0].reshaped(to: rows)
    }
}
