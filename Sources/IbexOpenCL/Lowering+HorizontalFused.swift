import IbexGraph

extension Ops.HorizontalFused: OpenCLLowering {
    package func lower(_ step: Program.Step, to recorder: inout OpenCLRecorder) {
        var operands = step.inputs[...]
        var results = step.outputs[...]
        let parts = parts.map { part in
            let (views, values) = (part.views.count, part.body.results.count)
            defer {
                operands = operands.dropFirst(views)
                results = results.dropFirst(values)
            }
            return HorizontalKernel.Part(
                op: part, operands: operands.prefix(views).map(\.typed), results: results.prefix(values).map(\.typed))
        }
        // Parts of one layout share launches; PoCL takes at most 1,024 bytes of arguments.
        for group in HorizontalKernel.groups(parts) {
            var remaining = group[...]
            while !remaining.isEmpty {
                let count = HorizontalKernel.partsPerLaunch(remaining[remaining.startIndex])
                var kernel = HorizontalKernel(Array(remaining.prefix(count)))
                remaining = remaining.dropFirst(count)
                kernel.lower(to: &recorder)
            }
        }
    }
}

/// One launch for several maps of one body over spaces of different sizes.
///
/// A work-item finds its part by comparing its number with where the parts begin, picks the part's pointers, and runs
/// the one loop that all parts share. Every operand is either read element by element or is one number.
struct HorizontalKernel {
    struct Part {
        let op: Ops.Fused
        let operands: [TypedBuffer]
        let results: [TypedBuffer]

        /// How each operand is read and which result it shares its buffer with; parts that agree share a launch.
        var layout: Layout? {
            var steps: [InnerStep] = []
            for view in op.views {
                let space = IterationSpace(op.domain.extents, strides: [view.strides, op.domain.strides])
                guard space.rank == 1, space.step(0) != .strided else { return nil }
                steps.append(space.step(0))
            }
            let shared = operands.indices.map { index in
                steps[index] == .unit && op.views[index].offset == 0 ? results.firstIndex(of: operands[index]) : nil
            }
            return Layout(body: op.body, steps: steps, shared: shared)
        }
    }

    struct Layout: Hashable {
        let body: Expression
        let steps: [InnerStep]
        let shared: [Int?]
    }

    let parts: [Part]

    init(_ parts: [Part]) { self.parts = parts }

    /// Neighbouring parts of one layout together; a part whose operands are read in another way stands alone.
    static func groups(_ parts: [Part]) -> [[Part]] {
        var order: [Layout?] = []
        var groups: [Layout: [Part]] = [:]
        var alone: [[Part]] = []
        for part in parts where part.op.domain.elementCount > 0 {
            guard let layout = part.layout else {
                alone.append([part])
                continue
            }
            if groups[layout] == nil { order.append(layout) }
            groups[layout, default: []].append(part)
        }
        return order.compactMap { $0.flatMap { groups[$0] } } + alone
    }

    static func partsPerLaunch(_ part: Part) -> Int {
        // Pointers and constants; offsets and extents move to a table where they are too many.
        let bytes = (part.operands.count + part.results.count + part.op.constants.count) * 8
        return max(900 / bytes, 1)
    }

    mutating func lower(to recorder: inout OpenCLRecorder) {
        guard parts.count > 1, let layout = parts[0].layout else {
            for part in parts { part.op.lower(operands: part.operands, results: part.results, to: &recorder) }
            return
        }
        let isCPU = recorder.variant == .cpu
        let total = parts.reduce(0) { $0 + $1.op.domain.elementCount }
        let chunk = isCPU ? min(max(total / (recorder.wantedItems * 2), 4096), 16384) : 1
        var parameters = KernelParameters()
        parameters.long("chunk", chunk)
        var first = 0
        for (number, part) in parts.enumerated() {
            let count = part.op.domain.elementCount
            parameters.long("n\(number)", count)
            parameters.long("f\(number)", first)
            first += (count + chunk - 1) / chunk
            declare(part, number, layout, &parameters)
        }
        let lines = statements(layout, isCPU: isCPU)
        let (source, arguments) = parameters.kernel(lines, single: isCPU)
        recorder.launch(source, arguments, global: LaunchSize(first), local: LaunchSize(isCPU ? 1 : 64))
    }

    private func declare(_ part: Part, _ number: Int, _ layout: Layout, _ parameters: inout KernelParameters) {
        for (index, operand) in part.operands.enumerated() where layout.shared[index] == nil {
            parameters.buffer(operand.reference, "const \(operand.dtype.memoryType) *restrict a\(number)_\(index)")
            parameters.long("o\(number)_\(index)", part.op.views[index].offset)
        }
        for (index, result) in part.results.enumerated() {
            parameters.buffer(result.reference, "\(result.dtype.memoryType) *restrict y\(number)_\(index)")
        }
        for (position, use) in part.op.body.constantUses.enumerated() {
            parameters.number("c\(number)_\(position)", part.op.constants[use.index], use.dtype)
        }
    }

    private func statements(_ layout: Layout, isCPU: Bool) -> [String] {
        let part = parts[0]
        var lines = ["const long item = get_global_id(0);"]
        let numbers = parts.indices.dropFirst()
        /// The value of the part that the item belongs to: parts stand in order, so the last that begins before it.
        func picked(_ name: (Int) -> String) -> String {
            numbers.reversed().reduce("") { $0 + "item >= f\($1) ? \(name($1)) : " } + name(0)
        }
        lines.append("const long n = \(picked { "n\($0)" });")
        lines.append("const long begin = (item - (\(picked { "f\($0)" }))) * chunk, end = min(begin + chunk, n);")
        for (index, result) in part.results.enumerated() {
            lines.append("__global \(result.dtype.memoryType) *restrict z\(index) = \(picked { "y\($0)_\(index)" });")
        }
        for (index, operand) in part.operands.enumerated() where layout.shared[index] == nil {
            let place = picked { "a\($0)_\(index) + o\($0)_\(index)" }
            lines.append("__global const \(operand.dtype.memoryType) *restrict x\(index) = \(place);")
            if layout.steps[index] == .uniform {
                let value = operand.dtype.loaded(from: "x\(index)", at: "0")
                lines.append("const \(operand.dtype.valueType) u\(index) = \(value);")
            }
        }
        let uses = part.op.body.constantUses
        for (position, use) in uses.enumerated() {
            let type = use.dtype == .bool ? "uchar" : use.dtype.valueType
            lines.append("const \(type) c\(position) = \(picked { "c\($0)_\(position)" });")
        }
        if isCPU { lines.append("WIDE_LOOP") }
        lines.append("for (long i = begin; i < end; i++) {")
        let source = ExpressionSource(
            part.op.body, prefix: "t",
            load: { index in
                if layout.steps[index] == .uniform { return "u\(index)" }
                let pointer = layout.shared[index].map { "z\($0)" } ?? "x\(index)"
                return part.operands[index].dtype.loaded(from: pointer, at: "i")
            },
            constant: { index, dtype in
                let position = uses.firstIndex { $0 == (index, dtype) }!
                return dtype.readingConstant("c\(position)")
            })
        lines += source.statements
        lines += source.results.enumerated().map {
            part.results[$0].dtype.stored($1.name, to: "z\($0)", at: "i")
        }
        lines.append("}")
        return lines
    }
}
