extension Tensor {
    /// The lower triangles of matrices in the last two axes, zeros above diagonal `k`: […, r, c] of the same shape.
    ///
    /// Diagonal 0 is the main one; diagonals above it are positive.
    public func tril(k: Int = 0) -> Tensor { keeping { $0 .<= Double(k) } }

    /// The upper triangles of matrices in the last two axes, zeros below diagonal `k`: […, r, c] of the same shape.
    public func triu(k: Int = 0) -> Tensor { keeping { $0 .>= Double(k) } }

    private func keeping(_ isKept: (Tensor) -> Tensor) -> Tensor {
        precondition(rank >= 2, "tril, triu: found shape \(shape); expected two axes at least")
        return .where(isKept(.diagonalNumbers(shape[-2], shape[-1])), self, filled(0))
    }

    /// A vector on diagonal `k` of a square of zeros, or the diagonal of a matrix: [n] gives [n + |k|, n + |k|].
    ///
    /// - Precondition: the tensor has one axis or two.
    public func diag(k: Int = 0) -> Tensor {
        if rank == 2 { return diagonal(offset: k) }
        precondition(rank == 1, "diag: found shape \(shape); expected a vector or a matrix")
        let row = padded(low: [Swift.max(k, 0)], high: [Swift.max(-k, 0)])
        let numbers = Tensor.diagonalNumbers(row.elementCount, row.elementCount)
        return .where(numbers .== Double(k), row, row.filled(0))
    }

    /// The elements with equal coordinates in two axes, as a new last axis; the two axes go away.
    ///
    /// With `offset` k, the element of the first axis at i goes with that of the second at i + k.
    ///
    ///     try Tensor([[1, 2], [3, 4]] as [[Float]]).diagonal().scalars(as: Float.self)        // [1, 4]
    public func diagonal(offset: Int = 0, axis1: Int = 0, axis2: Int = 1) -> Tensor {
        let (first, second) = (checkedAxis(axis1), checkedAxis(axis2))
        precondition(first != second, "diagonal: found axis \(axis1) twice; expected two axes")
        let matrices = movedAxes(from: [first, second], to: [-2, -1])
        let (rows, columns) = (matrices.shape[-2], matrices.shape[-1])
        let batch = Array(matrices.shape.extents.dropLast(2))
        let count = Swift.max(0, Swift.min(rows + Swift.min(offset, 0), columns - Swift.max(offset, 0)))
        let start = count == 0 ? 0 : offset >= 0 ? offset : -offset * columns
        let zeros = batch.map { _ in 0 }
        return .apply(
            Ops.Slice(
                starts: zeros + [start], counts: batch + [count], steps: zeros.map { _ in 1 } + [columns + 1]),
            matrices.reshaped(batch + [rows * columns]))
    }

    /// The sum of a diagonal of two axes, which go away.
    public func trace(offset: Int = 0, axis1: Int = 0, axis2: Int = 1) -> Tensor {
        diagonal(offset: offset, axis1: axis1, axis2: axis2).sum(axes: [-1])
    }
}
