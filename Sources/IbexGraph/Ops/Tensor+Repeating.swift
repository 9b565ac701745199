extension Tensor {
    /// The whole tensor laid beside itself, `repeats` times along each axis: [r, c] by [2, 3] gives [2r, 3c].
    ///
    /// Where there are fewer numbers than axes, or fewer axes than numbers, ones are added in front.
    public func tiled(_ repeats: [Int]) -> Tensor {
        let count = Swift.max(rank, repeats.count)
        let extents = [Int](repeating: 1, count: count - rank) + shape.extents
        let repeats = [Int](repeating: 1, count: count - repeats.count) + repeats
        // An axis of its own for each repetition, so that stretching it is all there is to do.
        let split = zip(repeats, extents).flatMap { $0 == 1 ? [$1] : [1, $1] }
        let stretched = zip(repeats, extents).flatMap { $0 == 1 ? [$1] : [$0, $1] }
        return reshaped(split).broadcast(to: Shape(stretched)).reshaped(zip(repeats, extents).map { $0 * $1 })
    }

    /// Each element `count` times in a row along an axis; without an axis, of all elements in row-major order.
    ///
    ///     try Tensor([1, 2] as [Float]).repeated(2).scalars(as: Float.self)       // [1, 1, 2, 2]
    public func repeated(_ count: Int, axis: Int? = nil) -> Tensor {
        guard let axis = axis.map({ checkedAxis($0) }) else { return reshaped(-1).repeated(count, axis: 0) }
        var stretched = shape.extents
        stretched.insert(count, at: axis + 1)
        return expandedDims(axis: axis + 1).broadcast(to: Shape(stretched))
            .reshaped(to: shape.replacing(axis: axis, with: shape[axis] * count))
    }

    /// Each element as often as its number says, along an axis.
    ///
    /// - Precondition: there is a number for each element of the axis.
    public func repeated(_ counts: [Int], axis: Int) -> Tensor {
        let axis = checkedAxis(axis)
        precondition(
            counts.count == shape[axis] && counts.allSatisfy { $0 >= 0 },
            "repeated: found counts \(counts) for axis \(axis) of shape \(shape); expected one for each element")
        let sources = counts.enumerated().flatMap { [Double](repeating: Double($0), count: $1) }
        return taking(.constant(sources, [sources.count], .int32), axis: axis)
    }

    /// The elements moved `shift` places along an axis; those that fall off the end come in at the start.
    ///
    /// Without an axis, of all elements in row-major order.
    public func rolled(by shift: Int, axis: Int? = nil) -> Tensor {
        guard let axis = axis.map({ checkedAxis($0) }) else {
            return reshaped(-1).rolled(by: shift, axis: 0).reshaped(to: shape)
        }
        let extent = shape[axis]
        guard extent > 0, shift % extent != 0 else { return self }
        let wrapped = (shift % extent + extent) % extent
        return .concatenated(
            [
                narrowed(axis: axis, start: extent - wrapped, count: wrapped),
                narrowed(axis: axis, start: 0, count: extent - wrapped),
            ], axis: axis)
    }

    /// Cells added before (`low`) and after (`high`) each axis that mirror the elements next to the edge.
    ///
    ///     // 1 2 3 with two cells on either side: reflect 3 2 1 2 3 2 1, symmetric 2 1 1 2 3 3 2
    ///
    /// - Precondition: an axis has as many elements as are mirrored, and one more for `.reflect`.
    public func padded(low: [Int], high: [Int], mode: MirrorMode) -> Tensor {
        let edge = mode == .reflect ? 1 : 0
        trapping { () throws(IbexError) in
            guard low.count == rank, high.count == rank,
                (0..<rank).allSatisfy({ (0...Swift.max(shape[$0] - edge, 0)).contains(Swift.max(low[$0], high[$0])) })
            else {
                throw IbexError(
                    .shape, at: "padded", found: "low \(low), high \(high) for shape \(shape)",
                    expected: "a pair for each axis, each at most the extent" + (edge == 1 ? " less one" : ""))
            }
        }
        return (0..<rank).reduce(self) { x, axis in
            let before = x.narrowed(axis: axis, start: edge, count: low[axis]).flipped(axes: [axis])
            let after = x.narrowed(axis: axis, start: shape[axis] - edge - high[axis], count: high[axis])
                .flipped(axes: [axis])
            return low[axis] + high[axis] == 0 ? x : .concatenated([before, x, after], axis: axis)
        }
    }
}

/// How the cells around an edge mirror what is within: the element at the edge left out (`reflect`) or repeated.
public enum MirrorMode: String, Sendable, Hashable { case reflect, symmetric }
