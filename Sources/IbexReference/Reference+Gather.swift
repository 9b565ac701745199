import IbexGraph

extension Ops.Gather: ReferenceExactOp {
    func computeExactly(_ inputs: [ReferenceTensor], _ results: [TensorType]) -> [ReferenceTensor] {
        let table = inputs[0]
        var indices = inputs[1].integers
        if let count {
            let start = Int(inputs[2].integers[0])
            indices = (start..<start + count).map { indices.indices.contains($0) ? indices[$0] : -1 }
        }
        let width = table.type.shape.extents.dropFirst().reduce(table.type.dtype.byteCount, *)
        let bytes = indices.flatMap { index -> [UInt8] in
            guard index >= 0, index < table.type.shape[0] else { return [UInt8](repeating: 0, count: width) }
            return Array(table.bytes[Int(index) * width..<(Int(index) + 1) * width])
        }
        let own = ReferenceTensor(TensorType(results[0].shape, table.type.dtype), bytes: bytes)
        guard epilogue != nil else { return [own] }
        let call = ReferenceCall(inputs: inputs.map(\.type), values: inputs.map(\.doubles), results: results)
        return zip(finished(own.doubles, call), results).map { ReferenceTensor($1, $0) }
    }
}

extension Ops.GatherGradient: ReferenceOp {
    package func compute(_ call: ReferenceCall) -> [[Double]] {
        let width = call.inputs[1].shape.extents.dropFirst().reduce(1, *)
        var sums = [Double](repeating: 0, count: rows * width)
        for (position, index) in call.values[0].enumerated() where index >= 0 && Int(index) < rows {
            for column in 0..<width {
                sums[Int(index) * width + column] += call.values[1][position * width + column]
            }
        }
        return [sums]
    }
}

extension Ops.OneHot: ReferenceOp {
    package func compute(_ call: ReferenceCall) -> [[Double]] {
        [call.values[0].flatMap { index in (0..<depth).map { Double($0) == index ? 1.0 : 0.0 } }]
    }
}
