extension Graph {
    /// Computes equal things once, folds numbers that are known, and drops ops that change nothing. One walk
    /// in order: the rules see operands that are simplified already.
    package func simplified() -> Graph {
        var result = Graph()
        result.inputTypes = inputTypes
        var replacement: [[Value]] = []
        replacement.reserveCapacity(vertices.count)
        var known: [VertexKey: Int] = [:]
        for vertex in vertices {
            result.label = vertex.label
            let inputs = vertex.inputs.map { replacement[$0.vertex][$0.result] }
            if let value = result.rewriting(vertex.op, inputs, vertex.types[0], &known) {
                replacement.append([value])
            } else {
                let number = result.sharing(vertex.op, inputs, vertex.types, &known)
                replacement.append(vertex.types.indices.map { Value(number, $0) })
            }
        }
        result.outputs = outputs.map {
            Output(value: replacement[$0.value.vertex][$0.value.result], updates: $0.updates)
        }
        return result.withoutDeadVertices()
    }

    struct VertexKey: Hashable {
        let op: AnyHashable
        let inputs: [Value]
    }

    /// The vertex that applies `op` to `inputs`: one that is there already, or a new one.
    mutating func sharing(
        _ op: any Op, _ inputs: [Value], _ types: [TensorType], _ known: inout [VertexKey: Int]
    ) -> Int {
        let key = VertexKey(op: AnyHashable(op), inputs: inputs)
        if let number = known[key] { return number }
        let number = append(op, inputs, types)
        known[key] = number
        return number
    }

    func fill(_ value: Value) -> Ops.Fill? { vertices[value.vertex].op as? Ops.Fill }

    /// A simpler value for the application of `op`, where a rule knows one.
    private mutating func rewriting(
        _ op: any Op, _ inputs: [Value], _ type: TensorType, _ known: inout [VertexKey: Int]
    ) -> Value? {
        switch op {
        case is Ops.StopGradient, is Ops.CustomGradient:
            return inputs[0]
        case let elementwise as Ops.Elementwise:
            return rewriting(elementwise, inputs, type, &known)
        case is Ops.Cast, is Ops.Reshape, is Ops.Broadcast, is Ops.Transpose, is Ops.Slice:
            if self.type(inputs[0]) == type, !(op is Ops.Slice), !(op is Ops.Transpose) { return inputs[0] }
            if let fill = fill(inputs[0]) {
                return Value(sharing(Ops.Fill(type.dtype.rounded(fill.value), type), [], [type], &known))
            }
            return composing(op, inputs[0], type, &known)
        case let matmul as Ops.Matmul:
            return foldingTransposes(matmul, inputs, type, &known)
        default:
            return nil
        }
    }

    private mutating func rewriting(
        _ op: Ops.Elementwise, _ inputs: [Value], _ type: TensorType, _ known: inout [VertexKey: Int]
    ) -> Value? {
        let fills = inputs.compactMap { fill($0)?.value }
        if fills.count == inputs.count, !(dividesWholeNumbers(op) && fills.last == 0) {
            let value = type.dtype.rounded(op.function.evaluate(fills))
            return Value(sharing(Ops.Fill(value, type), [], [type], &known))
        }
        if op.function == .select, let value = maskingPooled(inputs, type, &known) { return value }
        if op.function == .multiply, fill(inputs[0])?.value == 1 { return inputs[1] }
        if op.function == .multiply || op.function == .divide, fill(inputs[1])?.value == 1 { return inputs[0] }
        return nil
    }

    /// Whole numbers have no quotient by zero: kernels define one, arithmetic in double precision another.
    private func dividesWholeNumbers(_ op: Ops.Elementwise) -> Bool {
        [ElementwiseFunction.divide, .floorDivide, .remainder].contains(op.function)
    }

