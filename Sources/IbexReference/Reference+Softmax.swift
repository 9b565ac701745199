import Glibc
import IbexGraph

/// ln of the softmax of a row: x - max - ln Σ e^(x - max).
private func logSoftmax(_ row: ArraySlice<Double>) -> [Double] {
    let peak = row.max() ?? 0
    let total = row.reduce(0) { $0 + exp($1 - peak) }
    return row.map { $0 - peak - log(total) }
}

private func rows(_ values: [Double], _ type: TensorType) -> [ArraySlice<Double>] {
    let width = type.shape[-1]
    return stride(from: 0, to: values.count, by: width).map { values[$0..<$0 + width] }
}

/// Labels as dense rows; a class id outside gives a row of NaN.
private func dense(_ labels: [Double], _ type: TensorType, _ classes: Int) -> [[Double]] {
    if type.dtype.isFloatingPoint { return rows(labels, type).map { Array($0) } }
    return labels.map { label in
        guard label >= 0, Int(label) < classes else { return [Double](repeating: .nan, count: classes) }
        return (0..<classes).map { Double($0) == label ? 1 : 0 }
    }
}

extension Ops.Softmax: ReferenceOp {
    package func compute(_ call: ReferenceCall) -> [[Double]] {
        [rows(call.values[0], call.inputs[0]).flatMap { logSoftmax($0).map { exp($0) } }]
    }
}

extension Ops.LogSoftmax: ReferenceOp {
    package func compute(_ call: ReferenceCall) -> [[Double]] {
        [rows(call.values[0], call.inputs[0]).flatMap { logSoftmax($0) }]
    }
}

extension Ops.SoftmaxCrossEntropy: ReferenceOp {
    package func compute(_ call: ReferenceCall) -> [[Double]] {
        let logits = rows(call.values[0], call.inputs[0]).map(logSoftmax)
        let labels = dense(call.values[1], call.inputs[1], call.inputs[0].shape[-1])
        let losses = zip(logits, labels).map { row, label in
            -zip(row, label).reduce(0) { $0 + ($1.1 == 0 ? 0 : $1.0 * $1.1) }
        }
        return [losses, logits.flatMap { $0.map { exp($0) } }]
    }
}

extension Ops.SoftmaxCrossEntropyGradient: ReferenceOp {
    package func compute(_ call: ReferenceCall) -> [[Double]] {
        let labels = dense(call.values[1], call.inputs[1], call.inputs[0].shape[-1])
        let gradient = zip(zip(rows(call.values[0], call.inputs[0]), labels), call.values[2]).flatMap { pair, scale in
            let mass = pair.1.reduce(0, +)
            return zip(pair.0, pair.1).map { ($0 * mass - $1) * scale }
        }
        return [gradient]
    }
}
