import IbexGraph
import Testing

/// One misuse of an op and the message that it gets.
private struct Misuse: Sendable, CustomTestStringConvertible {
    let op: any Op
    let inputs: [TensorType]
    let found: String
    let expected: String

    init(_ op: any Op, _ inputs: [TensorType], found: String, expected: String) {
        self.op = op
        self.inputs = inputs
        self.found = found
        self.expected = expected
    }

    var testDescription: String { "\(op.name): \(found)" }
}

private func f32(_ extents: Int...) -> TensorType { TensorType(Shape(extents), .float32) }
private func f64(_ extents: Int...) -> TensorType { TensorType(Shape(extents), .float64) }
private func i32(_ extents: Int...) -> TensorType { TensorType(Shape(extents), .int32) }
private func truth(_ extents: Int...) -> TensorType { TensorType(Shape(extents), .bool) }
private let window3 = Window(size: [3, 3])

private let elementwiseMisuses = [
    Misuse(
        Ops.Elementwise(.add), [f32(2, 3), f32(2, 4)], found: "shapes (2, 3) and (2, 4)",
        expected: "shapes that broadcast to one another"),
    Misuse(
        Ops.Elementwise(.multiply), [f32(2), f64(2)], found: "operands of types float32 and float64",
        expected: "operands of one type"),
    Misuse(Ops.Elementwise(.exp), [i32(2)], found: "an operand of type int32", expected: "floating point"),
    Misuse(
        Ops.Elementwise(.exp), [TensorType([2], .float16)], found: "an operand of type float16",
        expected: "floating point"),
    Misuse(Ops.Elementwise(.logicalAnd), [i32(2), i32(2)], found: "an operand of type int32", expected: "bool"),
    Misuse(Ops.Elementwise(.add), [f32(2)], found: "1 operands", expected: "2"),
    Misuse(
        Ops.Elementwise(.select), [truth(2), f32(2), i32(2)], found: "operands of types float32 and int32",
        expected: "operands of one type"),
]

private let movementMisuses = [
    Misuse(
        Ops.Reshape([4, 2]), [f32(3, 3)], found: "shape (3, 3) with 9 elements for (4, 2)",
        expected: "a shape with as many elements"),
    Misuse(
        Ops.Transpose([0, 0]), [f32(2, 3)], found: "permutation [0, 0] for shape (2, 3)",
        expected: "each of its 2 axes once"),
    Misuse(
        Ops.Broadcast([3, 5]), [f32(2, 1)], found: "shape (2, 1) for (3, 5)", expected: "a shape that broadcasts to it"
    ),
    Misuse(
        Ops.Slice(starts: [1], counts: [3], steps: [1]), [f32(3)], found: "elements 1 to 3 of axis 0 in shape (3,)",
        expected: "elements within 0..<3"),
    Misuse(
        Ops.Slice(starts: [0], counts: [2], steps: [-1]), [f32(3)],
        found: "elements 0 to -1 of axis 0 in shape (3,)", expected: "elements within 0..<3"),
    Misuse(
        Ops.Slice(starts: [], counts: [], steps: []), [f32(3)], found: "0 ranges for shape (3,)",
        expected: "one for each axis"),
    Misuse(
        Ops.Pad(low: [-1], high: [0]), [f32(3)], found: "padding low [-1], high [0], interior [0]",
        expected: "none negative"),
    Misuse(
        Ops.Pad(low: [1], high: [1]), [f32(3, 3)], found: "padding of 1 axes for shape (3, 3)",
        expected: "one pair for each axis"),
    Misuse(
        Ops.Concatenate(axis: 0), [f32(2, 3), f32(2, 4)], found: "float32(2, 3), float32(2, 4)",
        expected: "one type, and shapes that differ in axis 0 only"),
    Misuse(Ops.Concatenate(axis: 1), [f32(2)], found: "axis 1 for shape (2,)", expected: "an axis of it"),
    Misuse(Ops.Concatenate(axis: 0), [], found: "no operands", expected: "at least one"),
]

