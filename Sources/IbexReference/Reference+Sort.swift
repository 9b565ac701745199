import IbexGraph

extension Ops.Sort: ReferenceExactOp {
    func computeExactly(_ inputs: [ReferenceTensor], _ results: [TensorType]) -> [ReferenceTensor] {
        let elements = Scalar.read(inputs[0])
        let columns = inputs[0].type.shape[-1]
        var positions: [Int64] = []
        for start in stride(from: 0, to: elements.count, by: max(columns, 1)) {
            let row = Array(elements[start..<start + columns])
            positions += row.indices.sorted { a, b in
                if row[a].isBelow(row[b]) { return !descending }
                if row[b].isBelow(row[a]) { return descending }
                return a < b
            }.map { Int64($0) }
        }
        return [ReferenceTensor(results[0], integers: positions)]
    }
}

extension Scalar {
    /// Whether the number is smaller; NaN is larger than every number.
    fileprivate func isBelow(_ other: Scalar) -> Bool {
        if case .whole(let a) = self, case .whole(let b) = other { return a < b }
        return double < other.double || (!double.isNaN && other.double.isNaN)
    }
}
