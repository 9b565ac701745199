import IbexGraph
import IbexOpenCL
import IbexTestSupport
import Testing

@Suite struct ConvolutionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var image: Shape
        var filter: Shape
        var window: Window
        var groups = 1
        var testDescription: String { "\(image) * \(filter), \(window), \(groups) groups" }
    }

    static let cases = [
        Case(image: [2, 7, 7, 1], filter: [3, 3, 1, 5], window: Window(size: [3, 3])),
        Case(image: [1, 8, 9, 40], filter: [3, 3, 40, 33], window: Window(size: [3, 3])),
        Case(image: [2, 6, 6, 3], filter: [3, 3, 3, 4], window: Window(size: [3, 3], low: [1, 1], high: [1, 1])),
        Case(image: [2, 5, 5, 8], filter: [3, 2, 8, 17], window: Window(size: [3, 2], low: [1, 0], high: [1, 1])),
        Case(
            image: [2, 9, 11, 3], filter: [3, 2, 3, 5],
            window: Window(size: [3, 2], strides: [2, 1], dilation: [1, 2], low: [0, 1], high: [1, 0])),
        Case(
            image: [1, 9, 11, 6], filter: [3, 3, 2, 9],
            window: Window(size: [3, 3], strides: [2, 3], low: [1, 2], high: [1, 1]), groups: 3),
        Case(image: [2, 6, 5, 4], filter: [3, 3, 1, 8], window: Window(size: [3, 3]), groups: 4),
        Case(image: [3, 4, 4, 5], filter: [1, 1, 5, 70], window: Window(size: [1, 1])),
        Case(
            image: [2, 9, 10, 16], filter: [3, 3, 16, 20],
            window: Window(size: [3, 3], strides: [2, 2], low: [1, 0], high: [1, 1])),
        // One column more than an item of the CPU's filter gradient takes.
        Case(image: [1, 9, 7, 8], filter: [3, 3, 8, 129], window: Window(size: [3, 3], strides: [2, 2])),
        Case(
            image: [3, 5, 2, 8], filter: [2, 2, 8, 3],
            window: Window(size: [2, 2], strides: [3, 4], low: [1, 1], high: [1, 1])),
        Case(
            image: [1, 13, 12, 3], filter: [7, 7, 3, 18],
            window: Window(size: [7, 7], strides: [2, 2], low: [3, 3], high: [3, 2])),
    ]

    static let depthwiseCases = [
        Case(
            image: [2, 9, 11, 8], filter: [3, 3, 1, 8], window: Window(size: [3, 3], low: [1, 1], high: [1, 1]),
            groups: 8),
        Case(image: [3, 20, 21, 48], filter: [3, 3, 1, 48], window: Window(size: [3, 3]), groups: 48),
        Case(
            image: [2, 9, 10, 6], filter: [3, 2, 1, 6],
            window: Window(size: [3, 2], strides: [2, 1], dilation: [1, 2], low: [1, 0], high: [1, 0]), groups: 6),
        Case(
            image: [1, 13, 12, 5], filter: [5, 5, 1, 5],
            window: Window(size: [5, 5], strides: [2, 3], low: [2, 1], high: [2, 2]), groups: 5),
        Case(
            image: [1, 4, 3, 40], filter: [1, 1, 1, 40], window: Window(size: [1, 1], strides: [3, 2]), groups: 40),
    ]

    /// Images as wide as the columns that kernels take side by side, less and more, with taps outside on both sides.
    static let depthwiseStrips = [3, 4, 5, 6, 7, 8].flatMap { width in
        [1, 2, 3].map { stride in
            Case(
                image: [2, 5, width, 16], filter: [3, 3, 1, 16],
                window: Window(size: [3, 3], strides: [stride, stride], low: [1, 1], high: [1, 1]), groups: 16)
        }
    }

    @Test(arguments: KernelVariant.allCases, depthwiseCases + depthwiseStrips)
    func depthwise(variant: KernelVariant, c: Case) throws {
        for dtype in [DType.float32, .float64] { try check(c, dtype, on: Rig.backend(variant)) }
    }

    /// The depthwise kernels run where each channel has one filter, with the bias and activation inside, and nowhere
    /// else.
    @Test(arguments: KernelVariant.allCases)
    func depthwiseIsChosen(variant: KernelVariant) throws {
        for (filters, isDepthwise) in [(4, true), (8, false)] {
            let c = Case(
                image: [2, 6, 7, 4], filter: [3, 3, 1, filters], window: Window(size: [3, 3]), groups: 4)
            let (x, w, bias) = (
                Rig.random(c.image, seed: 18), Rig.random(c.filter, seed: 19), Rig.random([filters], seed: 20)
            )
            let convolution = Tensor.apply(
                Ops.Convolution2D(c.window, groups: 4), Rig.constant(x), Rig.constant(w))
            let y = (convolution + Rig.constant(bias)).relu()
            let backend = try Rig.backend(variant)
            let (executable, program) = try Rig.prepare([y], backend)
            #expect(executable.launchCount == 1)
            let origin = try backend.sources(of: program)[0].origin
            #expect((origin == "depthwise_steps+depthwise_\(variant)") == isDepthwise, "\(origin)")
            var sums = [Double](repeating: 0, count: y.shape.elementCount)
            c.forEachProduct(y.shape) { i, k, o in sums[o] += x.scalars[i] * w.scalars[k] }
            let want = sums.indices.map { max(sums[$0] + bias.scalars[$0 % filters], 0) }
            expectClose(try Rig.evaluate([y], variant)[0], Values(y.shape, .float32, want), .ofPeak(1e-5))
        }
    }

    @Test(arguments: KernelVariant.allCases, cases)
    func forwardAndGradients(variant: KernelVariant, c: Case) throws {
        for dtype in [DType.float32, .float64] { try check(c, dtype, on: Rig.backend(variant)) }
    }

    /// Tiles of both sizes of the GPU kernels, aligned and not, their sums whole or cut into parts.
    @Test(
        arguments: [1, 1000],
        [
            Case(
                image: [2, 9, 9, 68], filter: [3, 3, 68, 72], window: Window(size: [3, 3], low: [1, 1], high: [1, 1])),
            Case(image: [3, 9, 10, 65], filter: [3, 3, 65, 66], window: Window(size: [3, 3], strides: [2, 2])),
            Case(image: [1, 30, 31, 8], filter: [3, 3, 4, 8], window: Window(size: [3, 3]), groups: 2),
        ])
    func groupTiles(units: Int, c: Case) throws { try check(c, .float32, on: Rig.backend(units: units)) }

    func check(_ c: Case, _ dtype: DType, on backend: OpenCLBackend) throws {
        let (x, w) = (Rig.random(c.image, dtype, seed: 11), Rig.random(c.filter, dtype, seed: 12))
        let (image, filter) = (Rig.constant(x), Rig.constant(w))
        let y = Tensor.apply(Ops.Convolution2D(c.window, groups: c.groups), image, filter)
        let g = Rig.random(y.shape, dtype, seed: 13)
        let upstream = Rig.constant(g)
        let dx = Tensor.apply(
            Ops.Convolution2DInputGradient(c.window, groups: c.groups, input: c.image), upstream, filter)
        let dw = Tensor.apply(
            Ops.Convolution2DFilterGradient(c.window, groups: c.groups, filter: c.filter), image, upstream)

        var want = [y.shape, c.image, c.filter].map { [Double](repeating: 0, count: $0.elementCount) }
        c.forEachProduct(y.shape) { i, k, o in
            want[0][o] += x.scalars[i] * w.scalars[k]
            want[1][i] += g.scalars[o] * w.scalars[k]
            want[2][k] += g.scalars[o] * x.scalars[i]
        }
        let got = try Rig.evaluate([y, dx, dw], on: backend)
        for (index, shape) in [y.shape, c.image, c.filter].enumerated() {
            expectClose(
                got[index], Values(shape, dtype, want[index]), .ofPeak(dtype == .float32 ? 1e-5 : 1e-13),
                ["forward", "input gradient", "filter gradient"][index])
        }
    }

    /// Enough pixels for several partial sums, and the bias and activation inside.
    @Test(arguments: KernelVariant.allCases)
    func splitSumsAndEpilogue(variant: KernelVariant) throws {
        let c = Case(image: [8, 20, 20, 2], filter: [3, 3, 2, 6], window: Window(size: [3, 3]))
        let (x, w, bias) = (Rig.random(c.image, seed: 14), Rig.random(c.filter, seed: 15), Rig.random([6], seed: 16))
        let convolution = Tensor.apply(Ops.Convolution2D(c.window), Rig.constant(x), Rig.constant(w))
        let y = (convolution + Rig.constant(bias)).relu()
        let g = Rig.random(y.shape, seed: 17)
        let dw = Tensor.apply(
            Ops.Convolution2DFilterGradient(c.window, groups: 1, filter: c.filter), Rig.constant(x), Rig.constant(g))
        var sums = [Double](repeating: 0, count: y.shape.elementCount)
        var gradient = [Double](repeating: 0, count: c.filter.elementCount)
        c.forEachProduct(y.shape) { i, k, o in
            sums[o] += x.scalars[i] * w.scalars[k]
            gradient[k] += g.scalars[o] * x.scalars[i]
        }
        let got = try Rig.evaluate([y, dw], variant)
        let want = sums.indices.map { max(sums[$0] + bias.scalars[$0 % 6], 0) }
        expectClose(got[0], Values(y.shape, .float32, want), .ofPeak(1e-5))
        expectClose(got[1], Values(c.filter, .float32, gradient), .ofPeak(1e-5))
        let again = try Rig.evaluate([y, dw], variant)
        #expect(again == got)
    }
}

extension ConvolutionTests.Case {
    /// Calls `body` for every product that a convolution adds: image, filter and result offsets.
    func forEachProduct(_ result: Shape, _ body: (Int, Int, Int) -> Void) {
        let (x, w) = (image, filter)
        let perGroup = w[3] / groups
        for n in 0..<x[0] {
            for p in 0..<result[1] {
                for q in 0..<result[2] {
                    for r in 0..<w[0] {
                        for s in 0..<w[1] {
                            let row = p * window.strides[0] + r * window.dilation[0] - window.low[0]
                            let column = q * window.strides[1] + s * window.dilation[1] - window.low[1]
                            guard (0..<x[1]).contains(row), (0..<x[2]).contains(column) else { continue }
                            for i in 0..<w[2] {
                                for o in 0..<w[3] {
                                    let channel = o / perGroup * w[2] + i
                                    body(
                                        ((n * x[1] + row) * x[2] + column) * x[3] + channel,
                                        ((r * w[1] + s) * w[2] + i) * w[3] + o,
                                        ((n * result[1] + p) * result[2] + q) * result[3] + o)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
