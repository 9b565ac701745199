/// Puts units in order, gives every value a buffer, and lets buffers share memory where lifetimes allow.
package struct Planner {
    private let graph: Graph
    private let plan: FusionPlan
    private var units: [FusedUnit]
    private var program: Program
    /// The buffer of each stored value.
    private var buffers: [Graph.Value: Int] = [:]
    /// The values that take an input's place.
    private var inPlace: Set<Graph.Value> = []
    /// Outputs that are copied at the end: which value to which buffer.
    private var copies: [(value: Graph.Value, buffer: Int)] = []

    /// Sub-buffers must start at such multiples on every device known.
    private static let alignment = 512

    /// Makes a graph into a program.
    ///
    /// - Parameters:
    ///   - fusing: whether elementwise work is merged; the reference backend takes ops one by one.
    ///   - largestBuffer: the size that no arena exceeds, in bytes.
    package static func program(for graph: Graph, fusing: Bool, largestBuffer: Int = .max) throws -> Program {
        var graph = graph
        try graph.verifyInDebug(after: "capture")
        if fusing {
            graph = graph.simplified().sharingProbabilities()
            try graph.verifyInDebug(after: "simplify")
        }
        graph.copySources()
        let plan = FusionPlan(graph, fusing: fusing)
        let units = fusing ? Fusion.units(of: graph) : plan.singleUnits()
        var planner = Planner(graph, plan, units)
        return planner.run(largestBuffer: largestBuffer)
    }

    private init(_ graph: Graph, _ plan: FusionPlan, _ units: [FusedUnit]) {
        self.graph = graph
        self.plan = plan
        self.units = units
        program = Program(
            buffers: graph.inputTypes.enumerated().map { Program.Buffer(home: .input($0), byteCount: $1.byteCount) },
            steps: [], arenas: [], inputTypes: graph.inputTypes, outputTypes: [])
        program.outputTypes = graph.outputs.filter { $0.updates == nil }.map { graph.type($0.value) }
    }

    private mutating func run(largestBuffer: Int) -> Program {
        placeSources()
        chooseUpdatesInPlace()
        placeOutputs()
        placeTemporaries(largestBuffer: largestBuffer)
        for unit in units {
            let step = Program.Step(
                op: (unit.op as? Ops.Fused)?.collapsed() ?? unit.op,
                inputs: operands(of: unit), outputs: unit.writes.map { operand($0) }, layers: layers(of: unit.content))
            program.steps.append(step)
        }
        for copy in copies {
            let type = graph.type(copy.value)
            program.steps.append(
                Program.Step(
                    op: Ops.Fused.copy(type), inputs: [operand(copy.value)],
                    outputs: [Program.Operand(buffer: copy.buffer, type: type)]))
        }
        return program
    }

    /// A kernel op reads its operands under the shapes that its rule saw, whatever they are stored as.
    private func operands(of unit: FusedUnit) -> [Program.Operand] {
        guard case .kernel(let number, _) = unit.content else { return unit.reads.map { operand($0) } }
        let own = graph.vertices[number].inputs
        return unit.reads.enumerated().map { index, value in
            var operand = operand(value)
            if index < own.count { operand.type = graph.type(own[index]) }
            return operand
        }
    }

    /// The layers whose values a unit computes, that of a kernel's own op first.
    private func layers(of content: FusedUnit.Content) -> [LayerLabel] {
        var pending: [Int]
        switch content {
        case .kernel(let number, let tails): pending = [number] + tails
        case .map(let roots): pending = roots
        case .reduce(let roots, let tails): pending = roots + tails
        case .rows(let roots, let tails, let maps): pending = roots + tails + maps
        case .horizontal(let parts):
            var labels: [LayerLabel] = []
            for label in parts.flatMap({ layers(of: $0.content) }) where !labels.contains(label) {
                labels.append(label)
            }
            return labels
        }
        // What is computed on the way, and stored nowhere, belongs to the unit.
        var (labels, seen, next) = ([LayerLabel](), Set(pending), 0)
        while next < pending.count {
            let vertex = graph.vertices[pending[next]]
            if let label = vertex.label, !labels.contains(label) { labels.append(label) }
            pending += vertex.inputs.map(\.vertex).filter { !plan.isStored[$0] && seen.insert($0).inserted }
            next += 1
        }
        return labels
    }

    private func operand(_ value: Graph.Value) -> Program.Operand {
        guard let buffer = buffers[plan.stored(value)] else {
            preconditionFailure("plan: \(graph.vertices[value.vertex].op.name) has no buffer")
        }
        return Program.Operand(buffer: buffer, type: graph.type(value))
    }

    private mutating func placeSources() {
        for (number, vertex) in graph.vertices.enumerated() where plan.isStored[number] {
            switch vertex.op {
            case let input as Ops.Input: buffers[Graph.Value(number)] = input.index
            case let constant as Ops.Constant: addConstant(constant.data, for: number)
            case let fill as Ops.Fill: addConstant(fill.hostData, for: number)
            default: continue
            }
        }
    }

    private mutating func addConstant(_ data: HostData, for vertex: Int) {
        buffers[Graph.Value(vertex)] = program.buffers.count
        program.buffers.append(Program.Buffer(home: .constant(data), byteCount: data.bytes.count))
    }

    /// An output takes the place of the input that it updates if its unit can run after all other readers
    /// of that input and reads it at its own position only.
    private mutating func chooseUpdatesInPlace() {
        var order = UnitOrder(units)
        for output in graph.outputs {
            guard let input = output.updates else { continue }
            let value = plan.stored(output.value)
            let old = graph.vertices.indices.first {
                (graph.vertices[$0].op as? Ops.Input)?.index == input
            }.map { Graph.Value($0) }
            if let writer = order.writer(of: value), !inPlace.contains(value),
                graph.type(value) == program.inputTypes[input],
                order.letRunAfterReaders(of: old, writer: writer),
                units[writer].mayOverwrite(old, with: value, graph.type(value).shape)
            {
                inPlace.insert(value)
                buffers[value] = input
            } else if old == nil || value != old {
                copies.append((output.value, input))
            }
        }
        units = order.sorted()
    }

    private mutating func placeOutputs() {
        var next = 0
        for output in graph.outputs where output.updates == nil {
            let value = plan.stored(output.value)
            let buffer = program.buffers.count
            program.buffers.append(Program.Buffer(home: .output(next), byteCount: graph.type(output.value).byteCount))
            next += 1
            if buffers[value] == nil { buffers[value] = buffer } else { copies.append((output.value, buffer)) }
        }
    }

    private mutating func placeTemporaries(largestBuffer: Int) {
        var lastUse: [Graph.Value: Int] = [:]
        for (number, unit) in units.enumerated() {
            for value in unit.reads + unit.writes { lastUse[value] = number }
        }
        for copy in copies { lastUse[plan.stored(copy.value)] = units.count }
        var arenas = ArenaPlan(alignment: Planner.alignment, largest: largestBuffer)
        var released: [[Graph.Value]] = Array(repeating: [], count: units.count + 1)
        for (number, unit) in units.enumerated() {
            for value in unit.writes where buffers[value] == nil {
                let byteCount = max(graph.type(value).byteCount, 1)
                let place = arenas.allocate(byteCount)
                buffers[value] = program.buffers.count
                program.buffers.append(
                    Program.Buffer(home: .temporary(arena: place.arena, offset: place.offset), byteCount: byteCount))
                released[lastUse[value] ?? number].append(value)
            }
            for value in released[number] {
                if let buffer = buffers[value], case .temporary(let arena, let offset) = program.buffers[buffer].home {
                    arenas.free(arena: arena, offset: offset, byteCount: program.buffers[buffer].byteCount)
                }
            }
        }
        program.arenas = arenas.sizes
    }
}

