import Ibex
import IbexGraph

extension KernelCase {
    /// Products of transformer-base (512 wide, 2048 inside, 8 heads of 64), of dense layers, and odd ones.
    static let matmuls: [KernelCase] = [
        matmul("square 256", MatrixShape(m: 256, n: 256, k: 256)),
        matmul("square 512", MatrixShape(m: 512, n: 512, k: 512)),
        matmul("square 1024", MatrixShape(m: 1024, n: 1024, k: 1024)),
        matmul("transformer projection", MatrixShape(m: 1024, n: 512, k: 512)),
        matmul("transformer feed-forward in", MatrixShape(m: 1024, n: 2048, k: 512)),
        matmul("transformer feed-forward out", MatrixShape(m: 1024, n: 512, k: 2048)),
        matmul("transformer scores, batch 64", MatrixShape(batch: 64, m: 128, n: 128, k: 64, transposeB: true)),
        matmul("transformer values, batch 64", MatrixShape(batch: 64, m: 128, n: 64, k: 128)),
        matmul("dense 784, a b", MatrixShape(m: 128, n: 784, k: 784)),
        matmul("dense 784, aT b", MatrixShape(m: 784, n: 784, k: 128, transposeA: true)),
        matmul("dense 784, a bT", MatrixShape(m: 128, n: 784, k: 784, transposeB: true)),
        matmul("dense 784, aT bT", MatrixShape(m: 128, n: 784, k: 784, transposeA: true, transposeB: true)),
        matmul("dense 784 to 10", MatrixShape(m: 128, n: 10, k: 784)),
        matmul("gradient of 784 to 10", MatrixShape(m: 784, n: 10, k: 128, transposeA: true)),
        matmul("VGG-16 dense, batch 1", MatrixShape(m: 1, n: 4096, k: 4096)),
        matmul("VGG-16 dense, batch 32", MatrixShape(m: 32, n: 4096, k: 4096)),
        matmul("one column", MatrixShape(m: 4096, n: 1, k: 4096)),
        matmul("odd", MatrixShape(m: 127, n: 257, k: 513)),
        matmul("odd, aT b", MatrixShape(m: 385, n: 131, k: 129, transposeA: true)),
        epilogue("dense 784, bias and relu", MatrixShape(m: 128, n: 784, k: 784)),
        epilogue("transformer feed-forward, bias and relu", MatrixShape(m: 1024, n: 2048, k: 512)),
    ]

    static func matmul(_ name: String, _ shape: MatrixShape) -> KernelCase {
        product(name, shape, extra: []) { operands, product in product }
    }

    private static func epilogue(_ name: String, _ shape: MatrixShape) -> KernelCase {
        product(name, shape, extra: [[shape.n]]) { operands, product in (product + operands[2]).relu() }
    }

    private static func product(
        _ name: String, _ shape: MatrixShape, extra: [Shape], _ tail: @escaping @Sendable ([Tensor], Tensor) -> Tensor
    ) -> KernelCase {
        let batch = shape.batch > 1 ? "\(shape.batch) x " : ""
        var made = KernelCase(
            .matmul, "\(name): \(batch)\(shape.m) x \(shape.n) x \(shape.k)", [shape.a, shape.b] + extra,
            flops: shape.flops
        ) { inputs in
            let op = Ops.Matmul(transposeA: shape.transposeA, transposeB: shape.transposeB)
            return [tail(inputs, .apply(op, inputs[0], inputs[1]))]
        }
        made.product = shape
        return made
    }
}
