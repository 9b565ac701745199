extension Tensor {
    /// Zeros of a shape with values added at the indices; what goes to one place adds up.
    ///
    /// Indices [n, d] name the first d coordinates of each of the values [n, …], whose other axes are the shape's
    /// last ones. An index outside is left out. Sums are made in the order of the values.
    ///
    ///     Tensor.scatter(indices: Tensor([[0], [2]] as [[Int32]]), values: rows, shape: [4, 8])
    public static func scatter(indices: Tensor, values: Tensor, shape: Shape) -> Tensor {
        let (places, rows) = shape.places(indices, values)
        let width = shape.elementCount / Swift.max(rows, 1)
        return apply(Ops.GatherGradient(rows: rows), places, values.reshaped(to: [places.elementCount, width]))
            .reshaped(to: shape)
    }

    /// The tensor with other values at the indices, which are as in `scatter`; of several for one place the last stays.
    public func scatterUpdated(indices: Tensor, values: Tensor) -> Tensor {
        let (places, rows) = shape.places(indices, values)
        let width = elementCount / Swift.max(rows, 1)
        let runs = SortedRuns(places, count: rows)
        let last = values.cast(to: dtype).reshaped(to: [places.elementCount, width]).gathering(runs.lastPosition)
        return .where(runs.isPresent.reshaped(-1, 1), last, reshaped(to: [rows, width])).reshaped(to: shape)
    }

    /// The tensor with a block of it replaced, whose first element is at `starts`.
    ///
    /// - Precondition: the block lies within the tensor.
    public func updatingSlice(starts: [Int], with block: Tensor) -> Tensor {
        precondition(
            starts.count == rank && block.rank == rank
                && (0..<rank).allSatisfy { starts[$0] >= 0 && starts[$0] + block.shape[$0] <= shape[$0] },
            "updatingSlice: found a block of shape \(block.shape) at \(starts) for shape \(shape); expected one within")
        let high = (0..<rank).map { shape[$0] - starts[$0] - block.shape[$0] }
        let isBlock = Tensor.fill(1, block.shape, .bool).padded(low: starts, high: high)
        return .where(isBlock, block.cast(to: dtype).padded(low: starts, high: high), self)
    }

    /// The sums of rows with equal ids: [n, …] and ids [n] give [count, …], zeros where an id does not occur.
    ///
    /// An id outside 0..<count is left out. Ids need not be sorted.
    public func segmentSum(_ ids: Tensor, count: Int) -> Tensor {
        .apply(Ops.GatherGradient(rows: count), ids.indices, self)
    }

    /// The largest elements of rows with equal ids: [n, …] and ids [n] give [count, …].
    ///
    /// The least number of the type stands where an id does not occur. Level elements share the gradient.
    public func segmentMax(_ ids: Tensor, count: Int) -> Tensor {
        let ids = ids.indices
        return .customGradient(self) { x in
            let runs = SortedRuns(ids, count: count)
            let column = [Int](repeating: 1, count: x.rank - 1)
            var (largest, distance) = (x.gathering(runs.order), 1)
            while distance < x.shape[0] {
                let continues = runs.ids .== runs.ids.delayed(by: distance, axis: 0, value: -1)
                let before = largest.delayed(by: distance, axis: 0, value: 0)
                largest = .where(continues.reshaped([-1] + column), largest.maximum(before), largest)
                distance *= 2
            }
            let result = largest.gathering(runs.last)
            return .where(runs.isPresent.reshaped([-1] + column), result, result.filled(x.dtype.least))
        } backward: { x, largest, upstream in
            let hit = (x .== largest.gathering(ids)).cast(to: x.dtype)
            let level = hit.segmentSum(ids, count: count).maximum(1)
            return hit * (upstream / level).gathering(ids)
        }
    }

    /// Whole numbers of a type that gathers take.
    fileprivate var indices: Tensor { dtype == .int64 ? self : cast(to: .int32) }
}

/// Ids in order, each with those that are equal to it, and where each of 0..<count stands last among them.
private struct SortedRuns {
    /// The positions that put the ids in order, equal ones as they came.
    let order: Tensor
    let ids: Tensor
    /// For each number, the last of its places in `ids`; of a smaller number where it does not occur.
    let last: Tensor
    let isPresent: Tensor

    init(_ ids: Tensor, count: Int) {
        order = ids.argsort()
        self.ids = ids.gathering(order)
        let numbers = Tensor.arange(count, dtype: ids.dtype)
        last = self.ids.searchsorted(numbers, side: .right) - 1
        isPresent = (last .>= 0) .& (self.ids.gathering(last) .== numbers)
    }

    /// For each number, its last place in the ids as they came.
    var lastPosition: Tensor { order.gathering(last) }
}

extension Shape {
    /// The rows that indices [n, d] of the first d axes name, -1 where one lies outside, and how many rows there are.
    fileprivate func places(_ indices: Tensor, _ values: Tensor) -> (places: Tensor, rows: Int) {
        trapping { () throws(IbexError) in
            guard indices.rank == 2, indices.dtype.isInteger, indices.shape[1] <= rank,
                values.shape.extents == [indices.shape[0]] + extents.dropFirst(indices.shape[1])
            else {
                throw IbexError(
                    .shape, at: "scatter", found: "indices \(indices.type), values \(values.type) for shape \(self)",
                    expected: "whole numbers [n, d], and n blocks of the shape's axes from d on")
            }
        }
        let named = extents.prefix(indices.shape[1])
        let columns = indices.indices.unstacked(axis: 1)
        var (places, isInside) = (columns[0].filled(0), Tensor.fill(1, columns[0].shape, .bool))
        for (column, extent) in zip(columns, named) {
            places = places * Double(extent) + column
            isInside = isInside .& (column .>= 0) .& (column .< Double(extent))
        }
        return (.where(isInside, places, places.filled(-1)), named.reduce(1, *))
    }
}

extension DType {
    /// The least finite number of the type.
    fileprivate var least: Double {
        switch self {
        case .bool, .uint8: 0
        case .int32: Double(Int32.min)
        case .int64: Double(Int64.min)
        case .float16: -65504
        case .bfloat16, .float32: -Double(Float.greatestFiniteMagnitude)
        case .float64: -Double.greatestFiniteMagnitude
        }
    }
}
