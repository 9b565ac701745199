import IbexGraph

/// Keras's rule for tensors whose ranks differ by a last axis of one element.
package enum RankMatching {
    /// A target and a prediction of the same rank: (N,) beside (N, 1) becomes (N, 1); otherwise the extra
    /// last axis of one element goes away.
    package static func matched(_ a: Tensor, _ b: Tensor) -> (Tensor, Tensor) {
        if a.rank == b.rank + 1, a.shape[-1] == 1 {
            return b.rank == 1 ? (a, b.expandedDims(axis: -1)) : (a.squeezed(axes: [-1]), b)
        }
        if b.rank == a.rank + 1, b.shape[-1] == 1 {
            return a.rank == 1 ? (a.expandedDims(axis: -1), b) : (a, b.squeezed(axes: [-1]))
        }
        return (a, b)
    }

    /// The shape that a target has after matching.
    package static func matched(_ a: Shape, to b: Shape) -> Shape {
        if a.rank == b.rank + 1, a[-1] == 1, b.rank != 1 { return Shape(Array(a.extents.dropLast())) }
        if b.rank == a.rank + 1, b[-1] == 1, a.rank == 1 { return Shape(a.extents + [1]) }
        return a
    }

    /// Weights, or a mask, without an extra last axis of one element.
    ///
    /// - Throws: `IbexError` of kind `shape` unless their axes are the first ones of `values`.
    static func leadingWeights(_ weights: Tensor, _ values: Tensor, at place: String) throws(IbexError) -> Tensor {
        let isColumn = weights.rank == values.rank + 1 && weights.shape[-1] == 1
        let leading = isColumn ? weights.squeezed(axes: [-1]) : weights
        let fits = zip(leading.shape.extents, values.shape.extents).allSatisfy { $0 == $1 || $0 == 1 }
        guard leading.rank <= values.rank, fits else {
            throw IbexError(
                .shape, at: place,
                found: "weights or a mask of shape \(weights.shape) for values of shape \(values.shape)",
                expected: "one for each value, or one for each entry along their first axes")
        }
        return leading
    }

    /// Weights that multiply `values`: one for each sample, time step and so on, the first axes first.
    ///
    /// - Throws: `IbexError` of kind `shape` where they do not fit.
    package static func alignedWeights(
        _ weights: Tensor, _ values: Tensor, at place: String
    ) throws(IbexError) -> Tensor {
        let weights = try leadingWeights(weights, values, at: place)
        guard weights.rank < values.rank else { return weights }
        let added = [Int](repeating: 1, count: values.rank - weights.rank)
        return weights.reshaped(to: Shape(weights.shape.extents + added))
    }
}
