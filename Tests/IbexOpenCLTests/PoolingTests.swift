import IbexGraph
import IbexOpenCL
import IbexTestSupport
import Testing

@Suite struct PoolingTests {
    static let windows = [
        Window(size: [2, 2], strides: [2, 2]), Window(size: [3, 2], strides: [1, 2], low: [1, 0], high: [1, 1]),
        Window(size: [3, 3], strides: [2, 2], low: [0, 1], high: [1, 1]),
        Window(size: [2, 2], strides: [1, 1], dilation: [2, 2]),
    ]

    @Test(arguments: KernelVariant.allCases, windows)
    func poolsAndTheirGradients(variant: KernelVariant, window: Window) throws {
        for channels in [1, 5, 32] {
            let shape: Shape = [2, 7, 6, channels]
            // Few different numbers, so that windows hold ties.
            let x = Rig.random(shape, seed: 60, .integers(0...5)).cast(to: .float32)
            let image = Rig.constant(x)
            let pooled = Tensor.apply(Ops.MaxPool2D(window), image)
            let g = Rig.random(pooled.shape, seed: 61)
            let upstream = Rig.constant(g)
            let values = Rig.random(shape, seed: 62)
            let got = try Rig.evaluate(
                [
                    pooled, .apply(Ops.AveragePool2D(window), image),
                    .apply(Ops.MaxPool2DGradient(window), image, pooled, upstream),
                    .apply(Ops.AveragePool2DGradient(window, input: shape), upstream),
                    .apply(Ops.MaxPool2DPick(window), image, pooled, Rig.constant(values)),
                ], variant)

            let count = pooled.shape.elementCount
            var (largest, mean, picked) = ([Double](repeating: 0, count: count), [Double](), [Double]())
            var maxGradient = [Double](repeating: 0, count: shape.elementCount)
            var meanGradient = maxGradient
            for place in 0..<count {
                let at = Values(pooled.shape, .float32, g.scalars).index(of: place)
                var cells: [Int] = []
                for r in 0..<window.size[0] {
                    for s in 0..<window.size[1] {
                        let row = at[1] * window.strides[0] + r * window.dilation[0] - window.low[0]
                        let column = at[2] * window.strides[1] + s * window.dilation[1] - window.low[1]
                        guard (0..<7).contains(row), (0..<6).contains(column) else { continue }
                        cells.append(((at[0] * 7 + row) * 6 + column) * channels + at[3])
                    }
                }
                largest[place] = cells.map { x.scalars[$0] }.max()!
                let winner = cells.first { x.scalars[$0] == largest[place] }!
                mean.append(cells.reduce(0) { $0 + x.scalars[$1] } / Double(cells.count))
                picked.append(values.scalars[winner])
                maxGradient[winner] += g.scalars[place]
                for cell in cells { meanGradient[cell] += g.scalars[place] / Double(cells.count) }
            }
            expectClose(got[0], Values(pooled.shape, .float32, largest), .exact, "max")
            expectClose(got[1], Values(pooled.shape, .float32, mean), .ofPeak(1e-6), "average")
            expectClose(got[2], Values(shape, .float32, maxGradient), .ofPeak(1e-6), "max gradient")
            expectClose(got[3], Values(shape, .float32, meanGradient), .ofPeak(1e-6), "average gradient")
            expectClose(got[4], Values(pooled.shape, .float32, picked), .exact, "pick")
        }
    }

    /// So large that the gradient is stored past the caches. The upstream is a product of a number of its row and one of its
    /// column and channel, so the gradient is one of their sums over the windows that hold a row and a column.
    @Test func averageGradientPastTheCaches() throws {
        let (side, windows, channels) = (513, 256, 16)
        let (rows, columns) = (Rig.random([2, windows, 1, 1], seed: 67), Rig.random([windows, channels], seed: 68))
        let gradient = Tensor.apply(
            Ops.AveragePool2DGradient(
                Window(size: [3, 3], strides: [2, 2]), input: [2, side, side, channels]),
            Rig.constant(rows) * Rig.constant(columns))
        let got = try Rig.evaluate([gradient], .cpu)[0].scalars
        #expect(got.count * 4 >= 32 << 20)

        /// The windows that hold a place.
        func holding(_ place: Int) -> ClosedRange<Int> { max((place - 1) / 2, 0)...min(place / 2, windows - 1) }
        var worst = 0.0
        for at in stride(from: 0, to: got.count, by: 7) {
            let (channel, x, y, n) = (
                at % channels, at / channels % side, at / channels / side % side, at / channels / side / side
            )
            let row = holding(y).reduce(0.0) { $0 + rows.scalars[n * windows + $1] }
            let column = holding(x).reduce(0.0) { $0 + columns.scalars[$1 * channels + channel] }
            worst = max(worst, abs(got[at] - row * column / 9))
        }
        #expect(worst < 1e-6)
    }

    /// The mask of a ReLU before the pooling is applied to the pooled upstream, a quarter of the elements.
    @Test(arguments: KernelVariant.allCases)
    func reluMaskMovesBehindThePooling(variant: KernelVariant) throws {
        let x = Rig.random([2, 7, 6, 5], seed: 63)
        let image = Rig.constant(x)
        let hidden = (image + 0.25).relu()
        let pooled = Tensor.apply(Ops.MaxPool2D(Window(size: [2, 2], strides: [2, 2])), hidden)
        let weights = Rig.random(pooled.shape, seed: 64)
        let slope = gradients(of: (pooled * Rig.constant(weights)).sum(), withRespectTo: [image])[0]
        let (_, program) = try Rig.prepare([slope], Rig.backend(variant))
        #expect(program.steps.last?.op is Ops.MaxPool2DGradient)

        var want = [Double](repeating: 0, count: 420)
        for place in 0..<weights.scalars.count {
            let at = weights.index(of: place)
            let cells = [0, 1, 6, 7].map { ((at[0] * 42 + at[1] * 12 + at[2] * 2) + $0) * 5 + at[3] }
            let top = cells.max { x.scalars[$0] < x.scalars[$1] }!
            if x.scalars[top] + 0.25 > 0 { want[top] += weights.scalars[place] }
        }
        expectClose(try Rig.evaluate([slope], variant)[0], Values([2, 7, 6, 5], .float32, want), .ofPeak(1e-6))
    }
}