extension Graph {
    /// Puts a copy before each output that nothing computes: an input, a constant, or another output's value.
    fileprivate mutating func copySources() {
        var taken: Set<Value> = []
        for index in outputs.indices {
            var value = outputs[index].value
            while vertices[value.vertex].op is Ops.Reshape { value = vertices[value.vertex].inputs[0] }
            if let input = vertices[value.vertex].op as? Ops.Input, input.index == outputs[index].updates { continue }
            switch vertices[value.vertex].op {
            case is Ops.Input, is Ops.Constant, is Ops.Fill: break
            default: if taken.insert(value).inserted { continue }
            }
            let type = type(outputs[index].value)
            label = vertices[value.vertex].label
            outputs[index].value = Value(append(Ops.Cast(type.dtype), [outputs[index].value], [type]))
            taken.insert(outputs[index].value)
        }
    }

    fileprivate func verifyInDebug(after pass: String) throws(IbexError) {
        #if DEBUG
        try verify(after: pass)
        #endif
    }
}

extension FusionPlan {
    /// Each op as a unit of its own, as the reference backend takes them.
    fileprivate func singleUnits() -> [FusedUnit] {
        graph.vertices.indices.compactMap { number in
            switch graph.vertices[number].op {
            case is Ops.Input, is Ops.Constant, is Ops.Fill, is Ops.Reshape: return nil
            default:
                let vertex = graph.vertices[number]
                return FusedUnit(
                    content: .kernel(number, tails: []), op: vertex.op, reads: vertex.inputs.map { stored($0) },
                    writes: vertex.types.indices.map { Graph.Value(number, $0) })
            }
        }
    }
}

