extension Tensor {
    /// The elements at the indices along an axis: […, n, …] and indices [i, j] give […, i, j, …].
    ///
    /// Without an axis, of all elements in row-major order. A negative index counts from the end; one outside gives
    /// zeros. On the first axis, `gathering` takes indices as they are.
    ///
    ///     let columns = x.taking(Tensor([0, 2] as [Int32]), axis: 1)
    public func taking(_ indices: Tensor, axis: Int? = nil) -> Tensor {
        guard let axis = axis.map({ checkedAxis($0) }) else { return reshaped(-1).taking(indices, axis: 0) }
        let extent = shape[axis]
        let outer = Array(shape.extents[..<axis])
        let inner = Array(shape.extents[(axis + 1)...])
        let rows = outer.reduce(1, *)
        let places = indices.places(in: extent, of: elementCount)
        guard rows != 1 else {
            return reshaped([extent] + inner).gathering(places)
                .reshaped(outer + indices.shape.extents + inner)
        }
        let starts = Tensor.arange(rows, dtype: places.dtype).reshaped(-1, 1) * Double(extent)
        let flat = places.reshaped(1, -1)
        let table = reshaped([rows * extent] + inner)
        return table.gathering(.where(flat .>= 0, flat + starts, flat)).reshaped(outer + indices.shape.extents + inner)
    }

    /// One element for each index, from the same row: y[i, j] = x[i, indices[i, j]] for the last of two axes.
    ///
    /// The tensor and the indices have as many axes; but for `axis` their extents broadcast. The result has the
    /// indices' extent along `axis`. A negative index counts from the end; one outside gives zero.
    ///
    ///     let ordered = x.takingAlongAxis(x.argsort(axis: 1), axis: 1)
    public func takingAlongAxis(_ indices: Tensor, axis: Int) -> Tensor {
        let axis = checkedAxis(axis)
        let common = trapping { () throws(IbexError) in
            guard indices.rank == rank,
                let common = shape.replacing(axis: axis, with: 1).broadcast(
                    with: indices.shape.replacing(axis: axis, with: 1))
            else {
                throw IbexError(
                    .shape, at: "takingAlongAxis",
                    found: "indices of shape \(indices.shape) for \(shape), axis \(axis)",
                    expected: "as many axes, with extents that broadcast but for axis \(axis)")
            }
            return common
        }
        let extent = shape[axis]
        let table = broadcast(to: common.replacing(axis: axis, with: extent))
        let result = common.replacing(axis: axis, with: indices.shape[axis])
        let inner = common.extents[(axis + 1)...].reduce(1, *)
        let outer = common.extents[..<axis].reduce(1, *)
        let places = indices.broadcast(to: result).places(in: extent, of: table.elementCount)
            .reshaped(outer, indices.shape[axis], inner)
        let rows = Tensor.arange(outer, dtype: places.dtype).reshaped(-1, 1, 1) * Double(extent * inner)
        let columns = Tensor.arange(inner, dtype: places.dtype)
        let flat = Tensor.where(places .>= 0, places * Double(inner) + rows + columns, places)
        return table.reshaped(-1).gathering(flat).reshaped(to: result)
    }

    /// Indices of an axis counted from its start, -1 where one lies outside; wide enough for a table of `count` elements.
    private func places(in extent: Int, of count: Int) -> Tensor {
        precondition(dtype.isInteger, "taking: found indices of type \(dtype.rawValue); expected whole numbers")
        let indices = dtype == .int64 || count > Int(Int32.max) ? cast(to: .int64) : cast(to: .int32)
        let counted = Tensor.where(indices .< 0, indices + Double(extent), indices)
        return .where((counted .>= 0) .& (counted .< Double(extent)), counted, counted.filled(-1))
    }
}