    /// Two reshapes or two transposes in a row are one, or none.
    private mutating func composing(
        _ op: any Op, _ input: Value, _ type: TensorType, _ known: inout [VertexKey: Int]
    ) -> Value? {
        let inner = vertices[input.vertex]
        if op is Ops.Reshape, inner.op is Ops.Reshape {
            let source = inner.inputs[0]
            if self.type(source) == type { return source }
            return Value(sharing(op, [source], [type], &known))
        }
        if let outer = op as? Ops.Transpose {
            if outer.permutation == Array(0..<type.shape.rank) { return input }
            guard let before = inner.op as? Ops.Transpose else { return nil }
            let permutation = outer.permutation.map { before.permutation[$0] }
            if permutation == Array(0..<type.shape.rank) { return inner.inputs[0] }
            return Value(sharing(Ops.Transpose(permutation), [inner.inputs[0]], [type], &known))
        }
        return nil
    }

    /// A matmul reads an operand whose last two axes are exchanged as it is stored.
    private mutating func foldingTransposes(
        _ matmul: Ops.Matmul, _ inputs: [Value], _ type: TensorType, _ known: inout [VertexKey: Int]
    ) -> Value? {
        var folded = matmul
        var operands = inputs
        for side in 0..<2 {
            let vertex = vertices[inputs[side].vertex]
            guard let transpose = vertex.op as? Ops.Transpose else { continue }
            let rank = transpose.permutation.count
            guard transpose.permutation == Array(0..<rank - 2) + [rank - 1, rank - 2] else { continue }
            operands[side] = vertex.inputs[0]
            if side == 0 { folded.transposeA.toggle() } else { folded.transposeB.toggle() }
        }
        guard operands != inputs else { return nil }
        return Value(sharing(folded, operands, [type], &known))
    }
}

extension Graph {
    /// A softmax whose logits also go through softmax cross-entropy is that op's second result.
    package func sharingProbabilities() -> Graph {
        var crossEntropies: [Value: Int] = [:]
        for (number, vertex) in vertices.enumerated() where vertex.op is Ops.SoftmaxCrossEntropy {
            crossEntropies[vertex.inputs[0]] = number
        }
        guard !crossEntropies.isEmpty else { return self }
        var result = self
        var changed = false
        for (number, vertex) in vertices.enumerated() where vertex.op is Ops.Softmax {
            guard let loss = crossEntropies[vertex.inputs[0]], type(vertex.inputs[0]).shape.rank == 2,
                !result.depends(loss, on: number)
            else { continue }
            changed = true
            let shared = Value(loss, 1)
            for user in result.vertices.indices {
                result.vertices[user].inputs = result.vertices[user].inputs.map { $0 == Value(number) ? shared : $0 }
            }
            for output in result.outputs.indices where result.outputs[output].value == Value(number) {
                result.outputs[output].value = shared
            }
        }
        return changed ? result.sorted() : self
    }

    /// Whatever the order of the vertices: the one that was rewritten last may stand out of order.
    private func depends(_ vertex: Int, on other: Int) -> Bool {
        var pending = [vertex]
        var seen: Set<Int> = []
        while let next = pending.popLast() {
            if next == other { return true }
            guard seen.insert(next).inserted else { continue }
            pending.append(contentsOf: vertices[next].inputs.map(\.vertex))
        }
        return false
    }

    /// The same graph with operands before their users.
    private func sorted() -> Graph {
        var place = [Int](repeating: -1, count: vertices.count)
        var result = Graph()
        result.inputTypes = inputTypes
        for start in vertices.indices {
            var pending = [start]
            while let next = pending.last {
                let missing = vertices[next].inputs.map(\.vertex).filter { place[$0] < 0 }
                if place[next] < 0, missing.isEmpty {
                    result.label = vertices[next].label
                    let inputs = vertices[next].inputs.map { Value(place[$0.vertex], $0.result) }
                    place[next] = result.append(vertices[next].op, inputs, vertices[next].types)
                }
                if place[next] >= 0 { pending.removeLast() } else { pending.append(contentsOf: missing) }
            }
        }
        result.outputs = outputs.map {
            Output(value: Value(place[$0.value.vertex], $0.value.result), updates: $0.updates)
        }
        return result.withoutDeadVertices()
    }
}
