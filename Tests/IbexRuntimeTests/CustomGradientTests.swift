import IbexGraph
import IbexRuntime
import IbexTestSupport
import Testing

/// Gradients that people ask for and define, against formulas by hand.
@Suite(.serialized)
struct CustomGradientTests {
    private func expect(_ tensor: Tensor, _ want: [Float], location: SourceLocation = #_sourceLocation) throws {
        #expect(try tensor.scalars(as: Float.self) == want, sourceLocation: location)
    }

    /// Forward the rounded number, backward as if it were not rounded: d/dx 3 round(x)² = 6 round(x).
    @Test(arguments: ["cpu", "opencl"]) func straightThrough(device: String) throws {
        try PlainKernels.withDevice(device) {
            let (value, slope) = valueAndGradient(at: Tensor([0.4, 1.6, -2.7] as [Float])) { x in
                let rounded = Tensor.customGradient(x) {
                    $0.round()
                } backward: { _, _, upstream in
                    upstream
                }
                return rounded.square() * 3
            }
            try expect(value, [0, 12, 27])
            try expect(slope, [0, 12, -18])
        }
    }

    /// The rule is made of tensor operations, and so it is differentiated again: x³ with its own rule has 6x.
    @Test(arguments: ["cpu", "opencl"]) func differentiatesAgain(device: String) throws {
        try PlainKernels.withDevice(device) {
            func cube(_ x: Tensor) -> Tensor {
                .customGradient(x) {
                    $0 * $0 * $0
                } backward: { x, _, upstream in
                    upstream * x.square() * 3
                }
            }
            let curvature = gradient(of: gradient { cube($0) })
            try expect(curvature(Tensor([2, -1] as [Float])), [12, -6])
        }
    }

    /// Second and third derivative of 2x³ - x: 12x and 12.
    @Test(arguments: ["cpu", "opencl"]) func higherOrders(device: String) throws {
        try PlainKernels.withDevice(device) {
            let second = gradient(of: gradient { x in x * x * x * 2 - x })
            try expect(second(Tensor(3 as Float)), [36])
            try expect(gradient(of: second)(Tensor(3 as Float)), [12])
        }
    }

    /// Each input gets its own gradient, and `nil` none: the rule here is not the product's.
    @Test func severalInputs() throws {
        try withDevice("cpu") {
            let points = [Tensor(2 as Float), Tensor(5 as Float)]
            let (value, slopes) = valueAndGradients(at: points) { inputs in
                .customGradient(inputs) {
                    $0[0] * $0[1]
                } backward: { inputs, result, upstream in
                    [upstream * result + inputs[1], nil]
                }
            }
            try expect(value, [10])
            try expect(slopes[0], [15])
            try expect(slopes[1], [0])
        }
    }

    /// x · stop(x) has the gradient x.
    @Test func stopGradientIsAConstant() throws {
        try withDevice("cpu") {
            let slope = try gradient { $0 * $0.stopGradient() }(Tensor(7 as Float))
            try expect(slope, [7])
        }
    }

    @Test func namesAGradientThatDoesNotFit() async {
        await #expect(processExitsWith: .failure) {
            _ = valueAndGradient(at: Tensor([1, 2] as [Float])) { x in
                .customGradient(x) {
                    $0 * 2
                } backward: { _, _, upstream in
                    upstream.sum()
                }
            }
        }
    }
}
