import IbexCPU
import IbexGraph
import IbexReference
import IbexTestSupport
import Testing

struct ConvolutionCase: Sendable, CustomStringConvertible {
    var x: Shape
    var filter: [Int]
    var filters: Int
    var groups = 1
    var strides = [1, 1]
    var dilation = [1, 1]
    var low = [0, 0]
    var high = [0, 0]

    var description: String { "x \(x), filter \(filter), groups \(groups), strides \(strides), low \(low)" }
}

@Suite struct WindowParityTests {
    static let cases = [
        ConvolutionCase(x: [2, 9, 8, 1], filter: [3, 3], filters: 5),
        ConvolutionCase(x: [2, 9, 8, 3], filter: [3, 2], filters: 4, strides: [2, 1], low: [1, 0], high: [0, 2]),
        ConvolutionCase(x: [5, 12, 11, 8], filter: [3, 3], filters: 16, low: [1, 1], high: [1, 1]),
        ConvolutionCase(x: [1, 10, 10, 1], filter: [2, 3], filters: 3, strides: [2, 2], low: [1, 1], high: [1, 1]),
        ConvolutionCase(x: [3, 11, 9, 4], filter: [3, 3], filters: 6, dilation: [2, 3], low: [2, 3], high: [2, 3]),
        ConvolutionCase(x: [2, 7, 7, 6], filter: [3, 3], filters: 9, groups: 3, low: [1, 1], high: [1, 1]),
        ConvolutionCase(
            x: [2, 8, 9, 20], filter: [3, 3], filters: 20, groups: 20, strides: [2, 2], low: [0, 1], high: [1, 1]),
        ConvolutionCase(x: [2, 6, 5, 3], filter: [1, 1], filters: 7),
        ConvolutionCase(x: [2, 9, 26, 5], filter: [3, 3], filters: 32, low: [0, 1], high: [2, 1]),
        ConvolutionCase(
            x: [2, 10, 15, 1], filter: [3, 3], filters: 48, strides: [2, 2], low: [1, 1], high: [1, 1]),
        ConvolutionCase(x: [3, 12, 13, 16], filter: [3, 2], filters: 41, dilation: [2, 3]),
        ConvolutionCase(x: [1, 9, 12, 16], filter: [3, 3], filters: 32, groups: 2, low: [1, 3], high: [1, 0]),
        ConvolutionCase(x: [2, 7, 9, 24], filter: [1, 1], filters: 16),
        ConvolutionCase(x: [40, 8, 8, 2], filter: [3, 3], filters: 3),
        winogradCase,
    ]

    /// Where Winograd's form pays; its tiles reach over the result's edge.
    static let winogradCase = ConvolutionCase(
        x: [9, 12, 11, 16], filter: [3, 3], filters: 16, low: [1, 1], high: [1, 1])

    @Test func theWinogradCaseIsOne() throws {
        let c = Self.winogradCase
        let form = try #require(
            WinogradForm(
                image: c.x, result: [9, 12, 11, 16], Window(size: c.filter, low: c.low, high: c.high), groups: 1,
                isGradient: false, .float32))
        #expect(form.pays)
    }

    @Test(arguments: cases)
    func convolutions(_ c: ConvolutionCase) throws {
        let window = Window(size: c.filter, strides: c.strides, dilation: c.dilation, low: c.low, high: c.high)
        for dtype: DType in [.float32, .float64] {
            let tolerance: Tolerance = .ofPeak(dtype == .float32 ? 1e-5 : 1e-12)
            let x = sample(c.x, dtype)
            let w = sample(Shape(c.filter + [c.x[3] / c.groups, c.filters]), dtype, seed: 2)
            let forward = Ops.Convolution2D(window, groups: c.groups)
            try expectParity(forward, [x, w], tolerance)
            let y = try forward.resultTypes([TensorType(x.shape, dtype), TensorType(w.shape, dtype)])[0]
            let dy = sample(y.shape, dtype, seed: 3)
            try expectParity(
                Ops.Convolution2DInputGradient(window, groups: c.groups, input: c.x), [dy, w], tolerance)
            try expectParity(
                Ops.Convolution2DFilterGradient(window, groups: c.groups, filter: w.shape), [x, dy], tolerance)
        }
    }

    @Test(arguments: [
        Window(size: [2, 2], strides: [2, 2]), Window(size: [3, 3], strides: [1, 2], low: [1, 1], high: [1, 1]),
        Window(size: [3, 2], strides: [2, 2], low: [0, 0], high: [1, 1]),
    ])
    func pooling(_ window: Window) throws {
        for shape: Shape in [[2, 7, 8, 3], [1, 6, 6, 70], [4, 5, 9, 32]] {
            let x = sample(shape, .float32, .integers(-4...4))
            let pooled = try Ops.MaxPool2D(window).resultTypes([TensorType(shape, .float32)])[0]
            let y = try run(Ops.MaxPool2D(window), [x], on: ReferenceBackend())[0]
            let dy = sample(pooled.shape, seed: 5)
            try expectParity(Ops.MaxPool2D(window), [x])
            try expectParity(Ops.MaxPool2DGradient(window), [x, y, dy], .ofPeak(1e-6))
            try expectParity(Ops.MaxPool2DPick(window), [x, y, sample(shape, seed: 8)])
            try expectParity(Ops.AveragePool2D(window), [x], .ofPeak(1e-6))
            try expectParity(Ops.AveragePool2DGradient(window, input: shape), [dy], .ofPeak(1e-6))
        }
    }
}
