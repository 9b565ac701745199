extension Ops {
    /// Rows of a table: y[i, …] = table[indices[i], …].
    ///
    /// Operands: table [rows, …], indices of `int32` or `int64` and any shape, and perhaps a scalar `int64`
    /// offset; with it, y[i] = table[indices[offset + i]] for `count` rows, so that a batch is cut from
    /// a shuffled index buffer by a counter on the device. An index outside the table gives a row of zeros.
    package struct Gather: EpilogueOp {
        /// How many rows are taken from the offset on; `nil` without an offset.
        package var count: Int?
        package var epilogue: Epilogue?

        package init(count: Int? = nil, epilogue: Epilogue? = nil) {
            self.count = count
            self.epilogue = epilogue
        }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            let (table, indices) = (inputs[0], inputs[1])
            guard table.shape.rank >= 1, indices.dtype == .int32 || indices.dtype == .int64 else {
                throw shapeError(
                    "a table \(table) and indices \(indices)", expected: "rows, and indices of int32 or int64")
            }
            let rows = Array(table.shape.extents.dropFirst())
            guard let count else { return finishedTypes(Shape(indices.shape.extents + rows), table.dtype) }
            guard indices.shape.rank == 1, inputs[2] == TensorType(.scalar, .int64) else {
                throw shapeError("indices \(indices), offset \(inputs[2])", expected: "one axis, a scalar int64")
            }
            return finishedTypes(Shape([count] + rows), table.dtype)
        }

        package func backward(_ call: OpCall) -> [Tensor?] {
            guard call.inputs[0].dtype.isFloatingPoint else { return call.inputs.map { _ in nil } }
            precondition(count == nil, "gather: found a gradient through an offset; expected one through indices only")
            let indices = call.inputs[1]
            let table = call.inputs[0].shape
            let rows = [indices.elementCount] + table.extents.dropFirst()
            let gradient = Tensor.apply(
                GatherGradient(rows: table[0]), indices.reshaped(-1), call.upstream.reshaped(rows))
            return [gradient, nil]
        }
    }

    /// Adds each row of the upstream to the row of the table that it was taken from, in the order of
    /// the upstream's rows. Operands: indices [n], upstream [n, …]; result [rows, …].
    package struct GatherGradient: Op {
        package let rows: Int

        package init(rows: Int) { self.rows = rows }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            let (indices, upstream) = (inputs[0], inputs[1])
            guard indices.shape.rank == 1, upstream.shape.rank >= 1, upstream.shape[0] == indices.shape[0],
                indices.dtype == .int32 || indices.dtype == .int64
            else {
                throw shapeError("indices \(indices), upstream \(upstream)", expected: "one index for each row")
            }
            return [TensorType(upstream.shape.replacing(axis: 0, with: rows), upstream.dtype)]
        }

        package func backward(_ call: OpCall) -> [Tensor?] {
            [nil, .apply(Gather(), call.upstream, call.inputs[0])]
        }
    }

    /// Rows of zeros with a one at each index: y[…, j] = (indices[…] == j).
    package struct OneHot: Op {
        package let depth: Int
        package let dtype: DType

        package init(depth: Int, dtype: DType) {
            self.depth = depth
            self.dtype = dtype
        }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            guard inputs[0].dtype.isInteger, depth > 0 else {
                throw shapeError("indices \(inputs[0]), depth \(depth)", expected: "whole numbers, a positive depth")
            }
            return [TensorType(Shape(inputs[0].shape.extents + [depth]), dtype)]
        }

        package func backward(_ call: OpCall) -> [Tensor?] { [nil] }
    }
}

extension Tensor {
    /// The elements of the first axis at the indices: [rows, …] and [i, …] give [i, …, …].
    ///
    /// An index outside the rows gives zeros.
    public func gathering(_ indices: Tensor) -> Tensor {
        .apply(Ops.Gather(), self, indices.dtype == .int64 ? indices : indices.cast(to: .int32))
    }

    /// Rows with a one at each index and zeros elsewhere, as a new last axis of extent `depth`.
    public func oneHot(depth: Int, dtype: DType = .float32) -> Tensor {
        .apply(Ops.OneHot(depth: depth, dtype: dtype), self)
    }
}