extension FusedUnit {
    /// Whether `value` may be written over `old`: the unit does not read it, or only at its own position.
    ///
    /// - Parameter shape: the value's shape.
    fileprivate func mayOverwrite(_ old: Graph.Value?, with value: Graph.Value, _ shape: Shape) -> Bool {
        guard let old, reads.contains(old) else { return true }
        switch (content, op) {
        case (.map, let fused as Ops.Fused):
            return zip(reads, fused.views).allSatisfy { $0 != old || $1 == .contiguous(fused.domain) }
        case (.rows, let fused as Ops.Fused) where writes.dropFirst(fused.closing?.storedValues ?? 0).contains(value):
            // A row is folded before it is written, and nothing else reads it.
            let whole = View.contiguous(fused.domain)
            return zip(reads, fused.operandViews).enumerated().allSatisfy { index, read in
                read.0 != old || read.1 == whole && !fused.epilogueOperands.contains(index)
            }
        case (.reduce, let fused as Ops.Fused), (.rows, let fused as Ops.Fused):
            // The body reads every element before the epilogue writes its own, but not another group's.
            return zip(reads, fused.operandViews).enumerated().allSatisfy { index, read in
                read.0 != old || read.1 == .contiguous(fused.kept) && fused.epilogueOperands.contains(index)
            }
        case (.horizontal(let parts), _):
            return parts.allSatisfy {
                !$0.reads.contains(old) || $0.writes.contains(value) && $0.mayOverwrite(old, with: value, shape)
            }
        case (.kernel, let op as any EpilogueOp):
            guard let epilogue = op.epilogue else { return false }
            let own = reads.count - epilogue.views.count
            return !reads.prefix(own).contains(old)
                && zip(reads.dropFirst(own), epilogue.views).allSatisfy { $0 != old || $1.isIdentity(on: shape) }
        default:
            return false
        }
    }
}

extension View {
    /// Whether every position of a tensor of this shape reads its own element.
    fileprivate func isIdentity(on shape: Shape) -> Bool {
        offset == 0 && zip(zip(strides, shape.strides), shape.extents).allSatisfy { $1 == 1 || $0.0 == $0.1 }
    }
}

extension Ops.Fill {
    /// The number as the bytes of a whole tensor.
    package var hostData: HostData {
        let count = type.shape.elementCount
        func repeating<Scalar: TensorScalar>(_: Scalar.Type) -> HostData {
            HostData(copying: [Scalar](repeating: Scalar(converting: value), count: count))
        }
        switch type.dtype {
        case .bool: return repeating(Bool.self)
        case .uint8: return repeating(UInt8.self)
        case .int32: return repeating(Int32.self)
        case .int64: return repeating(Int64.self)
        case .float64: return repeating(Double.self)
        case .float32: return repeating(Float.self)
        case .float16: return HostData(copying: [UInt16](repeating: Float16(value).bitPattern, count: count))
        case .bfloat16:
            let bits = Float(value).bfloat16Bits
            return HostData(copying: [UInt16](repeating: bits, count: count))
        }
    }
}

extension Ops.Fused {
    /// Every element as it is.
    package static func copy(_ type: TensorType) -> Ops.Fused {
        let domain = Shape([type.shape.elementCount])
        return Ops.Fused(
            domain: domain, views: [.contiguous(domain)],
            body: Expression(instructions: [Expression.Instruction(.load(0), type.dtype)], results: [0]))
    }
}
