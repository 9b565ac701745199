import IbexGraph

extension Ops.Matmul: ReferenceOp {
    package func compute(_ call: ReferenceCall) -> [[Double]] {
        let (a, b) = (call.inputs[0].shape, call.inputs[1].shape)
        let (m, n) = (call.results[0].shape[-2], call.results[0].shape[-1])
        let depth = transposeA ? a[-2] : a[-1]
        let batch = Shape(Array(call.results[0].shape.extents.dropLast(2)))
        let (left, right) = (call.values[0], call.values[1])
        var values: [Double] = []
        for position in batch.positions {
            let (startA, startB) = (start(a, position), start(b, position))
            for i in 0..<m {
                for j in 0..<n {
                    var sum = 0.0
                    for k in 0..<depth {
                        let x = left[startA + (transposeA ? k * m + i : i * depth + k)]
                        let y = right[startB + (transposeB ? j * depth + k : k * n + j)]
                        sum += x * y
                    }
                    values.append(sum)
                }
            }
        }
        return finished(values, call)
    }

    /// The place of the first element of one matrix of an operand whose batch axes broadcast.
    private func start(_ shape: Shape, _ batch: [Int]) -> Int {
        let own = Array(shape.extents.dropLast(2))
        return shape.index(zip(own, batch.suffix(own.count)).map { $0 == 1 ? 0 : $1 } + [0, 0])
    }
}
