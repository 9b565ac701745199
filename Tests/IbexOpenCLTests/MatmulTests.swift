import Foundation
import IbexGraph
import IbexOpenCL
import IbexTestSupport
import Testing

@Suite struct MatmulTests {
    /// c[i, j] = Σₖ a[i, k] b[k, j] in double precision.
    private func product(_ a: Values, _ b: Values, _ ta: Bool, _ tb: Bool) -> Values {
        let (m, k) = ta ? (a.shape[1], a.shape[0]) : (a.shape[0], a.shape[1])
        let n = tb ? b.shape[0] : b.shape[1]
        var c = [Double](repeating: 0, count: m * n)
        for i in 0..<m {
            for j in 0..<n {
                for l in 0..<k {
                    c[i * n + j] +=
                        a.scalars[ta ? l * m + i : i * k + l] * b.scalars[tb ? j * k + l : l * n + j]
                }
            }
        }
        return Values([m, n], a.dtype, c)
    }

    /// Sizes around the register tile (8 x 32), the slab's depth (192) and a work-item's block (256 x 256); rows of `a`
    /// whole pages apart, which are copied; few columns, for which they are not, with a last tile of few rows.
    @Test(
        arguments: KernelVariant.allCases,
        [
            [1, 1, 1], [7, 31, 5], [8, 32, 16], [9, 33, 193], [265, 10, 17], [8, 290, 400], [9, 129, 1024],
            [16, 257, 1024], [1, 200, 300], [200, 1, 300], [603, 10, 500], [61, 20, 500],
        ])
    func allTranspositions(variant: KernelVariant, sizes: [Int]) throws {
        var tensors: [Tensor] = []
        var wanted: [Values] = []
        for dtype in [DType.float32, .float64] {
            for (ta, tb) in [(false, false), (false, true), (true, false), (true, true)] {
                let a = Rig.random(ta ? [sizes[2], sizes[0]] : [sizes[0], sizes[2]], dtype, seed: 1)
                let b = Rig.random(tb ? [sizes[1], sizes[2]] : [sizes[2], sizes[1]], dtype, seed: 2)
                tensors.append(
                    .apply(Ops.Matmul(transposeA: ta, transposeB: tb), Rig.constant(a), Rig.constant(b)))
                wanted.append(product(a, b, ta, tb))
            }
        }
        let got = try Rig.evaluate(tensors, variant)
        for (index, want) in wanted.enumerated() {
            expectClose(got[index], want, .ofPeak(want.dtype == .float32 ? 1e-5 : 1e-13), "\(sizes), case \(index)")
        }
    }

    /// Tiles of both sizes of the GPU kernels, whole and aligned or neither, their sums whole or cut into parts.
    @Test(arguments: [(1, [132, 260, 20]), (1, [129, 131, 9]), (1000, [70, 40, 600]), (1000, [33, 67, 1027])])
    func groupTiles(units: Int, sizes: [Int]) throws {
        let bias = Rig.random([sizes[1]], seed: 9)
        var tensors: [Tensor] = []
        var wanted: [Values] = []
        for (ta, tb) in [(false, false), (false, true), (true, false), (true, true)] {
            let a = Rig.random(ta ? [sizes[2], sizes[0]] : [sizes[0], sizes[2]], seed: 1)
            let b = Rig.random(tb ? [sizes[1], sizes[2]] : [sizes[2], sizes[1]], seed: 2)
            let c = Tensor.apply(Ops.Matmul(transposeA: ta, transposeB: tb), Rig.constant(a), Rig.constant(b))
            tensors.append((c + Rig.constant(bias)).relu())
            let sums = product(a, b, ta, tb)
            let values = sums.scalars.enumerated().map { max($1 + bias.scalars[$0 % sizes[1]], 0) }
            wanted.append(Values(sums.shape, .float32, values))
        }
        let backend = try Rig.backend(units: units)
        let (executable, _) = try Rig.prepare(tensors, backend)
        #expect(executable.launchCount == (units > 1 ? 8 : 4))
        let got = try Rig.evaluate(tensors, on: backend)
        for (index, want) in wanted.enumerated() {
            expectClose(got[index], want, .ofPeak(1e-5), "\(sizes), case \(index)")
        }
        #expect(try Rig.evaluate(tensors, on: backend) == got)
    }

