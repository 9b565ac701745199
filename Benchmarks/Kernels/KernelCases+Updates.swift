import Ibex
import IbexGraph

extension KernelCase {
    /// One step for four weights of 16 MiB, the weights and their slots updated in place: each is read and written.
    static let optimizers: [KernelCase] = [
        update("SGD", moving: 1) { SGD() },
        update("SGD with momentum", moving: 2) { SGD(momentum: 0.9) },
        update("RMSprop", moving: 2) { RMSprop() },
        update("Adam", moving: 3) { Adam() },
    ]

    private static func update(
        _ name: String, moving: Int, _ optimizer: @escaping @Sendable () -> Optimizer
    ) -> KernelCase {
        let shape: Shape = [2048, 2048]
        let gradients = (0..<4).map { _ in Input(type: TensorType(shape, .float32), filling: .numbers) }
        var made = KernelCase(.optimizer, "\(name), 4 x \(shape)", inputs: gradients) {
            let weights = gradients.map { Variable(.zeros($0.type.shape), name: "weight") }
            let optimizer = optimizer()
            try optimizer.build(weights)
            return {
                try optimizer.apply($0, to: weights)
                return []
            }
        }
        made.extraBytes = 2 * moving * gradients.count * shape.elementCount * 4
        return made
    }

    /// Batches cut from data, data moved, numbers drawn.
    static let moves: [KernelCase] =
        [16384, 128].map(batch) + [
            gather("embedding of 512, 32768 of 30000", TensorType([30000, 512], .float32), 32768) { $0 },
            KernelCase(.movement, "transposed 4096 x 4096", [[4096, 4096]]) { [$0[0].transposed()] },
            KernelCase(.movement, "channels first to last", [[20, 64, 112, 112]]) {
                [$0[0].transposed([0, 2, 3, 1])]
            },
            KernelCase(.movement, "concatenated by channel", [[40, 56, 56, 64], [40, 56, 56, 64]]) {
                [Tensor.concatenated([$0[0], $0[1]], axis: 3)]
            },
            KernelCase(.movement, "padded by one", [[20, 112, 112, 64]]) {
                [$0[0].padded(low: [0, 1, 1, 0], high: [0, 1, 1, 0])]
            },
            KernelCase(.random, "uniform", []) { _ in [Tensor.randomUniform(wide)] },
            KernelCase(.random, "normal", []) { _ in [Tensor.randomNormal(wide)] },
            KernelCase(.random, "dropout", [wide]) {
                [Tensor.where(Tensor.randomUniform(wide) .>= 0.25, $0[0] / 0.75, $0[0].filled(0))]
            },
        ]

    /// Rows of MNIST by index, as floating point from 0 to 1.
    private static func batch(_ rows: Int) -> KernelCase {
        gather("batch of \(rows) byte images of 784, scaled", TensorType([60000, 784], .uint8), rows) {
            $0.cast(to: .float32) / 255
        }
    }

    /// Of the table, the bytes that are taken count.
    private static func gather(
        _ name: String, _ table: TensorType, _ rows: Int, _ tail: @escaping @Sendable (Tensor) -> Tensor
    ) -> KernelCase {
        var made = KernelCase(
            .gather, name,
            inputs: [
                Input(type: table, filling: .numbers),
                Input(type: TensorType([rows], .int32), filling: .indices(below: table.shape[0])),
            ], prepare: { { [tail($0[0].gathering($0[1]))] } })
        made.extraBytes = (rows - table.shape[0]) * table.byteCount / table.shape[0]
        return made
    }
}
