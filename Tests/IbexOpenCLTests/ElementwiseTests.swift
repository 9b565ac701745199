import Foundation
import IbexGraph
import IbexOpenCL
import IbexTestSupport
import Testing

@Suite struct ElementwiseTests {
    /// Large enough that loops ask for memory ahead, with an end that fills no block.
    @Test(arguments: [Shape([1 << 20 | 37]), [1100, 1001]])
    func mapsLargerThanCaches(shape: Shape) throws {
        let (x, weights) = (Rig.random(shape, seed: 70), Rig.random([shape[-1]], seed: 71))
        let got = try Rig.evaluate([Rig.constant(x) * Rig.constant(weights) + 1])[0]
        let want = x.scalars.enumerated().map { $1 * weights.scalars[$0 % shape[-1]] + 1 }
        expectClose(got, Values(shape, .float32, want), .ofPeak(1e-6))
    }

    /// So large that the result is stored past the caches: rows that begin where lines of memory do, and rows that do not.
    @Test(arguments: [96, 100]) func mapsPastTheCaches(columns: Int) throws {
        let rows = (32 << 20) / 4 / columns + 1
        let (x, y) = (Rig.random([rows, 1], seed: 77), Rig.random([columns], seed: 78))
        let got = try Rig.evaluate([Rig.constant(x) * Rig.constant(y) + 1])[0].scalars
        let difference = got.indices.reduce(0.0) { worst, at in
            max(worst, abs(got[at] - (x.scalars[at / columns] * y.scalars[at % columns] + 1)))
        }
        #expect(got.count == rows * columns && difference < 1e-6)
    }

    /// What all rows need alike is computed once for many rows of a CPU device; a row too long for it is not.
    @Test(arguments: [Shape([200, 37]), [3, 50, 64], [100, 1025]], KernelVariant.allCases)
    func valuesThatRowsShare(shape: Shape, variant: KernelVariant) throws {
        let columns = shape[-1]
        let x = Rig.random(shape, seed: 72)
        let (mean, variance) = (Rig.random([columns], seed: 73), Rig.random([columns], seed: 74, .uniform(0.1, 0.9)))
        let perRow = Rig.random(Shape(shape.extents.dropLast() + [1]), seed: 75)
        // Stretched before anything is computed of them: nothing of theirs is stored.
        let (stretched, rows) = (Rig.constant(variance).broadcast(to: shape), Rig.constant(perRow).broadcast(to: shape))
        let y = (Rig.constant(x) - Rig.constant(mean)) / stretched.sqrt() + rows.exp()
        let got = try Rig.evaluate([y, stretched.exp() + Rig.constant(x)], variant)
        let places = x.scalars.indices
        let want = places.map { at in
            let deviation = variance.scalars[at % columns].squareRoot()
            return (x.scalars[at] - mean.scalars[at % columns]) / deviation + exp(perRow.scalars[at / columns])
        }
        expectClose(got[0], Values(shape, .float32, want), .ofPeak(1e-6))
        let other = places.map { exp(variance.scalars[$0 % columns]) + x.scalars[$0] }
        expectClose(got[1], Values(shape, .float32, other), .ofPeak(1e-6))
    }

    /// Every function of the table, against its own closure in double precision.
    @Test(arguments: KernelVariant.allCases)
    func wholeTable(variant: KernelVariant) throws {
        var cases: [(name: String, tensor: Tensor, want: Values)] = []
        for function in ElementwiseFunction.all {
            for dtype in [DType.float32, .float64, .int32, .int64, .uint8, .bool] where function.accepts(dtype) {
                // Whole numbers without a sign wrap around; the closure does not.
                if dtype == .uint8, ["negate", "subtract"].contains(function.name) { continue }
                let sampler: Sampler =
                    dtype == .bool ? .truth : dtype.isFloatingPoint ? .uniform(0.1, 0.9) : .integers(1...11)
                let operands = (0..<function.arity).map { index -> Values in
                    function.name == "where" && index == 0
                        ? Rig.random([37], .bool, seed: 90, .truth)
                        : Rig.random([37], dtype, seed: UInt64(20 + index), sampler)
                }
                let y = Tensor.elementwise(operands.map { Rig.constant($0) }, function)
                let want = (0..<37).map { place in function.evaluate(operands.map { $0.scalars[place] }) }
                let isWhole = !dtype.isFloatingPoint && !function.yieldsBool
                let rounded = isWhole ? want.map { $0.rounded(.towardZero) } : want
                cases.append(("\(function.name) of \(dtype)", y, Values([37], y.dtype, rounded)))
            }
        }
        let got = try Rig.evaluate(cases.map(\.tensor), variant)
        for (values, test) in zip(got, cases) {
            let tolerance: Tolerance =
                switch test.want.dtype {
                case .float32: .relative(2e-5)
                case .float64: .relative(1e-12)
                default: .exact
                }
            expectClose(values, test.want, tolerance, test.name)
        }
    }

    @Test(arguments: KernelVariant.allCases)
    func viewsOfEveryKind(variant: KernelVariant) throws {
        let x = Rig.random([4, 5, 6], seed: 30)
        let t = Rig.constant(x)
        let row = Rig.random([6], seed: 31)
        let column = Rig.random([5, 1], seed: 32)
        let y = (t + Rig.constant(row)) * Rig.constant(column) - t.transposed([0, 1, 2])
        let z = t.transposed([2, 0, 1]) * 2
        let got = try Rig.evaluate([y, z], variant)
        var want = [Double](repeating: 0, count: 120)
        var turned = want
        for i in 0..<4 {
            for j in 0..<5 {
                for k in 0..<6 {
                    let at = (i * 5 + j) * 6 + k
                    want[at] = (x.scalars[at] + row.scalars[k]) * column.scalars[j] - x.scalars[at]
                    turned[(k * 4 + i) * 5 + j] = x.scalars[at] * 2
                }
            }
        }
        expectClose(got[0], Values([4, 5, 6], .float32, want), .ofPeak(1e-6))
        expectClose(got[1], Values([6, 4, 5], .float32, turned), .ofPeak(1e-7))
    }

