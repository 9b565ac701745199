import CIbexVector
import IbexGraph

/// Which loops run in which order for an expression, and which registers hold what.
struct BlockPlan {
    var codes: [BlockProgram.Code] = []
    var uniformCodes: [BlockProgram.Code] = []
    var uniformLoads: [(value: Int, source: Int)] = []
    var fills: [(value: Int, size: Int)] = []
    var direct: [(value: Int, source: Int, size: Int)] = []
    /// Loads of short rows that repeat throughout: laid out once a run, then read from the right place on.
    var periodic: [(value: Int, source: Int, size: Int)] = []
    var intoSink: [(value: Int, sink: Int, size: Int)] = []
    /// The register of each value that has one.
    var register: [Int: Int] = [:]
    var registers = 0
    var cost = 0

    private enum Place { case uniform, varying }
    private static let costly: Set<String> = [
        "exp", "expm1", "log", "log1p", "tanh", "sigmoid", "softplus", "erf", "sin", "cos", "tan", "divide", "sqrt",
        "rsqrt", "reciprocal", "remainder", "floorDivide",
    ]
    private static let veryCostly: Set<String> = [
        "power", "asin", "acos", "atan", "atan2", "sinh", "cosh", "asinh", "acosh", "atanh",
    ]

    init(
        space: IterationSpace, sources: [BlockProgram.Source], sinks: [BlockProgram.Sink], expression: Expression,
        overlaps: (Int, Int) -> Bool
    ) throws(IbexError) {
        let instructions = expression.instructions
        let places = BlockPlan.places(instructions, sources, space)
        var emitted = [Bool](repeating: false, count: instructions.count)
        var needed = Set<Int>()

        for index in BlockPlan.reachable(expression) where places[index] == .uniform {
            try emitUniform(index, instructions[index], instructions)
        }
        for index in BlockPlan.reachable(expression) where places[index] == .varying {
            if case .load = instructions[index].code { continue }
            try emit(index)
        }
        for (sink, value) in expression.results.enumerated() {
            if places[value] == .uniform { needed.insert(value) } else { try emit(value) }
            _ = sink
        }
        fills = needed.sorted().map { ($0, instructions[$0].dtype.byteCount) }
        placeResults(expression, places, sinks, sources, overlaps)
        allocate(instructions, expression, sinks)

        func emit(_ index: Int) throws(IbexError) {
            guard !emitted[index] else { return }
            let instruction = instructions[index]
            for argument in instruction.arguments {
                if places[argument] == .uniform { needed.insert(argument) } else { try emit(argument) }
            }
            emitted[index] = true
            let size = instruction.dtype.byteCount
            guard case .load(let source) = instruction.code else {
                codes.append(try BlockPlan.apply(index, instruction, instructions))
                if case .apply(let function) = instruction.code {
                    cost +=
                        BlockPlan.costly.contains(function.name)
                        ? 6 : BlockPlan.veryCostly.contains(function.name) ? 60 : 1
                } else {
                    cost += 1
                }
                return
            }
            cost += 1
            switch sources[source] {
            case .external: break
            case .operand where space.isContiguous(source): direct.append((index, source, size))
            case .operand where space.isPeriodic(source): periodic.append((index, source, size))
            case .operand, .memory:
                codes.append(.init(kind: .load, target: index, source: source, size: size))
                cost += 1
            }
        }
    }

    private mutating func emitUniform(
        _ index: Int, _ instruction: Expression.Instruction, _ all: [Expression.Instruction]
    ) throws(IbexError) {
        switch instruction.code {
        case .constant: break
        case .load(let source): uniformLoads.append((index, source))
        case .apply, .cast: uniformCodes.append(try BlockPlan.apply(index, instruction, all))
        }
    }

    /// The instructions that a result depends on, in order.
    private static func reachable(_ expression: Expression) -> [Int] {
        var used = Set(expression.results)
        for index in expression.instructions.indices.reversed() where used.contains(index) {
            used.formUnion(expression.instructions[index].arguments)
        }
        return used.sorted()
    }

    private static func places(
        _ instructions: [Expression.Instruction], _ sources: [BlockProgram.Source], _ space: IterationSpace
    ) -> [Place] {
        var places: [Place] = []
        for instruction in instructions {
            switch instruction.code {
            case .constant: places.append(.uniform)
            case .load(let source):
                if case .operand = sources[source], space.isUniform(source) {
                    places.append(.uniform)
                } else {
                    places.append(.varying)
                }
            case .apply, .cast:
                places.append(instruction.arguments.allSatisfy { places[$0] == .uniform } ? .uniform : .varying)
            }
        }
        return places
    }

