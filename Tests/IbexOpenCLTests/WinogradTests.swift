import IbexGraph
import IbexOpenCL
import IbexTestSupport
import Testing

/// Winograd's form of the 3x3 convolution against sums of products in Double.
@Suite struct WinogradTests {
    typealias Case = ConvolutionTests.Case

    static let forced = Result { try OpenCLBackend(Rig.info.get(), variant: .cpu, winograd: .whereItFits) }

    /// The bound that `WinogradForm` states: a share of the largest sum of the products' magnitudes.
    static let bound = 4e-6

    static let cases = [
        Case(image: [1, 6, 6, 16], filter: [3, 3, 16, 16], window: Window(size: [3, 3])),
        Case(
            image: [2, 7, 9, 32], filter: [3, 3, 32, 48], window: Window(size: [3, 3], low: [1, 1], high: [1, 1])),
        Case(
            image: [3, 5, 4, 80], filter: [3, 3, 80, 16], window: Window(size: [3, 3], low: [2, 0], high: [2, 1])),
        Case(
            image: [9, 14, 13, 16], filter: [3, 3, 16, 80], window: Window(size: [3, 3], low: [0, 1], high: [1, 0])),
        Case(image: [1, 3, 3, 16], filter: [3, 3, 16, 32], window: Window(size: [3, 3])),
    ]

    @Test(arguments: cases)
    func forwardAndGradientsStayWithinTheBound(c: Case) throws {
        let (x, w) = (Rig.random(c.image, seed: 21), Rig.random(c.filter, seed: 22))
        let y = Tensor.apply(Ops.Convolution2D(c.window), Rig.constant(x), Rig.constant(w))
        let g = Rig.random(y.shape, seed: 23)
        let dx = Tensor.apply(
            Ops.Convolution2DInputGradient(c.window, groups: 1, input: c.image), Rig.constant(g), Rig.constant(w))
        let dw = Tensor.apply(
            Ops.Convolution2DFilterGradient(c.window, groups: 1, filter: c.filter), Rig.constant(x), Rig.constant(g))

        let shapes = [y.shape, c.image, c.filter]
        var want = shapes.map { [Double](repeating: 0, count: $0.elementCount) }
        var magnitude = want
        c.forEachProduct(y.shape) { i, k, o in
            for (part, at, product) in [
                (0, o, x.scalars[i] * w.scalars[k]), (1, i, g.scalars[o] * w.scalars[k]),
                (2, k, g.scalars[o] * x.scalars[i]),
            ] {
                want[part][at] += product
                magnitude[part][at] += abs(product)
            }
        }
        let got = try Rig.evaluate([y, dx, dw], on: Self.forced.get())
        for part in shapes.indices {
            #expect(got[part].shape == shapes[part])
            let error = want[part].indices.map { abs(got[part].scalars[$0] - want[part][$0]) }.max()!
            let worst = error / magnitude[part].max()!
            #expect(worst < Self.bound, "\(["forward", "input gradient", "filter gradient"][part]): \(worst)")
        }
    }

    @Test func epilogueAndRepeatability() throws {
        let c = Case(image: [2, 9, 9, 16], filter: [3, 3, 16, 32], window: Window(size: [3, 3]))
        let (x, w, b) = (Rig.random(c.image, seed: 24), Rig.random(c.filter, seed: 25), Rig.random([32], seed: 26))
        let y = (Tensor.apply(Ops.Convolution2D(c.window), Rig.constant(x), Rig.constant(w)) + Rig.constant(b)).relu()
        var sums = [Double](repeating: 0, count: y.shape.elementCount)
        c.forEachProduct(y.shape) { i, k, o in sums[o] += x.scalars[i] * w.scalars[k] }
        let want = sums.indices.map { max(sums[$0] + b.scalars[$0 % 32], 0) }
        let backend = try Self.forced.get()
        let got = try Rig.evaluate([y], on: backend)
        expectClose(got[0], Values(y.shape, .float32, want), .ofPeak(1e-5))
        #expect(try Rig.evaluate([y], on: backend) == got)
    }

    /// The filter's cells are a launch of their own, so launches tell which form runs.
    @Test(arguments: [
        // cnn-32-64's second convolution; its first, of one channel; few pixels under many channels.
        (Shape([16, 26, 26, 32]), 64, true), (Shape([16, 28, 28, 1]), 32, false), (Shape([1, 7, 7, 512]), 512, false),
    ])
    func runsWhereItPays(image: Shape, filters: Int, winograd: Bool) throws {
        let filter = Shape([3, 3, image[3], filters])
        let y = Tensor.apply(
            Ops.Convolution2D(Window(size: [3, 3])), Rig.constant(Rig.random(image, seed: 27)),
            Rig.constant(Rig.random(filter, seed: 28)))
        let (executable, _) = try Rig.prepare([y], Rig.backend())
        #expect(executable.launchCount == (winograd ? 2 : 1))
    }
}