    @Test(arguments: KernelVariant.allCases)
    func batchesBroadcast(variant: KernelVariant) throws {
        let a = Rig.random([2, 1, 5, 7], seed: 3)
        let b = Rig.random([3, 7, 9], seed: 4)
        let got = try Rig.evaluate([Rig.constant(a).matmul(Rig.constant(b))], variant)[0]
        var want: [Double] = []
        for i in 0..<2 {
            for j in 0..<3 {
                let left = Values([5, 7], .float32, Array(a.scalars[i * 35..<i * 35 + 35]))
                let right = Values([7, 9], .float32, Array(b.scalars[j * 63..<j * 63 + 63]))
                want += product(left, right, false, false).scalars
            }
        }
        expectClose(got, Values([2, 3, 5, 9], .float32, want), .ofPeak(1e-5))
    }

    @Test(arguments: KernelVariant.allCases)
    func tailRidesInTheEpilogue(variant: KernelVariant) throws {
        let (a, b) = (Rig.random([20, 30], seed: 5), Rig.random([30, 40], seed: 6))
        let (bias, residual) = (Rig.random([40], seed: 7), Rig.random([20, 40], seed: 8))
        let y = (Rig.constant(a).matmul(Rig.constant(b)) + Rig.constant(bias)).relu() + Rig.constant(residual) * 0.5
        let backend = try Rig.backend(variant)
        let (executable, program) = try Rig.prepare([y], backend)
        #expect(program.steps.count == 1 && executable.launchCount == 1)
        let sums = product(a, b, false, false).scalars
        let want = sums.indices.map { max(sums[$0] + bias.scalars[$0 % 40], 0) + residual.scalars[$0] * 0.5 }
        expectClose(try Rig.evaluate([y], variant)[0], Values([20, 40], .float32, want), .ofPeak(1e-5))
    }

    /// A single column, whose product runs as that of a single row, in a batch and behind one tall matrix; on CPU devices
    /// longer rows are summed as dot products.
    @Test(arguments: KernelVariant.allCases, [30, 45])
    func singleColumnsKeepTheirTail(variant: KernelVariant, k: Int) throws {
        let (a, b) = (Rig.random([2, 20, k], seed: 11), Rig.random([2, k, 1], seed: 12))
        let (one, bias) = (Rig.random([k, 1], seed: 13), Rig.random([20, 1], seed: 14))
        let got = try Rig.evaluate(
            [b, one].map { (Rig.constant(a).matmul(Rig.constant($0)) + Rig.constant(bias)).relu() }, variant)
        func half(_ values: Values, _ item: Int, _ shape: Shape) -> Values {
            let count = shape.elementCount
            return Values(shape, .float32, Array(values.scalars.dropFirst(item * count).prefix(count)))
        }
        let items: [Values] = [half(a, 0, [20, k]), half(a, 1, [20, k])]
        let columns: [Values] = [half(b, 0, [k, 1]), half(b, 1, [k, 1])]
        for (got, right) in zip(got, [columns, [one, one]]) {
            let sums = zip(items, right).flatMap { product($0, $1, false, false).scalars }
            let want = sums.indices.map { max(sums[$0] + bias.scalars[$0 % 20], 0) }
            expectClose(got, Values([2, 20, 1], .float32, want), .ofPeak(1e-5))
        }
    }

    /// One row times rows that are read along, with a tail of one number to each.
    @Test(arguments: KernelVariant.allCases)
    func singleRowsTimesRows(variant: KernelVariant) throws {
        let (a, b, bias) = (Rig.random([1, 70], seed: 15), Rig.random([33, 70], seed: 16), Rig.random([33], seed: 17))
        let products = Tensor.apply(Ops.Matmul(transposeB: true), Rig.constant(a), Rig.constant(b))
        let got = try Rig.evaluate([(products + Rig.constant(bias)).tanh(), products], variant)
        let sums = product(a, b, false, true).scalars
        let finished: [Double] = sums.indices.map { tanh(sums[$0] + bias.scalars[$0]) }
        expectClose(got[0], Values([1, 33], .float32, finished), .ofPeak(1e-5))
        expectClose(got[1], Values([1, 33], .float32, sums), .ofPeak(1e-5))
    }

    @Test func emptySumIsZero() throws {
        let c = Rig.constant(Values([3, 0], .float32, [])).matmul(Rig.constant(Values([0, 4], .float32, [])))
        expectClose(try Rig.evaluate([c])[0], Values([3, 4], .float32, [Double](repeating: 0, count: 12)))
    }
}
