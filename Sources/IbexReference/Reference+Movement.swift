import IbexGraph

/// An op that only moves elements: where each element of the result comes from.
protocol ReferenceMovement: ReferenceExactOp {
    /// The operand and its element that stand at a position of the result; `nil` for the filling.
    func source(_ position: [Int], _ inputs: [TensorType], _ result: TensorType) -> (operand: Int, element: Int)?
    var filling: Double { get }
}

extension ReferenceMovement {
    var filling: Double { 0 }

    func computeExactly(_ inputs: [ReferenceTensor], _ results: [TensorType]) -> [ReferenceTensor] {
        let size = results[0].dtype.byteCount
        let empty = ReferenceTensor(TensorType([1], results[0].dtype), [filling]).bytes
        let types = inputs.map(\.type)
        var bytes: [UInt8] = []
        for position in results[0].shape.positions {
            guard let (operand, element) = source(position, types, results[0]) else {
                bytes += empty
                continue
            }
            bytes += inputs[operand].bytes[element * size..<(element + 1) * size]
        }
        return [ReferenceTensor(results[0], bytes: bytes)]
    }
}

extension Ops.Reshape: ReferenceExactOp {
    func computeExactly(_ inputs: [ReferenceTensor], _ results: [TensorType]) -> [ReferenceTensor] {
        [ReferenceTensor(results[0], bytes: inputs[0].bytes)]
    }
}

extension Ops.StopGradient: ReferenceExactOp {
    func computeExactly(_ inputs: [ReferenceTensor], _ results: [TensorType]) -> [ReferenceTensor] { inputs }
}

extension Ops.CustomGradient: ReferenceExactOp {
    func computeExactly(_ inputs: [ReferenceTensor], _ results: [TensorType]) -> [ReferenceTensor] { [inputs[0]] }
}

extension Ops.Transpose: ReferenceMovement {
    func source(_ position: [Int], _ inputs: [TensorType], _ result: TensorType) -> (operand: Int, element: Int)? {
        (0, inputs[0].shape.index(inverse.map { position[$0] }))
    }
}

extension Ops.Broadcast: ReferenceMovement {
    func source(_ position: [Int], _ inputs: [TensorType], _ result: TensorType) -> (operand: Int, element: Int)? {
        let own = inputs[0].shape
        let coordinates = zip(own.extents, position.suffix(own.rank)).map { $0 == 1 ? 0 : $1 }
        return (0, own.index(coordinates))
    }
}

extension Ops.Slice: ReferenceMovement {
    func source(_ position: [Int], _ inputs: [TensorType], _ result: TensorType) -> (operand: Int, element: Int)? {
        (0, inputs[0].shape.index(position.indices.map { starts[$0] + position[$0] * steps[$0] }))
    }
}

extension Ops.Pad: ReferenceMovement {
    var filling: Double { value }

    func source(_ position: [Int], _ inputs: [TensorType], _ result: TensorType) -> (operand: Int, element: Int)? {
        var coordinates: [Int] = []
        for axis in position.indices {
            let (distance, step) = (position[axis] - low[axis], interior[axis] + 1)
            guard distance >= 0, distance % step == 0, distance / step < inputs[0].shape[axis] else { return nil }
            coordinates.append(distance / step)
        }
        return (0, inputs[0].shape.index(coordinates))
    }
}

extension Ops.Concatenate: ReferenceMovement {
    func source(_ position: [Int], _ inputs: [TensorType], _ result: TensorType) -> (operand: Int, element: Int)? {
        var coordinates = position
        for (operand, input) in inputs.enumerated() {
            if coordinates[axis] < input.shape[axis] { return (operand, input.shape.index(coordinates)) }
            coordinates[axis] -= input.shape[axis]
        }
        return nil
    }
}
