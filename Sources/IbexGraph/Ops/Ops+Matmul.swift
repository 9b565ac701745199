extension Ops {
    /// The matrix product over the last two axes, batch axes broadcast: c[…, i, j] = Σₖ a[…, i, k] b[…, k, j].
    /// A transposed operand is stored with its last two axes exchanged.
    package struct Matmul: EpilogueOp {
        package var transposeA: Bool
        package var transposeB: Bool
        package var epilogue: Epilogue?

        package init(transposeA: Bool = false, transposeB: Bool = false, epilogue: Epilogue? = nil) {
            self.transposeA = transposeA
            self.transposeB = transposeB
            self.epilogue = epilogue
        }

        /// Rows and columns of the result, length of the sums, and its batch axes.
        package struct Extents: Hashable, Sendable {
            package let m, n, k: Int
            package let batch: Shape
        }

        package func extents(_ a: Shape, _ b: Shape) throws(IbexError) -> Extents {
            guard a.rank >= 2, b.rank >= 2 else {
                throw shapeError("shapes \(a) and \(b)", expected: "two axes or more in each")
            }
            let (m, ka) = transposeA ? (a[-1], a[-2]) : (a[-2], a[-1])
            let (kb, n) = transposeB ? (b[-1], b[-2]) : (b[-2], b[-1])
            guard ka == kb else {
                throw shapeError(
                    "shapes \(a) and \(b), which contract \(ka) with \(kb)",
                    expected: "as many columns on the left as rows on the right")
            }
            let batchA = Shape(Array(a.extents.dropLast(2)))
            let batchB = Shape(Array(b.extents.dropLast(2)))
            guard let batch = batchA.broadcast(with: batchB) else {
                throw shapeError("batch axes \(batchA) and \(batchB)", expected: "batch axes that broadcast")
            }
            return Extents(m: m, n: n, k: ka, batch: batch)
        }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            let sizes = try extents(inputs[0].shape, inputs[1].shape)
            guard inputs[0].dtype == inputs[1].dtype, inputs[0].dtype.isReal else {
                throw shapeError(
                    "operands of types \(inputs[0].dtype.rawValue) and \(inputs[1].dtype.rawValue)",
                    expected: "one floating-point type", remedy: "Cast them.")
            }
            let shape = Shape(sizes.batch.extents + [sizes.m, sizes.n])
            return finishedTypes(shape, inputs[0].dtype)
        }

        package func backward(_ call: OpCall) -> [Tensor?] {
            let (a, b, g) = (call.inputs[0], call.inputs[1], call.upstream)
            func product(_ x: Tensor, _ y: Tensor, _ tx: Bool, _ ty: Bool) -> Tensor {
                .apply(Ops.Matmul(transposeA: tx, transposeB: ty), x, y)
            }
            let da = transposeA ? product(b, g, transposeB, true) : product(g, b, false, !transposeB)
            let db = transposeB ? product(g, a, true, transposeA) : product(a, g, !transposeA, false)
            return [da.sum(to: a.shape), db.sum(to: b.shape)]
        }
    }
}

extension Tensor {
    /// The matrix product over the last two axes; batch axes broadcast. A vector counts as one row on
    /// the left and one column on the right, as in NumPy.
    ///
    ///     let y = x.matmul(kernel)          // [batch, in] x [in, out] -> [batch, out]
    public func matmul(_ other: Tensor) -> Tensor {
        let dtype = floating.dtype.promoted(with: other.floating.dtype)
        let a = rank == 1 ? expandedDims(axis: 0) : self
        let b = other.rank == 1 ? other.expandedDims(axis: 1) : other
        var result = Tensor.apply(Ops.Matmul(), a.cast(to: dtype), b.cast(to: dtype))
        if other.rank == 1 { result = result.squeezed(axes: [-1]) }
        if rank == 1 { result = result.squeezed(axes: [other.rank == 1 ? -1 : -2]) }
        return result
    }
}
