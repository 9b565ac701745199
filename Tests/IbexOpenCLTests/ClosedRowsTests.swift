import IbexGraph
import IbexOpenCL
import IbexTestSupport
import Testing

/// Reductions whose kernel goes back to the rows that it folded.
@Suite struct ClosedRowsTests {
    /// x w / (Σ x² + 1) - max x, and Σ x², row by row: a closing with weights, and a folded value that is a result too.
    private func results(_ x: Tensor, _ weights: Tensor) -> [Tensor] {
        let total = x.square().sum(axis: 1, keepDims: true)
        return [x * weights / (total + 1) - x.max(axes: [1], keepDims: true), total]
    }

    private func expected(_ x: Values, _ weights: Values) -> [Values] {
        let (rows, width) = (x.shape[0], x.shape[1])
        var (closed, totals): ([Double], [Double]) = ([], [])
        for row in 0..<rows {
            let own = x.scalars[row * width..<row * width + width]
            let total = own.reduce(0) { $0 + $1 * $1 }
            let peak = own.reduce(-.infinity, max)
            totals.append(total)
            closed += zip(own, weights.scalars).map { $0 * $1 / (total + 1) - peak }
        }
        return [Values(x.shape, .float32, closed), Values([rows, 1], .float32, totals)]
    }

    /// Rows of all lengths in one kernel; many short ones and few long ones in more where that is faster.
    @Test(
        arguments: KernelVariant.allCases,
        [
            ([64, 48], [1, 1]), ([33, 7], [1, 1]), ([9, 5000], [1, 1]), ([2, 1], [1, 1]), ([20_000, 3], [2, 1]),
            ([2, 100_000], [3, 1]), ([1, 100_000], [3, 3]),
        ])
    func rowsAreFoldedAndClosed(variant: KernelVariant, sizes: (shape: [Int], launches: [Int])) throws {
        let shape = Shape(sizes.shape)
        let (x, weights) = (Rig.random(shape, seed: 60), Rig.random([shape[1]], seed: 61))
        let tensors = results(Rig.constant(x), Rig.constant(weights))
        let backend = try Rig.fresh(variant, units: 2)
        let (executable, program) = try Rig.prepare(tensors, backend)
        #expect(program.steps.count == 1, "\(program)")
        #expect(executable.launchCount == sizes.launches[variant == .cpu ? 0 : 1])
        let got = try Rig.evaluate(tensors, on: backend)
        for (got, want) in zip(got, expected(x, weights)) { expectClose(got, want, .ofPeak(1e-6), "\(shape)") }
        #expect(try Rig.evaluate(tensors, on: backend) == got)
    }

    @Test(arguments: KernelVariant.allCases) func operandsInAnyLayout(variant: KernelVariant) throws {
        let (x, weights) = (Rig.random([30, 70], seed: 62), Rig.random([70], seed: 63))
        let turned = (0..<70).flatMap { column in (0..<30).map { x.scalars[$0 * 70 + column] } }
        let t = Rig.constant(Values([70, 30], .float32, turned)).transposed()
        let got = try Rig.evaluate(results(t, Rig.constant(weights)), variant)
        for (got, want) in zip(got, expected(x, weights)) { expectClose(got, want, .ofPeak(1e-6)) }
    }

    /// What a row folds to need not be a sum: the place of its largest element, and whether any is large.
    @Test(arguments: KernelVariant.allCases) func placesAndTruthCloseRows(variant: KernelVariant) throws {
        let x = Rig.random([40, 90], seed: 64)
        let t = Rig.constant(x)
        let place = t.argmax(axis: 1, keepDims: true).cast(to: .float32)
        let isLarge = (t .> 2).any(axes: [1], keepDims: true).broadcast(to: t.shape)
        let got = try Rig.evaluate([Tensor.where(isLarge, t - place, t + place)], variant)[0]
        var want: [Double] = []
        for row in 0..<40 {
            let own = Array(x.scalars[row * 90..<row * 90 + 90])
            let place = Double(own.firstIndex(of: own.max() ?? 0) ?? 0)
            want += own.map { own.contains { $0 > 2 } ? $0 - place : $0 + place }
        }
        expectClose(got, Values([40, 90], .float32, want), .ofPeak(1e-6))
    }

    /// The result lies where the operand does: a row is written once all of it is folded.
    @Test(arguments: KernelVariant.allCases) func rowsInPlace(variant: KernelVariant) throws {
        let x = Rig.random([50, 80], seed: 65)
        let load = Expression.Instruction(.load(0), .float32)
        let op = Ops.Fused(
            domain: [50, 80], reducedAxes: 1, views: [.contiguous([50, 80])],
            body: Expression(instructions: [load], results: [0]), reductions: [.sum],
            closing: Ops.Fused.Closing(
                expression: Expression(
                    instructions: [
                        load, .init(.load(1), .float32), .init(.apply(.subtract), .float32, [1, 0]),
                    ], results: [2]),
                views: [.contiguous([50, 80])]))
        let got = try run(op, [x, x], on: Rig.backend(variant), inPlace: 1)[0]
        let sums = (0..<50).map { x.scalars[$0 * 80..<$0 * 80 + 80].reduce(0, +) }
        let want = x.scalars.enumerated().map { $1 - sums[$0 / 80] }
        expectClose(got, Values([50, 80], .float32, want), .ofPeak(1e-6))
    }
}
