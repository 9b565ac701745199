import IbexGraph

extension Ops.Matmul: ReferenceOp {
    package func compute(_ call: ReferenceCall) -> [[Double]] {
        let (a, b) = (call.inputs[0].shape, call.inputs[1].shape)
        let depth = transposeA ? a[-2] : a[-1]
        let values = call.results[0].shape.positions.map { position in
            let (batch, i, j) = (Array(position.dropLast(2)), position[position.count - 2], position[position.count - 1])
            var sum = 0.0
            for k in 0..<depth {
                let left = call.values[0][element(a, batch, transposeA ? k : i, transposeA ? i : k)]
                let right = call.values[1][element(b, batch, transposeB ? j : k, transposeB ? k : j)]
                sum += left * right
            }
            return sum
        }
        return finished(values, call)
    }

    /// The place of an element of one matrix of an operand whose batch axes broadcast.
    private func element(_ shape: Shape, _ batch: [Int], _ row: Int, _ column: Int) -> Int {
        let own = Array(shape.extents.dropLast(2))
        let coordinates = zip(own, batch.suffix(own.count)).map { $0 == 1 ? 0 : $1 }
        return shape.index(coordinates + [row, column])
    }
}
