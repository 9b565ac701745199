import IbexGraph
import IbexOpenCL
import IbexTestSupport
import Testing

/// Convolutions as matrix products whose rows are gathered, against sums of products in Double.
@Suite struct ConvolutionProductTests {
    typealias Case = ConvolutionTests.Case

    private static let backends = Result {
        try [FormUse.whereItFits, .never].map {
            ($0, try OpenCLBackend(Rig.info.get(), variant: .cpu, winograd: .never, products: $0))
        }
    }

    private static func backend(_ use: FormUse) throws -> OpenCLBackend {
        try #require(backends.get().first { $0.0 == use }?.1)
    }

    /// Few channels under one column less than the direct form's broad tile has, as many, and one more.
    static let broad = [63, 64, 65].map {
        Case(
            image: [1, 13, 12, 3], filter: [5, 5, 3, $0],
            window: Window(size: [5, 5], strides: [2, 2], low: [2, 1], high: [2, 2]))
    }

    /// Columns, runs and rows of one less than a tile, a tile, and one more; strides with pixels that no tap meets.
    static let edges =
        [15, 16, 17, 31, 32, 33, 48].map { count in
            Case(
                image: [1, 9, 8, count], filter: [3, 3, count, count + count % 2],
                window: Window(size: [3, 3], strides: [2, 2], low: [1, 0], high: [1, 1]))
        }
        + [255, 256, 257].map { Case(image: [1, $0, 1, 16], filter: [1, 1, 16, 18], window: Window(size: [1, 1])) }
        + [
            Case(image: [1, 7, 31, 24], filter: [5, 3, 24, 40], window: Window(size: [5, 3], strides: [2, 3])),
            Case(image: [2, 8, 8, 32], filter: [1, 1, 32, 16], window: Window(size: [1, 1], strides: [2, 2])),
            Case(
                image: [1, 12, 11, 16], filter: [3, 3, 16, 16],
                window: Window(size: [3, 3], strides: [1, 2], dilation: [3, 1], low: [2, 1], high: [3, 1])),
            // More filter cells than a block of rows holds, and pixels for several parts.
            Case(
                image: [6, 13, 15, 40], filter: [3, 3, 40, 16],
                window: Window(size: [3, 3], low: [1, 1], high: [1, 1])),
        ]

    @Test(arguments: ConvolutionTests.cases + edges)
    func forwardAndGradients(c: Case) throws {
        for dtype in [DType.float32, .float64] {
            try ConvolutionTests().check(c, dtype, on: Self.backend(.whereItFits))
        }
    }

    @Test(arguments: edges + broad)
    func theDirectFormAgrees(c: Case) throws { try ConvolutionTests().check(c, .float32, on: Self.backend(.never)) }

    /// Which kernels a convolution, its input gradient and its filter gradient run: the strided ones of ResNet in the
    /// form of a product, those of few channels, of groups and of strides with dilation directly.
    @Test(arguments: [
        (Case(image: [1, 8, 8, 32], filter: [3, 3, 32, 32], window: Window(size: [3, 3], strides: [2, 2])), 3),
        (Case(image: [1, 16, 16, 3], filter: [7, 7, 3, 16], window: Window(size: [7, 7], strides: [2, 2])), 0),
        (Case(image: [1, 8, 8, 1], filter: [3, 3, 1, 32], window: Window(size: [3, 3])), 0),
        (Case(image: [1, 8, 8, 64], filter: [3, 3, 32, 64], window: Window(size: [3, 3]), groups: 2), 0),
        (
            Case(
                image: [1, 9, 9, 32], filter: [3, 3, 32, 32],
                window: Window(size: [3, 3], strides: [2, 2], dilation: [2, 2])), 0
        ),
    ])
    func isChosenWhereItPays(c: Case, products: Int) throws {
        let (x, w) = (Rig.constant(Rig.random(c.image, seed: 1)), Rig.constant(Rig.random(c.filter, seed: 2)))
        let y = Tensor.apply(Ops.Convolution2D(c.window, groups: c.groups), x, w)
        let g = Rig.constant(Rig.random(y.shape, seed: 3))
        let dx = Tensor.apply(Ops.Convolution2DInputGradient(c.window, groups: c.groups, input: c.image), g, w)
        let dw = Tensor.apply(Ops.Convolution2DFilterGradient(c.window, groups: c.groups, filter: c.filter), x, g)
        let backend = try Rig.backend()
        let (_, program) = try Rig.prepare([y, dx, dw], backend)
        let origins = try backend.sources(of: program).map(\.origin)
        #expect(origins.count { $0 == "convolution_rows_cpu+matmul_cpu" } == products, "\(origins)")
    }

    /// The same bits from both forms of the forward pass, which add alike, and from run to run.
    @Test func theFormsAddAlike() throws {
        let c = Case(image: [2, 9, 9, 32], filter: [3, 3, 32, 48], window: Window(size: [3, 3], strides: [2, 2]))
        let (x, w, b) = (Rig.random(c.image, seed: 4), Rig.random(c.filter, seed: 5), Rig.random([48], seed: 6))
        let y = (Tensor.apply(Ops.Convolution2D(c.window), Rig.constant(x), Rig.constant(w)) + Rig.constant(b)).relu()
        let product = try Rig.evaluate([y], on: Self.backend(.whereItFits))
        #expect(try Rig.evaluate([y], on: Self.backend(.never)) == product)
        #expect(try Rig.evaluate([y], on: Self.backend(.whereItFits)) == product)
    }
}
