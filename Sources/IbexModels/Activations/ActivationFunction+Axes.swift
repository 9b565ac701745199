import IbexGraph

/// Functions of all elements along an axis; the last one where none is named.
extension ActivationFunction {
    /// The first half of an axis times the sigmoid of its second half (Dauphin et al., 2016): […, 2n] gives […, n].
    public static let glu = glu(axis: -1)
    public static func glu(axis: Int) -> ActivationFunction {
        ActivationFunction("glu", ["axis": .init(axis)], defaults: ["axis": -1]) { x in
            let halves = x.split(2, axis: axis)
            return halves[0] * halves[1].sigmoid()
        }
    }

    /// e^xᵢ / Σ e^xⱼ along an axis. A cross-entropy of its result is computed from x itself.
    public static let softmax = softmax(axis: -1)
    public static func softmax(axis: Int) -> ActivationFunction {
        ActivationFunction("softmax", ["axis": .init(axis)], defaults: ["axis": -1]) { $0.softmax(axis: axis) }
    }
    /// Over several axes taken as one.
    public static func softmax(axes: [Int]) -> ActivationFunction {
        ActivationFunction("softmax", ["axis": .init(axes)]) { $0.softmax(axes: axes) }
    }

    /// x - ln Σ e^xⱼ along an axis.
    public static let logSoftmax = logSoftmax(axis: -1)
    public static func logSoftmax(axis: Int) -> ActivationFunction {
        ActivationFunction("log_softmax", ["axis": .init(axis)], defaults: ["axis": -1]) { $0.logSoftmax(axis: axis) }
    }
    /// Over several axes taken as one.
    public static func logSoftmax(axes: [Int]) -> ActivationFunction {
        ActivationFunction("log_softmax", ["axis": .init(axes)]) { $0.logSoftmax(axes: axes) }
    }

    /// max(x - τ, 0), with zeros for all but the largest elements of an axis (after Martins and Astudillo, 2016).
    ///
    /// With the elements z in falling order and their running sums s, those count for which 1 + i zᵢ > sᵢ. As Keras 3
    /// has it, τ = (Σ sᵢ - 1) / k over the k that count; the paper's own threshold, (s_k - 1) / k, is the same for k = 1
    /// only, so that results need not add up to one.
    public static let sparsemax = sparsemax(axis: -1)
    public static func sparsemax(axis: Int) -> ActivationFunction {
        ActivationFunction("sparsemax", ["axis": .init(axis)], defaults: ["axis": -1]) { x in
            let last = x.movedAxis(from: axis, to: -1)
            let falling = last.sorted(descending: true)
            let sums = falling.cumsum(axis: -1)
            let places = Tensor.arange(1, falling.shape[-1] + 1, dtype: x.dtype)
            let counts = falling - (sums - 1) / places .> 0
            let total = Tensor.where(counts, sums, sums.filled(0)).sum(axes: [-1], keepDims: true)
            let threshold = (total - 1) / counts.cast(to: x.dtype).sum(axes: [-1], keepDims: true)
            return (last - threshold).maximum(0).movedAxis(from: -1, to: axis)
        }
    }
}
