import CIbexBLAS
import IbexGraph

/// One matrix product of OpenBLAS, on the calling thread: C = op(A) op(B), or C += with `accumulate`, row-major.
struct MatrixProduct {
    var transposeA = false
    var transposeB = false
    var m: Int
    var n: Int
    var k: Int
    /// Elements from one stored row to the next.
    var strideA: Int
    var strideB: Int
    var strideC: Int
    var accumulate = false

    func run(_ dtype: DType, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ c: UnsafeMutableRawPointer) {
        guard m > 0, n > 0 else { return }
        let (ta, tb) = (transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans)
        let (rows, columns, depth) = (blasint(m), blasint(n), blasint(k))
        let (lda, ldb, ldc) = (blasint(max(strideA, 1)), blasint(max(strideB, 1)), blasint(max(strideC, 1)))
        if dtype == .float64 {
            cblas_dgemm(
                CblasRowMajor, ta, tb, rows, columns, depth, 1, a.assumingMemoryBound(to: Double.self), lda,
                b.assumingMemoryBound(to: Double.self), ldb, accumulate ? 1 : 0,
                c.assumingMemoryBound(to: Double.self), ldc)
        } else {
            cblas_sgemm(
                CblasRowMajor, ta, tb, rows, columns, depth, 1, a.assumingMemoryBound(to: Float.self), lda,
                b.assumingMemoryBound(to: Float.self), ldb, accumulate ? 1 : 0,
                c.assumingMemoryBound(to: Float.self), ldc)
        }
    }
}

extension CPUSite {
    /// The type that a product is computed in.
    ///
    /// - Throws: `IbexError` of kind `.kernel` for the half types.
    func productType(_ op: some Op) throws(IbexError) -> DType {
        let dtype = inputs[0].type.dtype
        guard dtype == .float32 || dtype == .float64 else {
            throw IbexError(
                .kernel, at: op.name, found: "operands of type \(dtype.rawValue)", expected: "float32 or float64",
                remedy: "Cast them first.")
        }
        return dtype
    }
}
