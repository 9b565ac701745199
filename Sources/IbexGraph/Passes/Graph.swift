/// A graph apart from the tensors that described it, for passes to rewrite: vertices in the order of
/// their computation.
package struct Graph {
    /// One result of one vertex.
    package struct Value: Hashable, Sendable {
        package var vertex: Int
        package var result: Int

        package init(_ vertex: Int, _ result: Int = 0) {
            self.vertex = vertex
            self.result = result
        }
    }

    package struct Vertex {
        package var op: any Op
        package var inputs: [Value]
        package var types: [TensorType]
        /// The layer that it was written for, if any.
        package var label: LayerLabel?
    }

    /// What the graph is computed for.
    package struct Output {
        package var value: Value
        /// The input whose storage the value replaces; `nil` where it goes to storage of its own.
        package var updates: Int?
    }

    package var vertices: [Vertex] = []
    package var outputs: [Output] = []
    package var inputTypes: [TensorType] = []
    /// What vertices are labelled with as they are added.
    var label: LayerLabel?

    package init() {}

    package func type(_ value: Value) -> TensorType { vertices[value.vertex].types[value.result] }

    package mutating func append(_ op: any Op, _ inputs: [Value], _ types: [TensorType]) -> Int {
        vertices.append(Vertex(op: op, inputs: inputs, types: types, label: label))
        return vertices.count - 1
    }

    /// Checks that inputs come before their users and that every op's rule still yields the types noted.
    ///
    /// - Throws: `IbexError` of kind `.state` that names the vertex.
    package func verify(after pass: String) throws(IbexError) {
        for (number, vertex) in vertices.enumerated() {
            for input in vertex.inputs where input.vertex >= number {
                throw IbexError(
                    .state, at: "pass \(pass)", found: "vertex \(number) (\(vertex.op.name)) before its operand",
                    expected: "operands first")
            }
            let types = try vertex.op.resultTypes(vertex.inputs.map { type($0) })
            guard types == vertex.types else {
                throw IbexError(
                    .state, at: "pass \(pass)", found: "\(vertex.types) noted for vertex \(number) (\(vertex.op.name))",
                    expected: "\(types)")
            }
        }
    }

    /// The graph without what no output needs, in the same order.
    package func withoutDeadVertices() -> Graph {
        var needed = [Bool](repeating: false, count: vertices.count)
        for output in outputs { needed[output.value.vertex] = true }
        for number in vertices.indices.reversed() where needed[number] {
            for input in vertices[number].inputs { needed[input.vertex] = true }
        }
        var result = Graph()
        result.inputTypes = inputTypes
        var place = [Int](repeating: -1, count: vertices.count)
        for number in vertices.indices where needed[number] {
            let vertex = vertices[number]
            let inputs = vertex.inputs.map { Value(place[$0.vertex], $0.result) }
            result.label = vertex.label
            place[number] = result.append(vertex.op, inputs, vertex.types)
        }
        result.outputs = outputs.map {
            Output(value: Value(place[$0.value.vertex], $0.value.result), updates: $0.updates)
        }
        return result
    }
}

/// A tensor that a graph was asked for, and the input whose storage it is to replace, if any.
package struct Root {
    package var tensor: Tensor
    package var updates: Int?

    package init(_ tensor: Tensor, updates: Int? = nil) {
        self.tensor = tensor
        self.updates = updates
    }
}

extension Graph {
    /// Copies what the roots need out of the tensors' graph. Tensors that hold a result already become
    /// inputs, after the `inputTypes` that the trace has itself.
    ///
    /// - Parameter trace: the trace whose inputs may occur.
    /// - Returns: the graph and the tensors whose storages its further inputs stand for.
    /// - Throws: `IbexError` of kind `.state` where a value is asked for that is only being recorded, or was recorded
    ///   elsewhere.
    package static func capture(
        _ roots: [Root], inputTypes: [TensorType] = [], trace: UInt64 = 0
    ) throws(IbexError) -> (graph: Graph, captured: [Tensor]) {
        // Each node is looked at once: another task may compute it meanwhile.
        var nodes: [(node: Node, op: any Op, isComputed: Bool, inputs: [Tensor])] = []
        var seen: Set<ObjectIdentifier> = []
        var pending = roots.map(\.tensor.node)
        while let node = pending.popLast() {
            guard seen.insert(ObjectIdentifier(node)).inserted else { continue }
            let contents = node.contents
            nodes.append((node, contents.op, contents.storages != nil, contents.inputs))
            if contents.storages == nil { pending.append(contentsOf: contents.inputs.map(\.node)) }
        }
        nodes.sort { $0.node.id < $1.node.id }

        var graph = Graph()
        graph.inputTypes = inputTypes
        var captured: [Tensor] = []
        var values: [Tensor.Identity: Value] = [:]
        for (node, op, isComputed, operands) in nodes {
            graph.label = node.label
            if !isComputed, let input = op as? Ops.Input, input.trace != trace {
                throw IbexError(
                    .state, at: "evaluation", found: "a tensor that is an input of a function being compiled",
                    expected: "tensors with values",
                    remedy: "Inside compile there are no values to read yet; return the tensor and read it outside.")
            }
            if isComputed {
                for result in node.types.indices {
                    let type = node.types[result]
                    let vertex = graph.append(Ops.Input(graph.inputTypes.count, type), [], [type])
                    graph.inputTypes.append(type)
                    captured.append(Tensor(node, result))
                    values[Tensor(node, result).identity] = Value(vertex)
                }
            } else {
                let inputs = operands.map { tensor -> Value in
                    guard let value = values[tensor.identity] else {
                        preconditionFailure("capture: a node was made before its operand")
                    }
                    return value
                }
                let vertex = graph.append(op, inputs, node.types)
                for result in node.types.indices {
                    values[Tensor(node, result).identity] = Value(vertex, result)
                }
            }
        }
        graph.outputs = roots.compactMap { root in
            values[root.tensor.identity].map { Output(value: $0, updates: root.updates) }
        }
        return (graph, captured)
    }
}
