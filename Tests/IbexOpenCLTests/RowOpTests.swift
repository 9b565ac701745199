import Foundation
import IbexGraph
import IbexOpenCL
import IbexTestSupport
import Testing

@Suite struct RowOpTests {
    private func softmax(_ row: [Double]) -> [Double] {
        let top = row.max() ?? 0
        let parts = row.map { exp($0 - top) }
        return parts.map { $0 / parts.reduce(0, +) }
    }

    /// Few classes, rows side by side beyond a vector's lanes; many, and on GPUs a work-group to a row.
    @Test(arguments: KernelVariant.allCases, [7, 300])
    func softmaxAndCrossEntropy(variant: KernelVariant, classes: Int) throws {
        let rows = 21
        var x = Rig.random([rows, classes], seed: 50)
        x = Values(
            [rows, classes], .float32,
            x.scalars.enumerated().map { Double(Float($0.offset < classes ? $0.element * 300 : $0.element)) })
        let labels = Rig.random([rows], .int32, seed: 51, .integers(0...classes - 1))
        let dense = Rig.random([rows, classes], seed: 52, .uniform(0, 1))
        let upstream = Rig.random([rows], seed: 53)
        let logits = Rig.constant(x)
        let sparse = Tensor.apply(Ops.SoftmaxCrossEntropy(), [logits, Rig.constant(labels)])
        let full = Tensor.apply(Ops.SoftmaxCrossEntropy(), [logits, Rig.constant(dense)])
        let gradients = [labels, dense].map {
            Tensor.apply(Ops.SoftmaxCrossEntropyGradient(), logits.softmax(), Rig.constant($0), Rig.constant(upstream))
        }
        let got = try Rig.evaluate(
            [logits.softmax(), logits.logSoftmax(), sparse[0], sparse[1], full[0]] + gradients, variant)
        var (p, logP, sparseLoss, fullLoss, sparseGradient, fullGradient) =
            ([Double](), [Double](), [Double](), [Double](), [Double](), [Double]())
        for i in 0..<rows {
            let row = Array(x.scalars[i * classes..<(i + 1) * classes])
            let y = Array(dense.scalars[i * classes..<(i + 1) * classes])
            let (soft, top) = (softmax(row), row.max()!)
            let shift = top + log(row.reduce(0) { $0 + exp($1 - top) })
            let label = Int(labels.scalars[i])
            p += soft
            logP += row.map { $0 - shift }
            sparseLoss.append(shift - row[label])
            fullLoss.append(zip(y, row).reduce(0) { $0 + $1.0 * (shift - $1.1) })
            sparseGradient += soft.enumerated().map { ($1 - ($0 == label ? 1 : 0)) * upstream.scalars[i] }
            fullGradient += zip(soft, y).map { ($0 * y.reduce(0, +) - $1) * upstream.scalars[i] }
        }
        expectClose(got[0], Values([rows, classes], .float32, p), .absolute(1e-6), "softmax")
        expectClose(got[1], Values([rows, classes], .float32, logP), .ofPeak(1e-6), "log-softmax")
        expectClose(got[2], Values([rows], .float32, sparseLoss), .ofPeak(1e-6), "sparse loss")
        expectClose(got[3], Values([rows, classes], .float32, p), .absolute(1e-6), "probabilities")
        expectClose(got[4], Values([rows], .float32, fullLoss), .ofPeak(1e-6), "dense loss")
        expectClose(got[5], Values([rows, classes], .float32, sparseGradient), .ofPeak(1e-5), "sparse gradient")
        expectClose(got[6], Values([rows, classes], .float32, fullGradient), .ofPeak(2e-6), "dense gradient")
    }

    @Test(arguments: KernelVariant.allCases)
    func gatherItsGradientAndOneHot(variant: KernelVariant) throws {
        let table = Rig.random([6, 5], .uint8, seed: 54, .integers(0...255))
        let indices = Values([4], of: [Int32(5), 0, -1, 5])
        let order = Values([8], of: [Int32(3), 1, 4, 1, 5, 2, 0, 0])
        let offset = Values(.scalar, integers: [2])
        let scaled = Rig.constant(table).gathering(Rig.constant(indices)).cast(to: .float32) * 0.5
        let batch = Tensor.apply(
            Ops.Gather(count: 3), Rig.constant(table), Rig.constant(order), Rig.constant(offset))
        let rows = Rig.random([4, 5], seed: 55)
        let gradient = Tensor.apply(Ops.GatherGradient(rows: 6), Rig.constant(indices), Rig.constant(rows))
        let hot = Rig.constant(indices).oneHot(depth: 6)
        let got = try Rig.evaluate([scaled, batch, gradient, hot], variant)
        func row(_ i: Int) -> [Double] {
            (0..<6).contains(i) ? Array(table.scalars[i * 5..<i * 5 + 5]) : [0, 0, 0, 0, 0]
        }
        expectClose(got[0], Values([4, 5], .float32, [5, 0, -1, 5].flatMap { row($0).map { $0 / 2 } }))
        expectClose(got[1], Values([3, 5], .uint8, [4, 1, 5].flatMap(row)))
        var sums = [Double](repeating: 0, count: 30)
        for (i, index) in [5, 0, -1, 5].enumerated() where index >= 0 {
            for c in 0..<5 { sums[index * 5 + c] += rows.scalars[i * 5 + c] }
        }
        expectClose(got[2], Values([6, 5], .float32, sums), .ofPeak(1e-6))
        expectClose(got[3], Values([4, 6], .float32, [5, 0, -1, 5].flatMap { i in (0..<6).map { $0 == i ? 1 : 0 } }))
    }

