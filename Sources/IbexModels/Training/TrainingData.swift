import IbexGraph
import IbexRuntime

/// Samples with their targets and weights, checked for counts.
struct TrainingData {
    var inputs: [Tensor]
    var targets: [Tensor]
    /// None, one tensor for all targets, or one for each.
    var weights: [Tensor]
    let count: Int

    /// - Throws: `IbexError` of kind `data` where there are no samples, or counts differ.
    init(inputs: [Tensor], targets: [Tensor], weights: [Tensor] = [], at place: String) throws(IbexError) {
        guard let first = inputs.first, first.rank >= 1 else {
            throw IbexError(
                .data, at: place, found: inputs.isEmpty ? "no inputs" : "a scalar as input",
                expected: "tensors whose first axis counts the samples")
        }
        count = first.shape[0]
        guard count > 0 else {
            throw IbexError(.data, at: place, found: "an empty data set", expected: "at least one sample")
        }
        let named =
            inputs.enumerated().map { (inputs.count > 1 ? "x[\($0)]" : "x", $1) }
            + targets.enumerated().map { (targets.count > 1 ? "y[\($0)]" : "y", $1) }
            + weights.enumerated().map { (weights.count > 1 ? "sample weights \($0)" : "sample weights", $1) }
        for (name, tensor) in named where tensor.rank < 1 || tensor.shape[0] != count {
            throw IbexError(
                .data, at: place,
                found: "\(count) samples in x and \(tensor.rank < 1 ? "a scalar" : "\(tensor.shape[0])") in \(name)",
                expected: "the same number of samples in each")
        }
        self.inputs = inputs
        self.targets = targets
        self.weights = weights
    }

    var tensors: [Tensor] { inputs + targets + weights }
}

extension TrainingData {
    /// Checks the numbers of the targets on the host: no NaN, and class numbers within range.
    ///
    /// - Parameter predictions: the shapes of the model's results.
    func checkTargets(_ losses: [Loss], predictions: [Shape], at place: String) throws {
        for (index, target) in targets.enumerated() {
            let name = targets.count > 1 ? "y[\(index)]" : "y"
            if target.dtype.isFloatingPoint, let row = try target.firstNaN() {
                throw IbexError(
                    .data, at: place, found: "NaN in \(name), sample \(row / max(target.elementCount / count, 1))",
                    expected: "finite targets")
            }
            let (axis, ignored): (Int, Int?)
            switch index < losses.count ? losses[index].rule : .any {
            case .classes(let other, let named): (axis, ignored) = (named, other)
            case .sequences: (axis, ignored) = (-1, nil)
            default: continue
            }
            let classes = predictions[index][axis]
            for (position, label) in try target.doubles().enumerated() {
                let isClass = label >= 0 && label < Double(classes) && label == label.rounded()
                guard isClass || ignored.map(Double.init) == label else {
                    throw IbexError(
                        .data, at: place,
                        found: "the label \(label == label.rounded() ? "\(Int(label))" : "\(label)") in \(name), "
                            + "sample \(position / max(target.elementCount / count, 1))",
                        expected: "whole numbers from 0 to \(classes - 1), for \(classes) classes")
                }
            }
        }
    }
}

extension Tensor {
    /// The position of the first element that is not a number.
    fileprivate func firstNaN() throws -> Int? {
        dtype == .float32 ? try scalars(as: Float.self).firstIndex { $0.isNaN } : try doubles().firstIndex { $0.isNaN }
    }
}