    @Test(arguments: KernelVariant.allCases)
    func flipsPadsAndConcatenates(variant: KernelVariant) throws {
        let x = Rig.random([3, 4], seed: 33)
        let t = Rig.constant(x)
        let flipped = t.flipped(axes: [1])
        let padded = Tensor.apply(Ops.Pad(low: [1, 0], high: [0, 2], interior: [1, 0], value: 7), t)
        let joined = Tensor.apply(Ops.Concatenate(axis: 1), [t, t * 2])[0]
        let got = try Rig.evaluate([flipped, padded, joined], variant)
        expectClose(
            got[0],
            Values(
                [3, 4], .float32, (0..<12).map { (place: Int) -> Double in x.scalars[place / 4 * 4 + 3 - place % 4] }))
        var cells = [Double](repeating: 7, count: 36)
        for i in 0..<3 { for j in 0..<4 { cells[(1 + 2 * i) * 6 + j] = x.scalars[i * 4 + j] } }
        expectClose(got[1], Values([6, 6], .float32, cells))
        let sides = (0..<24).map { place -> Double in
            let scale: Double = place % 8 < 4 ? 1 : 2
            return x.scalars[place / 8 * 4 + place % 4] * scale
        }
        expectClose(got[2], Values([3, 8], .float32, sides))
    }

    /// More operands than a kernel takes arguments, each with strides of its own.
    @Test(arguments: KernelVariant.allCases)
    func manyOperands(variant: KernelVariant) throws {
        for count in [40, 90, 300] {
            let parts = (0..<count).map { Rig.random([5, 6], seed: UInt64(200 + $0)) }
            let tensors = parts.enumerated().map {
                $0 % 2 == 0 ? Rig.constant($1) : Rig.constant($1).transposed([1, 0])
            }
            let even = tensors.enumerated().filter { $0.offset % 2 == 0 }.map(\.element).reduce(
                Rig.constant(parts[0]), +)
            let odd = tensors.enumerated().filter { $0.offset % 2 == 1 }.map(\.element).reduce(tensors[1], +)
            let got = try Rig.evaluate(
                [(even * odd.transposed([1, 0])).sum(axes: [0]), even - odd.transposed([1, 0])], variant)
            var product = [Double](repeating: 0, count: 6)
            var difference = [Double](repeating: 0, count: 30)
            for place in 0..<30 {
                let e =
                    parts[0].scalars[place]
                    + stride(from: 0, to: count, by: 2).reduce(0) { $0 + parts[$1].scalars[place] }
                let o =
                    parts[1].scalars[place]
                    + stride(from: 1, to: count, by: 2).reduce(0) { $0 + parts[$1].scalars[place] }
                product[place % 6] += e * o
                difference[place] = e - o
            }
            expectClose(got[0], Values([6], .float32, product), .ofPeak(1e-5), "\(count) operands, folded")
            expectClose(got[1], Values([5, 6], .float32, difference), .ofPeak(1e-5), "\(count) operands")
        }
    }

    /// More arrays than one loop walks: what has nothing in common is made in loops of its own, what shares an operand in
    /// one.
    @Test(arguments: KernelVariant.allCases)
    func manyResultsOfOneSpace(variant: KernelVariant) throws {
        let parts = (0..<10).map { Rig.random([3, 37], seed: UInt64(400 + $0)) }
        let tensors = parts.map { Rig.constant($0) }
        let apart = (0..<4).map { (part: Int) -> Tensor in tensors[2 * part] * tensors[2 * part + 1] + 1 }
        let joined = [tensors[8] - tensors[9], tensors[8] + tensors[0]]
        let (executable, program) = try Rig.prepare(apart + joined, Rig.backend(variant))
        #expect(executable.launchCount == 1, "\(program)")
        let got = try Rig.evaluate(apart + joined, variant)
        for part in 0..<4 {
            let want: [Double] = zip(parts[2 * part].scalars, parts[2 * part + 1].scalars).map { $0 * $1 + 1 }
            expectClose(got[part], Values([3, 37], .float32, want), .ofPeak(1e-6))
        }
        let difference: [Double] = zip(parts[8].scalars, parts[9].scalars).map { $0 - $1 }
        let sum: [Double] = zip(parts[8].scalars, parts[0].scalars).map { $0 + $1 }
        expectClose(got[4], Values([3, 37], .float32, difference), .ofPeak(1e-6))
        expectClose(got[5], Values([3, 37], .float32, sum), .ofPeak(1e-6))
    }

    @Test(arguments: KernelVariant.allCases)
    func storageTypesRound(variant: KernelVariant) throws {
        let x = Values([4], .float32, [1.0009765625, 65520, -0.1, 3])
        let half = Rig.constant(x).cast(to: .float16).cast(to: .float32)
        let brain = Rig.constant(x).cast(to: .bfloat16).cast(to: .float32)
        let got = try Rig.evaluate([half, brain], variant)
        #expect(got[0].scalars == [1.0009765625, .infinity, -0.0999755859375, 3])
        #expect(got[1].scalars == [1, 65536, -0.10009765625, 3])
    }
}

extension Tensor {
    fileprivate static func elementwise(_ operands: [Tensor], _ function: ElementwiseFunction) -> Tensor {
        apply(Ops.Elementwise(function), operands)[0]
    }
}