    /// More indices than a GPU sorts in local memory, some outside, and rows that none names.
    @Test(arguments: KernelVariant.allCases, [2, 700, 5000])
    func gatherGradientOverManyIndices(variant: KernelVariant, count: Int) throws {
        let (height, width) = (301, 3)
        let indices = Rig.random([count], .int32, seed: 59, .integers(-2...300))
        let rows = Rig.random([count, width], seed: 60)
        let gradient = Tensor.apply(Ops.GatherGradient(rows: height), Rig.constant(indices), Rig.constant(rows))
        var sums = [Double](repeating: 0, count: height * width)
        for i in 0..<count where indices.scalars[i] >= 0 {
            for c in 0..<width { sums[Int(indices.scalars[i]) * width + c] += rows.scalars[i * width + c] }
        }
        let got = try Rig.evaluate([gradient], variant)
        expectClose(got[0], Values([height, width], .float32, sums), .ofPeak(1e-5))
        #expect(try Rig.evaluate([gradient], variant) == got)
    }

    /// Every byte by numbers of all sizes: as Float divides, to the bit.
    @Test(arguments: KernelVariant.allCases)
    func gatheredBytesAreDividedExactly(variant: KernelVariant) throws {
        let bytes = (0..<256).map { UInt8($0 * 77 % 256) }
        let table = Rig.constant(Values([256, 1], of: bytes))
        let order = Rig.constant(Values([256], of: (0..<256).map { Int32(255 - $0) }))
        let divisors: [Double] = [255, -255, 3, 0.1, 1.9999998807907104, 16_777_215, 1e-12, 1e-25, 1e30, 0, .infinity]
        let rows = table.gathering(order).cast(to: .float32)
        for (divisor, got) in zip(divisors, try Rig.evaluate(divisors.map { rows / $0 }, variant)) {
            for (byte, quotient) in zip(bytes.reversed(), got.scalars(as: Float.self)) {
                let want = Float(byte) / Float(divisor)
                #expect(
                    quotient == want || quotient.isNaN && want.isNaN, "\(byte) / \(divisor): \(quotient), not \(want)")
            }
        }
    }

    /// An operand of the tail that walks a row in no single step is laid out first.
    @Test(arguments: KernelVariant.allCases)
    func gatherWithATailAlongOneAxis(variant: KernelVariant) throws {
        let table = Rig.random([6, 3, 4, 2], .uint8, seed: 56, .integers(0...255))
        let (scale, row) = (Rig.random([2], seed: 57), Rig.random([4, 1], seed: 58))
        let indices = Values([3], of: [Int32(2), 5, 0])
        let rows = Rig.constant(table).gathering(Rig.constant(indices)).cast(to: .float32)
        let got = try Rig.evaluate([(rows - Rig.constant(row)) * Rig.constant(scale)], variant)[0]
        let want = (0..<72).map { place -> Double in
            let cell = Int(indices.scalars[place / 24]) * 24 + place % 24
            return (table.scalars[cell] - row.scalars[place / 2 % 4]) * scale.scalars[place % 2]
        }
        expectClose(got, Values([3, 3, 4, 2], .float32, want), .ofPeak(1e-6))
    }

    /// The generator's published test vector: counter and key all zero, and the same with every bit set.
    @Test(arguments: KernelVariant.allCases)
    func randomBitsAreThePublishedOnes(variant: KernelVariant) throws {
        let type = TensorType([4], .int32)
        let zero = Tensor.apply(Ops.Random(.bits, type, seed: 0, ordinal: 0))
        let draw = Tensor.apply(Ops.Random(.uniform, TensorType([1001], .float32), seed: 7, ordinal: 3))
        let normal = Tensor.apply(Ops.Random(.normal, TensorType([20000], .float32), seed: 7, ordinal: 4))
        let got = try Rig.evaluate([zero, draw, normal], variant)
        let published: [UInt32] = [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
        #expect(got[0].scalars(as: Int32.self) == published.map { Int32(bitPattern: $0) })
        #expect(got[1].scalars.allSatisfy { (0..<1).contains($0) })
        let mean = got[2].scalars.reduce(0, +) / 20000
        let variance = got[2].scalars.reduce(0) { $0 + $1 * $1 } / 20000
        #expect(abs(mean) < 0.03 && abs(variance - 1) < 0.05)
    }

    /// Rows with many equals, of both variants: positions in order, equal elements as they came.
    @Test(arguments: KernelVariant.allCases, [1, 2, 5, 64, 300])
    func sortIsStable(variant: KernelVariant, columns: Int) throws {
        let x = Rig.random([3, columns], seed: 70, .integers(0...9))
        let got = try Rig.evaluate(
            [Rig.constant(x).argsort(), Rig.constant(x).argsort(descending: true)], variant)
        for (descending, got) in zip([false, true], got) {
            let want = (0..<3).flatMap { row in
                (0..<columns).sorted { a, b in
                    let (first, second) = (x.scalars[row * columns + a], x.scalars[row * columns + b])
                    return first == second ? a < b : (first < second) != descending
                }.map { Double($0) }
            }
            expectClose(got, Values([3, columns], .int32, want), .exact, "descending \(descending)")
        }
    }
}