private let productMisuses = [
    Misuse(
        Ops.Matmul(), [f32(2, 3), f32(4, 5)], found: "shapes (2, 3) and (4, 5), which contract 3 with 4",
        expected: "as many columns on the left as rows on the right"),
    Misuse(
        Ops.Matmul(transposeA: true), [f32(3, 2), f32(2, 5)],
        found: "shapes (3, 2) and (2, 5), which contract 3 with 2",
        expected: "as many columns on the left as rows on the right"),
    Misuse(Ops.Matmul(), [f32(3), f32(3, 1)], found: "shapes (3,) and (3, 1)", expected: "two axes or more in each"),
    Misuse(
        Ops.Matmul(), [f32(2, 4, 3), f32(3, 3, 4)], found: "batch axes (2,) and (3,)",
        expected: "batch axes that broadcast"),
    Misuse(
        Ops.Matmul(), [i32(2, 2), i32(2, 2)], found: "operands of types int32 and int32",
        expected: "one floating-point type"),
    Misuse(
        Ops.Convolution2D(window3), [f32(1, 5, 5, 2), f32(2, 3, 2, 4)], found: "a kernel of shape (2, 3, 2, 4)",
        expected: "four axes: 3 rows, 3 columns, channels, filters"),
    Misuse(
        Ops.Convolution2D(window3), [f32(1, 5, 5, 2), f32(3, 3, 3, 4)],
        found: "2 channels and a kernel of shape (3, 3, 3, 4) in 1 groups",
        expected: "channels equal to the kernel's times groups, filters a multiple of groups"),
    Misuse(
        Ops.Convolution2D(window3), [f32(5, 5, 2), f32(3, 3, 2, 4)], found: "shape (5, 5, 2)",
        expected: "four axes: batch, rows, columns, channels"),
    Misuse(
        Ops.Convolution2D(window3), [f32(1, 2, 5, 2), f32(3, 3, 2, 4)], found: "a window of 3 x 3 cells over 2 x 5",
        expected: "a window that fits into the padded input"),
    Misuse(
        Ops.Convolution2DInputGradient(window3, groups: 1, input: [1, 5, 5, 2]), [f32(1, 4, 3, 4), f32(3, 3, 2, 4)],
        found: "an upstream of type float32(1, 4, 3, 4)", expected: "float32(1, 3, 3, 4)"),
    Misuse(
        Ops.Convolution2DFilterGradient(window3, groups: 1, filter: [3, 3, 2, 4]),
        [f32(1, 5, 5, 2), f32(1, 3, 3, 5)], found: "an upstream of type float32(1, 3, 3, 5)",
        expected: "float32(1, 3, 3, 4)"),
    Misuse(
        Ops.MaxPool2D(Window(size: [2, 2], strides: [0, 1])), [f32(1, 4, 4, 1)],
        found: "window [2, 2], strides [0, 1], dilation [1, 1]", expected: "two positive numbers in each"),
    Misuse(Ops.MaxPool2D(window3), [i32(1, 4, 4, 1)], found: "int32", expected: "floating point"),
    Misuse(
        Ops.MaxPool2DGradient(window3), [f32(1, 4, 4, 1), f32(1, 2, 2, 1), f32(1, 3, 2, 1)],
        found: "operands of types float32(1, 2, 2, 1) and float32(1, 3, 2, 1)", expected: "float32(1, 2, 2, 1)"),
    Misuse(
        Ops.MaxPool2DPick(window3), [f32(1, 4, 4, 1), f32(1, 2, 2, 1), f32(1, 2, 2, 1)],
        found: "operands of types float32(1, 2, 2, 1) and float32(1, 2, 2, 1)",
        expected: "float32(1, 2, 2, 1), float32(1, 4, 4, 1)"),
    Misuse(
        Ops.AveragePool2D(window3), [f32(1, 2, 2, 1)], found: "a window of 3 x 3 cells over 2 x 2",
        expected: "a window that fits into the padded input"),
    Misuse(
        Ops.AveragePool2DGradient(window3, input: [1, 4, 4, 1]), [f32(1, 3, 3, 1)], found: "float32(1, 3, 3, 1)",
        expected: "float32(1, 2, 2, 1)"),
]

