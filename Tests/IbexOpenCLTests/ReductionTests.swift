import IbexGraph
import IbexOpenCL
import IbexTestSupport
import Testing

@Suite struct ReductionTests {
    private func fold(_ x: Values, axes: [Int], _ start: Double, _ combine: (Double, Double) -> Double) -> Values {
        let kept = x.shape.extents.indices.filter { !axes.contains($0) }
        let shape = Shape(kept.map { x.shape[$0] })
        var result = [Double](repeating: start, count: shape.elementCount)
        for offset in x.scalars.indices {
            let index = x.index(of: offset)
            let place = zip(kept, shape.strides).reduce(0) { $0 + index[$1.0] * $1.1 }
            result[place] = combine(result[place], x.scalars[offset])
        }
        return Values(shape, x.dtype, result)
    }

    @Test(arguments: KernelVariant.allCases, [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2]])
    func everyAxis(variant: KernelVariant, axes: [Int]) throws {
        for shape: Shape in [[3, 4, 5], [2, 33, 70], [200, 1, 37]] {
            let x = Rig.random(shape, seed: 40)
            let t = Rig.constant(x)
            let got = try Rig.evaluate([t.sum(axes: axes), t.max(axes: axes), (t * t).min(axes: axes)], variant)
            expectClose(got[0], fold(x, axes: axes, 0, +), .ofPeak(1e-5), "sum \(shape)")
            expectClose(got[1], fold(x, axes: axes, -.infinity, max), .exact, "max \(shape)")
            let squares = Values(shape, .float32, x.scalars.map { Double(Float($0) * Float($0)) })
            expectClose(got[2], fold(squares, axes: axes, .infinity, min), .relative(1e-6), "min \(shape)")
        }
    }

    /// Long enough for two kernels, along the rows and down the columns, with an epilogue.
    @Test(arguments: KernelVariant.allCases)
    func longSumsAreSplit(variant: KernelVariant) throws {
        let x = Rig.random([60000, 10], seed: 41)
        let t = Rig.constant(x)
        let backend = try Rig.fresh(variant, units: 2)
        let (executable, program) = try Rig.prepare([t.mean(axes: [0])], backend)
        #expect(program.steps.count == 1 && executable.launchCount == 2)
        let got = try Rig.evaluate([t.mean(axes: [0]), t.sum(), t.max()], on: backend)
        let columns = fold(x, axes: [0], 0, +)
        expectClose(got[0], Values([10], .float32, columns.scalars.map { $0 / 60000 }), .absolute(1e-6))
        expectClose(got[1], fold(x, axes: [0, 1], 0, +), .absolute(0.1))
        expectClose(got[2], fold(x, axes: [0, 1], -.infinity, max))
        let again = try Rig.evaluate([t.mean(axes: [0]), t.sum(), t.max()], on: backend)
        #expect(again == got)
    }

    @Test(arguments: KernelVariant.allCases)
    func positionsTakeTheFirst(variant: KernelVariant) throws {
        let x = Values([3, 4], .float32, [1, 5, 5, 0, 2, 2, 2, 2, -1, .nan, 3, .nan])
        let t = Rig.constant(x)
        let got = try Rig.evaluate(
            [t.argmax(axis: 1), t.argmin(axis: 1), t.argmax(axis: 0), t.max(axes: [1])], variant)
        #expect(got[0].scalars == [1, 0, 1] && got[0].dtype == .int32)
        #expect(got[1].scalars == [3, 0, 1])
        #expect(got[2].scalars == [1, 2, 0, 2])
        #expect(got[3].scalars[2].isNaN)
    }

    /// Rows that GPUs fold by groups, with equals, NaN and the best at the very end.
    @Test(arguments: KernelVariant.allCases)
    func positionsInLongRows(variant: KernelVariant) throws {
        var scalars = Rig.random([5, 700], .int32, seed: 43, .integers(-9...9)).scalars
        scalars[700 + 699] = 100
        for place in [1400 + 650, 1400 + 31, 1400 + 288] { scalars[place] = .nan }
        let t = Rig.constant(Values([5, 700], .float32, scalars))
        let got = try Rig.evaluate([t.argmax(axis: 1), t.argmin(axis: 1), t.max(axes: [1])], variant)
        for row in 0..<5 where row != 2 {
            let own = Array(scalars[row * 700..<row * 700 + 700])
            #expect(got[0].scalars[row] == Double(own.firstIndex(of: own.max()!)!))
            #expect(got[1].scalars[row] == Double(own.firstIndex(of: own.min()!)!))
            #expect(got[2].scalars[row] == own.max()!)
        }
        #expect(got[0].scalars[2] == 31 && got[1].scalars[2] == 31 && got[2].scalars[2].isNaN)
    }

    @Test(arguments: KernelVariant.allCases)
    func wholeNumbersAndTruth(variant: KernelVariant) throws {
        let x = Rig.random([50, 7], .int32, seed: 42, .integers(-9...9))
        let t = Rig.constant(x)
        let got = try Rig.evaluate(
            [t.sum(axes: [1]), t.product(axes: [1]), (t .> 8).any(axes: [1]), (t .> -9).all(axes: [0])], variant)
        expectClose(got[0], fold(x, axes: [1], 0, +))
        expectClose(got[1], fold(x, axes: [1], 1, *))
        let any = fold(x, axes: [1], 0) { $0 != 0 || $1 > 8 ? 1 : 0 }
        expectClose(got[2], any.cast(to: .bool))
        let all = fold(x, axes: [0], 1) { $0 != 0 && $1 > -9 ? 1 : 0 }
        expectClose(got[3], all.cast(to: .bool))
    }

    /// Each step of a plain sum of equal terms rounds the same way: it is off by 4e-5 and more. Stretches of 256 terms are
    /// off by at most half a unit in the last place for each of them.
    @Test(arguments: [Shape([1 << 16, 4]), [4, 1 << 20]])
    func sumsOfManyTerms(shape: Shape) throws {
        let term = Float(0.1)
        let x = Rig.constant(Values(shape, .float32, [Double](repeating: Double(term), count: shape.elementCount)))
        let axis = shape[0] > shape[1] ? 0 : 1
        let got = try Rig.evaluate([x.sum(axes: [axis])], .cpu)[0]
        let want = Double(term) * Double(shape[axis])
        expectClose(got, Values([4], .float32, [want, want, want, want]), .relative(256 * 0x1p-24))
    }

    @Test func emptyAxesGiveTheNeutralElement() throws {
        let t = Rig.constant(Values([3, 0], .float32, []))
        let got = try Rig.evaluate([t.sum(axes: [1]), t.product(axes: [1])])
        #expect(got[0].scalars == [0, 0, 0] && got[1].scalars == [1, 1, 1])
    }
}
