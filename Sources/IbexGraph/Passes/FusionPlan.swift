/// Which values of a graph are stored, and which exist only inside the kernels that use them.
///
/// A value is stored where a kernel op or the caller needs it, where several users would compute it
/// again, where broadcasting would repeat it, or where an expression grows too long.
package struct FusionPlan {
    package let graph: Graph
    /// By vertex: whether its results lie in buffers.
    package private(set) var isStored: [Bool]

    /// How many instructions one kernel may have before its operands are stored.
    private static let longestExpression = 64

    /// - Parameter fusing: without it every value is stored, as a backend that takes ops one by one needs it.
    package init(_ graph: Graph, fusing: Bool = true) {
        self.graph = graph
        guard fusing else {
            isStored = graph.vertices.map { !($0.op is Ops.Reshape) }
            return
        }
        isStored = graph.vertices.map { !FusionPlan.isFusible($0.op) }
        var uses = [Int](repeating: 0, count: graph.vertices.count)
        for output in graph.outputs { demand(output.value) }
        // Another cut of the axes needs elements in memory. That comes first: what is stored anyway is free to read.
        for number in graph.vertices.indices where graph.vertices[number].op is Ops.Reshape && !isSqueeze(number) {
            demand(graph.vertices[number].inputs[0])
        }
        for number in graph.vertices.indices.reversed() {
            let vertex = graph.vertices[number]
            let passesOn = !isStored[number] && (isView(number) || isRepeated(number))
            let readers = passesOn ? max(uses[number], 1) : 1
            for input in vertex.inputs { uses[input.vertex] += readers }
            if uses[number] > 1, !isFree(number), !isView(number), !isCheapScalar(number), !isRepeated(number) {
                demand(Graph.Value(number))
            }
            if !isFusible(number), !(vertex.op is Ops.Reduce) {
                vertex.inputs.forEach { demand($0) }
            } else if vertex.op is Ops.Broadcast, let operand = vertex.inputs.first {
                let (before, after) = (graph.type(operand).shape, vertex.types[0].shape)
                if before.elementCount > 1, before.elementCount < after.elementCount, !isFree(operand.vertex) {
                    demand(operand)
                }
            }
        }
        breakLongExpressions()
    }

    /// Whether the vertex can be computed inside another one's kernel.
    package func isFusible(_ number: Int) -> Bool { FusionPlan.isFusible(graph.vertices[number].op) }

    private static func isFusible(_ op: any Op) -> Bool {
        switch op {
        case is Ops.Elementwise, is Ops.Cast, is Ops.Fill, is Ops.Broadcast, is Ops.Transpose, is Ops.Slice,
            is Ops.Reshape:
            true
        default: false
        }
    }

    private func isView(_ number: Int) -> Bool {
        switch graph.vertices[number].op {
        case is Ops.Broadcast, is Ops.Transpose, is Ops.Slice, is Ops.Reshape: true
        default: false
        }
    }

    private func isSqueeze(_ number: Int) -> Bool {
        let vertex = graph.vertices[number]
        return graph.type(vertex.inputs[0]).shape.withoutUnitAxes == vertex.types[0].shape.withoutUnitAxes
    }

    /// Whether computing the vertex again costs nothing: a number, or a walk over something stored.
    private func isFree(_ number: Int) -> Bool {
        var number = number
        while true {
            if isStored[number] || graph.vertices[number].op is Ops.Fill { return true }
            guard isView(number) else { return false }
            number = graph.vertices[number].inputs[0].vertex
        }
    }

    /// Whether the vertex is one number that few instructions make: each kernel that uses it computes it once.
    private func isCheapScalar(_ number: Int) -> Bool {
        var budget = 24
        func fits(_ number: Int) -> Bool {
            guard graph.vertices[number].types[0].shape.elementCount == 1, isFusible(number) else {
                return isStored[number]
            }
            budget -= 1
            return budget > 0 && (isStored[number] || graph.vertices[number].inputs.allSatisfy { fits($0.vertex) })
        }
        return graph.vertices[number].types[0].shape.elementCount == 1 && fits(number)
    }

    /// Whether computing the vertex again reads no more than its stored result would take to read: one sum, difference or
    /// product of one stored operand with numbers that broadcasting stretches, such as x - mean.
    private func isRepeated(_ number: Int) -> Bool {
        let vertex = graph.vertices[number]
        guard let function = (vertex.op as? Ops.Elementwise)?.function,
            [ElementwiseFunction.add, .subtract, .multiply].contains(function)
        else { return false }
        let whole = vertex.inputs.filter { !isStretched($0.vertex) }
        return whole.count == 1 && isFree(whole[0].vertex)
    }

    /// Whether the vertex repeats several numbers, fewer than it has elements, which are stored or will be.
    private func isStretched(_ number: Int) -> Bool {
        var number = number
        while isView(number) {
            let vertex = graph.vertices[number]
            let source = graph.type(vertex.inputs[0]).shape
            if vertex.op is Ops.Broadcast, source.elementCount < vertex.types[0].shape.elementCount {
                return source.elementCount > 1
            }
            number = vertex.inputs[0].vertex
        }
        return false
    }

    /// Stores a value: the vertex itself, or what a reshape renames.
    private mutating func demand(_ value: Graph.Value) {
        var value = value
        while graph.vertices[value.vertex].op is Ops.Reshape { value = graph.vertices[value.vertex].inputs[0] }
        isStored[value.vertex] = true
    }

    /// The value whose buffer holds `value`: itself, or what a row of reshapes renames.
    package func stored(_ value: Graph.Value) -> Graph.Value {
        var value = value
        while graph.vertices[value.vertex].op is Ops.Reshape { value = graph.vertices[value.vertex].inputs[0] }
        return value
    }

    private mutating func breakLongExpressions() {
        var length = [Int](repeating: 0, count: graph.vertices.count)
        for number in graph.vertices.indices {
            let vertex = graph.vertices[number]
            guard isFusible(number) || vertex.op is Ops.Reduce else { continue }
            func total() -> Int {
                1 + vertex.inputs.reduce(0) { $0 + (isStored[$1.vertex] ? 1 : length[$1.vertex]) }
            }
            length[number] = total()
            if length[number] > FusionPlan.longestExpression {
                for input in vertex.inputs where length[input.vertex] > 2 { demand(input) }
                length[number] = total()
            }
        }
    }
}
