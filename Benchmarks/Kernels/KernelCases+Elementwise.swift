import Ibex
import IbexGraph

extension KernelCase {
    /// Chains that the fusion pass makes one kernel of, over operands of 64 MiB.
    static let elementwise: [KernelCase] = [
        KernelCase(.elementwise, "add, relu", [wide, wide]) { [($0[0] + $0[1]).relu()] },
        KernelCase(.elementwise, "bias, relu", [wide, [2048]]) { [($0[0] + $0[1]).relu()] },
        KernelCase(.elementwise, "scale and shift by channel", [wide, [2048], [2048]]) { [$0[0] * $0[1] + $0[2]] },
        KernelCase(.elementwise, "gradient of relu", [wide, wide]) {
            [Tensor.where($0[0] .> 0, $0[1], $0[1].filled(0))]
        },
        KernelCase(.elementwise, "bias, sigmoid", [wide, [2048]]) { [($0[0] + $0[1]).sigmoid()] },
        KernelCase(.elementwise, "bias, tanh", [wide, [2048]]) { [($0[0] + $0[1]).tanh()] },
        KernelCase(.elementwise, "bias, gelu by tanh", [wide, [2048]]) {
            [ActivationFunction.gelu(approximate: true)($0[0] + $0[1])]
        },
        KernelCase(.elementwise, "bias, gelu by erf", [wide, [2048]]) {
            [ActivationFunction.gelu(approximate: false)($0[0] + $0[1])]
        },
        KernelCase(.elementwise, "square root, divide", [wide, wide]) { [$0[0] / ($0[1].square() + 1).sqrt()] },
        KernelCase(.elementwise, "logarithm", [wide]) { [($0[0] + 2).log()] },
        KernelCase(
            .elementwise, "cast bytes and scale",
            inputs: [Input(type: TensorType(wide, .uint8), filling: .numbers)],
            prepare: { { [$0[0].cast(to: .float32) / 255] } }),
    ]

    /// 64 MiB of `float32`.
    static let wide: Shape = [8192, 2048]

    /// Kernels of rows of classes.
    static let rows: [KernelCase] =
        [[16384, 1024], [131072, 128], [1_677_721, 10]].map { shape in
            KernelCase(.softmax, "softmax \(Shape(shape))", [Shape(shape)]) { [$0[0].softmax()] }
        } + [
            KernelCase(.softmax, "log-softmax \(Shape([16384, 1024]))", [[16384, 1024]]) { [$0[0].logSoftmax()] },
            crossEntropy([16384, 1024], sparse: true), crossEntropy([131072, 128], sparse: false),
            crossEntropy([1_677_721, 10], sparse: false), crossEntropyGradient([131072, 128], sparse: false),
            crossEntropyGradient([1_677_721, 10], sparse: true),
        ]

    private static func labels(_ shape: [Int], sparse: Bool) -> Input {
        sparse
            ? Input(type: TensorType([shape[0]], .int32), filling: .indices(below: shape[1]))
            : Input(type: TensorType(Shape(shape), .float32), filling: .numbers)
    }

    private static func crossEntropy(_ shape: [Int], sparse: Bool) -> KernelCase {
        let logits = Input(type: TensorType(Shape(shape), .float32), filling: .numbers)
        return KernelCase(
            .crossEntropy, "\(Shape(shape)), \(sparse ? "class numbers" : "dense labels")",
            inputs: [logits, labels(shape, sparse: sparse)],
            prepare: { { Tensor.apply(Ops.SoftmaxCrossEntropy(), $0) } })
    }

    private static func crossEntropyGradient(_ shape: [Int], sparse: Bool) -> KernelCase {
        let logits = Input(type: TensorType(Shape(shape), .float32), filling: .numbers)
        let upstream = Input(type: TensorType([shape[0]], .float32), filling: .numbers)
        return KernelCase(
            .crossEntropy, "gradient \(Shape(shape)), \(sparse ? "class numbers" : "dense labels")",
            inputs: [logits, labels(shape, sparse: sparse), upstream],
            prepare: { { [.apply(Ops.SoftmaxCrossEntropyGradient(), $0[0], $0[1], $0[2])] } })
    }
}