    private static func apply(
        _ index: Int, _ instruction: Expression.Instruction, _ all: [Expression.Instruction]
    ) throws(IbexError) -> BlockProgram.Code {
        let arguments = instruction.arguments
        var code = BlockProgram.Code(kind: .apply, target: index, size: instruction.dtype.byteCount)
        code.a = arguments[0]
        code.b = arguments.count > 1 ? arguments[1] : arguments[0]
        code.c = arguments.count > 2 ? arguments[2] : arguments[0]
        switch instruction.code {
        case .apply(let function):
            let operand = all[arguments.count == 3 ? arguments[1] : arguments[0]].dtype
            code.function = ibex_elementwise(function.name, operand.code)
            guard code.function != nil else {
                throw IbexError(
                    .kernel, at: function.name, found: "no loop for \(operand.rawValue)",
                    expected: "a type that the function takes", remedy: "Cast the operand.")
            }
        case .cast: code.function = ibex_cast(all[arguments[0]].dtype.code, instruction.dtype.code)
        case .load, .constant: break
        }
        return code
    }

    /// Computes values straight into their sinks where nothing is read afterwards that may lie there.
    private mutating func placeResults(
        _ expression: Expression, _ places: [Place], _ sinks: [BlockProgram.Sink], _ sources: [BlockProgram.Source],
        _ overlaps: (Int, Int) -> Bool
    ) {
        var placed = Set<Int>()
        for (sink, value) in expression.results.enumerated() {
            if case .register = sinks[sink] { continue }
            let size = expression.instructions[value].dtype.byteCount
            let producer = codes.firstIndex { $0.target == value && $0.kind != .store }
            let isSafe = producer.map { producer in
                !sources.indices.contains { source in
                    overlaps(sink, source) && lastUse(of: source, expression) > producer
                }
            }
            if places[value] == .varying, isSafe == true, placed.insert(value).inserted {
                intoSink.append((value, sink, size))
            } else {
                codes.append(.init(kind: .store, target: sink, a: value, size: size))
            }
        }
    }

    /// The place of the last loop that reads a source's element.
    private func lastUse(of source: Int, _ expression: Expression) -> Int {
        let loads = expression.instructions.indices.filter { expression.instructions[$0].code == .load(source) }
        let uses = codes.indices.filter { index in
            let code = codes[index]
            if code.kind == .load { return code.source == source }
            let reads = code.kind == .store ? [code.a] : [code.a, code.b, code.c]
            return reads.contains { loads.contains($0) }
        }
        let stored = expression.results.contains { loads.contains($0) }
        return stored ? Int.max : uses.max() ?? -1
    }

    /// Gives registers to values that are neither read in place nor computed into a sink, freeing each after its
    /// last use.
    private mutating func allocate(
        _ instructions: [Expression.Instruction], _ expression: Expression, _ sinks: [BlockProgram.Sink]
    ) {
        let elsewhere = Set(intoSink.map(\.value)).union((direct + periodic).map(\.value))
        var last: [Int: Int] = [:]
        for (index, code) in codes.enumerated() where code.kind != .load {
            last[code.a] = index
            if code.kind == .apply {
                last[code.b] = index
                last[code.c] = index
            }
        }
        for (sink, value) in expression.results.enumerated() {
            if case .register = sinks[sink] { last[value] = .max }
        }
        var free: [Int] = []
        var sizes: [Int: Int] = [:]
        for (index, code) in codes.enumerated() where code.kind != .store {
            let dying = Set([code.a, code.b, code.c]).filter { code.kind == .apply && last[$0] == index }
            let inPlace = dying.filter { register[$0] != nil && instructions[$0].dtype.byteCount == code.size }
            for value in inPlace { if let slot = register[value] { free.append(slot) } }
            if !elsewhere.contains(code.target), register[code.target] == nil {
                let slot = free.popLast() ?? registers
                registers = max(registers, slot + 1)
                register[code.target] = slot
                sizes[code.target] = code.size
            }
            for value in dying.subtracting(inPlace) { if let slot = register[value] { free.append(slot) } }
        }
    }
}