private let reducingMisuses = [
    Misuse(
        Ops.Reduce(.sum, axes: [2]), [f32(2, 3)], found: "axes [2] for shape (2, 3)",
        expected: "axes of it, each once"),
    Misuse(
        Ops.Reduce(.maximum, axes: [0]), [f32(0, 3)], found: "shape (0, 3), empty along axes [0]",
        expected: "at least one element"),
    Misuse(Ops.Reduce(.argMax, axes: [0, 1]), [f32(2, 3)], found: "axes [0, 1]", expected: "one axis"),
    Misuse(Ops.Reduce(.any, axes: [0]), [f32(2)], found: "float32", expected: "bool"),
    Misuse(Ops.Reduce(.sum, axes: [0]), [truth(2)], found: "bool", expected: "numbers"),
    Misuse(
        Ops.Softmax(), [i32(2, 3)], found: "int32(2, 3)",
        expected: "floating point with at least one class in the last axis"),
    Misuse(
        Ops.LogSoftmax(), [f32(2, 0)], found: "float32(2, 0)",
        expected: "floating point with at least one class in the last axis"),
    Misuse(
        Ops.SoftmaxCrossEntropy(), [f32(4, 3), f32(4, 2)],
        found: "labels of type float32(4, 2) for logits float32(4, 3)",
        expected: "one row of the logits' type for each row, or one whole number"),
    Misuse(
        Ops.SoftmaxCrossEntropy(), [f32(2, 4, 3), f32(2, 4, 3)], found: "logits of shape (2, 4, 3)",
        expected: "two axes: rows, classes"),
    Misuse(
        Ops.SoftmaxCrossEntropyGradient(), [f32(4, 3), i32(4), f32(3)], found: "an upstream of type float32(3,)",
        expected: "one number for each row"),
    Misuse(
        Ops.Gather(), [f32(3, 2), f32(4)], found: "a table float32(3, 2) and indices float32(4,)",
        expected: "rows, and indices of int32 or int64"),
    Misuse(
        Ops.Gather(count: 2), [f32(3, 2), i32(4), i32()], found: "indices int32(4,), offset int32()",
        expected: "one axis, a scalar int64"),
    Misuse(
        Ops.GatherGradient(rows: 3), [i32(4), f32(3, 2)], found: "indices int32(4,), upstream float32(3, 2)",
        expected: "one index for each row"),
    Misuse(
        Ops.OneHot(depth: 0, dtype: .float32), [i32(4)], found: "indices int32(4,), depth 0",
        expected: "whole numbers, a positive depth"),
    Misuse(
        Ops.Sort(), [f32()], found: "float32()", expected: "a compute type and one axis at least"),
    Misuse(
        Ops.Random(.uniform, i32(4), seed: 1, ordinal: 0), [], found: "uniform numbers of type int32",
        expected: "floating point"),
    Misuse(
        Ops.Random(.uniform, f32(4), seed: 1, ordinal: 0), [i32()], found: "a step of type int32()",
        expected: "a scalar int64"),
    Misuse(
        Ops.Constant(HostData([0, 0, 0]), f32(1)), [], found: "3 bytes for float32(1,)", expected: "4 bytes"),
]

/// Each op's rule names the op, what it found and what it expected; a method of `Tensor` traps with it.
struct OpRuleTests {
    @Test(arguments: elementwiseMisuses + movementMisuses + productMisuses + reducingMisuses)
    fileprivate func saysWhatIsWrong(misuse: Misuse) {
        do throws(IbexError) {
            let types = try misuse.op.resultTypes(misuse.inputs)
            Issue.record("the rule yields \(types)")
        } catch {
            #expect(error.kind == .shape)
            #expect(error.place == misuse.op.name)
            #expect(error.found == misuse.found)
            #expect(error.expected == misuse.expected)
        }
    }

    @Test func tensorMethodsTrap() async {
        await #expect(processExitsWith: .failure) {
            _ = Tensor.fill(0, [2, 3], .float32).matmul(Tensor.fill(0, [4, 5], .float32))
        }
        await #expect(processExitsWith: .failure) {
            _ = Tensor.fill(0, [2, 3], .float32) + Tensor.fill(0, [2, 4], .float32)
        }
        await #expect(processExitsWith: .failure) { _ = Tensor.fill(0, [2, 3], .float32).sum(axis: 2) }
        await #expect(processExitsWith: .success) { _ = Tensor.fill(0, [2, 3], .float32).sum(axis: 1) }
    }
}
