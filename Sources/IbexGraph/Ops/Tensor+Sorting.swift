extension Tensor {
    /// The positions that put the elements in order along an axis, as `int32` of the tensor's shape.
    ///
    /// Equal elements keep their order; NaN counts as larger than every number.
    ///
    ///     try Tensor([3, 1, 2] as [Float]).argsort().scalars(as: Int32.self)     // [1, 2, 0]
    public func argsort(axis: Int = -1, descending: Bool = false) -> Tensor {
        alongLast([axis]) { .apply(Ops.Sort(descending: descending), $0) }
    }

    /// The elements in order along an axis; NaN counts as larger than every number.
    ///
    /// The gradient goes back to where each element came from.
    public func sorted(axis: Int = -1, descending: Bool = false) -> Tensor {
        alongLast([axis]) { row in
            row.takingAlongAxis(.apply(Ops.Sort(descending: descending), row), axis: -1)
        }
    }

    /// The `k` largest elements of each row of the last axis, falling, and their positions as `int32`.
    ///
    /// Shape […, n] gives […, k] twice. Of equal elements the first counts first.
    ///
    ///     let (values, indices) = scores.topK(5)
    ///
    /// - Precondition: `k` is within 0...n.
    public func topK(_ k: Int) -> (values: Tensor, indices: Tensor) {
        precondition(
            rank >= 1 && (0...shape[-1]).contains(k),
            "topK: found k = \(k) for shape \(shape); expected at most the extent of the last axis")
        let order = Tensor.apply(Ops.Sort(descending: true), self)
        let indices = order.narrowed(axis: rank - 1, start: 0, count: k)
        return (takingAlongAxis(indices, axis: -1), indices)
    }

    /// Whether each row's target is among its `k` largest predictions; one level with the last of them counts as in.
    ///
    /// Targets […] of whole numbers and predictions […, classes] give `bool` […]. A target outside the classes, or
    /// whose prediction is not finite, is not in.
    public static func inTopK(targets: Tensor, predictions: Tensor, k: Int) -> Tensor {
        let classes = predictions.shape[-1]
        let known = (targets .>= 0) .& (targets .< Double(classes))
        let own = predictions.takingAlongAxis(targets.expandedDims(axis: -1), axis: -1)
        let larger = (predictions .> own).sum(axes: [-1])
        return known .& own.isFinite().squeezed(axes: [-1]) .& (larger .< Double(k))
    }

    /// Where values would go into a sorted vector: how many of its elements are smaller (`.left`), or not larger
    /// (`.right`). This tensor [n] and values […] give `int32` […].
    ///
    ///     let bins = edges.searchsorted(x, side: .right)
    ///
    /// - Precondition: this tensor has one axis, along which it rises.
    public func searchsorted(_ values: Tensor, side: SearchSide = .left) -> Tensor {
        precondition(rank == 1, "searchsorted: found a sequence of shape \(shape); expected one axis")
        var place = Tensor.fill(0, values.shape, .int32)
        var step = 1
        while step * 2 <= elementCount { step *= 2 }
        while step > 0 && elementCount > 0 {
            let candidate = place + Double(step)
            let element = gathering(candidate - 1)
            let goesBefore = side == .left ? element .< values : element .<= values
            place = .where((candidate .<= Double(elementCount)) .& goesBefore, candidate, place)
            step /= 2
        }
        return place
    }
}

/// On which side of elements that are level with it a value goes.
public enum SearchSide: String, Sendable, Hashable { case left, right }
