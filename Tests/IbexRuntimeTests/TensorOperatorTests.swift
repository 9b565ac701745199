import IbexGraph
import IbexRuntime
import IbexTestSupport
import Testing

/// Operators at their edges, against numbers worked by hand.
@Suite(.serialized)
struct TensorOperatorTests {
    private func expect(_ tensor: Tensor, _ shape: Shape, _ want: [Float], line: SourceLocation = #_sourceLocation)
        throws
    {
        #expect(tensor.shape == shape, sourceLocation: line)
        #expect(try tensor.cast(to: .float32).scalars(as: Float.self) == want, sourceLocation: line)
    }

    private var x: Tensor { Tensor([[1, 2, 3], [4, 5, 6]] as [[Float]]) }

    @Test(arguments: ["cpu", "opencl"]) func einsums(device: String) throws {
        try PlainKernels.withDevice(device) {
            let y = Tensor([[1, 0], [2, 1], [0, 3]] as [[Float]])
            try expect(.einsum("ij,jk", x, y), [2, 2], [5, 11, 14, 23])
            try expect(.einsum("ij,jk->ki", x, y), [2, 2], [5, 14, 11, 23])
            try expect(.einsum("ij->j", x), [3], [5, 7, 9])
            try expect(.einsum("ij,ij->", x, x), [], [91])
            // An extent of 1 stretches, under a letter as under the ellipsis.
            try expect(.einsum("...j,...j->...", x, Tensor([[1, 1, 2]] as [[Float]])), [2], [9, 21])
            try expect(.einsum("ij,kj->ik", x, Tensor([[1], [2]] as [[Float]])), [2, 2], [6, 12, 15, 30])
            // Whole numbers stay whole.
            let whole = Tensor([[1, 2], [3, 4]] as [[Int32]])
            let product = Tensor.einsum("ij,jk->ik", whole, whole)
            #expect(product.dtype == .int32)
            try expect(product, [2, 2], [7, 10, 15, 22])
            // [2, 3] [3, 2] [2, 3], the product of the last two first or not.
            try expect(.einsum("ij,jk,kl->il", x, y, x), [2, 3], [49, 65, 81, 106, 143, 180])
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func takes(device: String) throws {
        try PlainKernels.withDevice(device) {
            // -1 counts from the end, 3 is outside and takes nothing of the next row.
            let indices = Tensor([-1, 3, 0] as [Int32])
            try expect(x.taking(indices, axis: 1), [2, 3], [3, 0, 1, 6, 0, 4])
            try expect(x.takingAlongAxis(Tensor([[-1, 3], [0, -4]] as [[Int32]]), axis: 1), [2, 2], [3, 0, 4, 0])
            try expect(x.takingAlongAxis(Tensor([[1]] as [[Int64]]), axis: 0), [1, 3], [4, 5, 6])
            try expect(x[AxisRange(by: -1), AxisRange(from: -2)], [2, 2], [5, 6, 2, 3])
            try expect(x[AxisRange(from: 5), 0], [0], [])
            try expect(x[..., -1], [2], [3, 6])
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func scatters(device: String) throws {
        try PlainKernels.withDevice(device) {
            let ids = Tensor([2, 0, 2, 5] as [Int32])
            let rows = Tensor([[1, -1], [2, -2], [3, -3], [9, 9]] as [[Float]])
            try expect(rows.segmentSum(ids, count: 3), [3, 2], [2, -2, 0, 0, 4, -4])
            let least = -Float.greatestFiniteMagnitude
            try expect(rows.segmentMax(ids, count: 3), [3, 2], [2, -2, least, least, 3, -1])
            // Level elements share.
            let level = Tensor([4, 4, 1] as [Float])
            let slope = gradient { $0.segmentMax(Tensor([0, 0, 0] as [Int32]), count: 1) }
            try expect(try slope(level), [3], [0.5, 0.5, 0])
            // The last of two for one place stays; an index outside is left out and hits no other row.
            let places = Tensor([[0, 1], [0, 1], [0, 3]] as [[Int32]])
            let values = Tensor([7, 8, 9] as [Float])
            try expect(x.scatterUpdated(indices: places, values: values), [2, 3], [1, 8, 3, 4, 5, 6])
            try expect(.scatter(indices: places, values: values, shape: [2, 3]), [2, 3], [0, 15, 0, 0, 0, 0])
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func sorts(device: String) throws {
        try PlainKernels.withDevice(device) {
            let mixed = Tensor([3, .nan, -.infinity, 1, 3] as [Float])
            #expect(try mixed.argsort().scalars(as: Int32.self) == [2, 3, 0, 4, 1])
            #expect(try mixed.topK(3).indices.scalars(as: Int32.self) == [1, 0, 4])
            let slope = gradient { ($0.sorted() * Tensor([1, 2, 3] as [Float])).sum() }
            try expect(try slope(Tensor([5, -1, 2] as [Float])), [3], [3, 1, 2])
            let edges = Tensor([1, 3, 3, 7] as [Float])
            let values = Tensor([[0, 3], [4, 9]] as [[Float]])
            try expect(edges.searchsorted(values), [2, 2], [0, 1, 3, 4])
            try expect(edges.searchsorted(values, side: .right), [2, 2], [0, 3, 3, 4])
            let scores = Tensor([[1, 2, 2], [1, 2, 3], [.nan, 0, 1]] as [[Float]])
            let hits = Tensor.inTopK(targets: Tensor([1, -1, 0] as [Int32]), predictions: scores, k: 1)
            #expect(try hits.scalars(as: Bool.self) == [true, false, false])
        }
    }

    /// The gradient of a running product where elements are zero: of (a, ab, abc) at (2, 0, 3).
    @Test func cumulates() throws {
        try withDevice("cpu") {
            let slope = try gradient { $0.cumprod() }(Tensor([2, 0, 3] as [Float]))
            try expect(slope, [3], [1, 8, 0])
            try expect(Tensor([true, true, false, true] as [Bool]).cumsum(), [4], [1, 2, 2, 3])
            try expect(x.cumsum(axis: 0), [2, 3], [1, 2, 3, 5, 7, 9])
            let long = try Tensor.ones([1001]).cumsum().scalars(as: Float.self)
            #expect(long == (1...1001).map { Float($0) })
        }
    }

    @Test func lengths() throws {
        try withDevice("cpu") {
            try expect(Tensor([3, -4] as [Float]).norm(), [], [5])
            try expect(Tensor([3, -4] as [Float]).norm(order: 1), [], [7])
            try expect(Tensor([3, -4] as [Float]).norm(order: .infinity), [], [4])
            try expect(Tensor([3, 0] as [Float]).norm(order: 0), [], [1])
            try expect(Tensor([0, 0] as [Float]).normalized(), [2], [0, 0])
            try expect(Tensor([3e38, 0] as [Float]).hypot(Tensor([4e37, 0] as [Float])), [2], [3.0265492e38, 0])
            let slope = try gradient { $0.hypot($0) }(Tensor([0] as [Float]))
            try expect(slope, [1], [0])
        }
    }

    @Test func mirrorsAndRepeats() throws {
        try withDevice("cpu") {
            let row = Tensor([1, 2, 3] as [Float])
            try expect(row.padded(low: [2], high: [2], mode: .reflect), [7], [3, 2, 1, 2, 3, 2, 1])
            try expect(row.padded(low: [2], high: [3], mode: .symmetric), [8], [2, 1, 1, 2, 3, 3, 2, 1])
            try expect(row.tiled([2, 2]), [2, 6], [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3])
            try expect(row.rolled(by: -4), [3], [2, 3, 1])
            try expect(row.diag(k: -1)[1...], [3, 4], [1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0])
            try expect(x.diagonal(offset: 1), [2], [2, 6])
            try expect(x.diagonal(offset: -1), [1], [4])
            try expect(x.diagonal(offset: 4), [0], [])
        }
    }

    /// Two axes as one: the softmax of all of a row's numbers.
    @Test func softmaxOverTwoAxes() throws {
        try withDevice("cpu") {
            let y = Tensor.ones([2, 3, 2, 4]).softmax(axes: [1, 3])
            try expect(y, [2, 3, 2, 4], [Float](repeating: 1 / 12, count: 48))
        }
    }
}
