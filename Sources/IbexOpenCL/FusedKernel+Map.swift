import IbexGraph

extension FusedKernel {
    /// Lowers a map: every value is stored at its position.
    ///
    /// On CPU devices a work-item walks whole rows, or a piece of one row, in a loop that the compiler turns into
    /// vector code; on GPUs it makes one element.
    mutating func lowerMap(to recorder: inout OpenCLRecorder) {
        let space = IterationSpace(op.domain.extents, strides: op.views.map(\.strides))
        guard space.elementCount > 0 else { return }
        declareBuffers()
        declareStrides(of: space)
        switch recorder.variant {
        case .cpu: lowerMapInRows(space, to: &recorder)
        case .gpu: lowerMapByElement(space, to: &recorder)
        }
    }

    /// Extents `e<axis>` of all axes and strides `s<operand>_<axis>` where the source does not know them.
    private mutating func declareStrides(of space: IterationSpace) {
        for axis in 0..<space.rank { parameters.long("e\(axis)", space.extents[axis]) }
        for operand in operands.indices {
            for axis in 0..<space.rank where axis < space.rank - 1 || space.step(operand) == .strided {
                parameters.long("s\(operand)_\(axis)", space.strides[operand][axis])
            }
        }
    }

    private mutating func lowerMapInRows(_ space: IterationSpace, to recorder: inout OpenCLRecorder) {
        let last = space.rank - 1
        let share = min(max(space.elementCount / (recorder.wantedItems * 2), 1024), 16384)
        // A long row is cut into pieces; short rows are taken several at a time.
        let rowsPerItem = min(max(share / max(space.inner, 1), 1), space.rows)
        let columns = rowsPerItem > 1 ? space.inner : min(space.inner, (share + 63) / 64 * 64)
        parameters.long("rows", space.rows)
        parameters.long("rows_per_item", rowsPerItem)
        parameters.long("columns", columns)

        var lines = [
            "const long begin = get_global_id(0) * columns, end = min(begin + columns, e\(last));",
            "const long row_begin = get_global_id(1) * rows_per_item, row_end = min(row_begin + rows_per_item, rows);",
        ]
        let isRepeated = rowsPerItem >= RowConstants.fewestRows && columns <= RowConstants.largestRow
        let constants = isRepeated ? RowConstants(op.body, space, operands: operands.count) : nil
        if let constants { lines += statements(of: constants, space) }
        lines.append("for (long row = row_begin; row < row_end; row++) {")
        lines += positionStatements(of: "row", prefix: "p", extents: (0..<last).map { "e\($0)" })
        for (index, result) in results.enumerated() {
            lines.append("__global \(result.dtype.memoryType) *z\(index) = y\(index) + row * e\(last);")
        }
        for operand in operands.indices {
            // What lies where a result goes is named alike: compilers cannot tell that two sums of strides are equal.
            let terms = (0..<last).map { ("p\($0)", "s\(operand)_\($0)") }
            let place = result(sharedBy: operand).map { "z\($0)" } ?? origin(operand) + offsetText(terms)
            lines.append(pointer(operand, named: "x\(operand)", at: place))
        }
        for operand in operands.indices where space.step(operand) == .uniform {
            let dtype = operands[operand].dtype
            lines.append("const \(dtype.valueType) u\(operand) = \(dtype.loaded(from: "x\(operand)", at: "0"));")
        }
        for made in loops(space) {
            let element = { [self] (position: String, place: Place) in
                elementStatements(made, of: constants?.body ?? op.body, space, at: position, place: place)
            }
            lines +=
                isStreamed(space)
                ? streamedLoop(space, making: made, element)
                : loop(space, from: "begin", to: "end") + element("i") { ("z\($0)", "i") } + ["}"]
        }
        lines += ["}"] + streamingEnd(space)
        launch(
            lines, single: true,
            global: LaunchSize(
                (space.inner + columns - 1) / columns, (space.rows + rowsPerItem - 1) / rowsPerItem),
            local: LaunchSize(1), to: &recorder)
    }

    /// Statements that compute `v<index>`, a row of each constant.
    private func statements(of constants: RowConstants, _ space: IterationSpace) -> [String] {
        let last = space.rank - 1
        let source = ExpressionSource(
            constants.values.reduced(), prefix: "t",
            load: { operand in
                let index = space.step(operand).index("i", stride: "s\(operand)_\(last)")
                return operands[operand].dtype.loaded(from: "(\(origin(operand)))", at: index)
            }, constant: constant)
        let values = source.results.enumerated()
        return values.map { "\($1.dtype.valueType) v\($0)[\(RowConstants.largestRow)];" }
            + ["for (long i = begin; i < end; i++) {"] + source.statements
            + values.map { "v\($0)[i - begin] = \($1.name);" } + ["}"]
    }

    private mutating func lowerMapByElement(_ space: IterationSpace, to recorder: inout OpenCLRecorder) {
        let last = space.rank - 1
        parameters.long("total", space.elementCount)
        var lines = ["const long element = get_global_id(0);", "if (element >= total) return;"]
        lines += positionStatements(of: "element", prefix: "p", extents: (0...last).map { "e\($0)" })
        for operand in operands.indices {
            let terms = (0..<last).map { ("p\($0)", "s\(operand)_\($0)") }
            lines.append(pointer(operand, named: "x\(operand)", at: origin(operand) + offsetText(terms)))
            if space.step(operand) == .uniform {
                let dtype = operands[operand].dtype
                lines.append("const \(dtype.valueType) u\(operand) = \(dtype.loaded(from: "x\(operand)", at: "0"));")
            }
        }
        lines += elementStatements(Array(results.indices), of: op.body, space, at: "p\(last)") { ("y\($0)", "element") }
        launch(
            lines, single: false, global: LaunchSize(space.elementCount), local: LaunchSize(256), to: &recorder)
    }

    /// Whether loops over the space are worth the widest vectors: they are not for bytes alone, nor for steps that must
    /// be gathered, nor where code for many operands would take the compiler long.
    func isWide(_ space: IterationSpace) -> Bool {
        operands.count <= 16 && (operands + results).contains { $0.dtype.byteCount >= 4 }
            && operands.indices.allSatisfy { space.step($0) != .strided }
    }

    /// The results that each loop makes. Values that have nothing in common get loops of their own where one loop would
    /// walk more arrays than caches have ways for places a multiple of a page apart.
    private func loops(_ space: IterationSpace) -> [[Int]] {
        let walked = operands.indices.filter { space.step($0) != .uniform }
        guard walked.count + results.count > Self.arraysPerLoop else { return [Array(results.indices)] }
        var groups: [(results: [Int], buffers: Set<BufferReference>)] = []
        for index in results.indices {
            let loads = op.body.reaching([op.body.results[index]]).compactMap { position -> BufferReference? in
                guard case .load(let operand) = op.body.instructions[position].code, walked.contains(operand) else {
                    return nil
                }
                return operands[operand].reference
            }
            var group = (results: [index], buffers: Set(loads + [results[index].reference]))
            for other in groups where !other.buffers.isDisjoint(with: group.buffers) {
                group.results += other.results
                group.buffers.formUnion(other.buffers)
            }
            groups.removeAll { !$0.buffers.isDisjoint(with: group.buffers) }
            groups.append((group.results.sorted(), group.buffers))
        }
        return groups.count <= Self.mostLoops ? groups.map(\.results) : [Array(results.indices)]
    }

    static let arraysPerLoop = 8
    /// Each loop costs the compiler time.
    private static let mostLoops = 8

    /// The head of a loop over elements of a row.
    func loop(_ space: IterationSpace, from begin: String, to end: String) -> [String] {
        (isWide(space) ? ["WIDE_LOOP"] : []) + ["for (long i = \(begin); i < \(end); i++) {"]
    }

    /// Where a result's element goes.
    typealias Place = (_ result: Int) -> (pointer: String, index: String)

    private func elementStatements(
        _ made: [Int], of body: Expression, _ space: IterationSpace, at position: String, place: Place
    ) -> [String] {
        let last = space.rank - 1
        var body = body
        body.results = made.map { body.results[$0] }
        let source = ExpressionSource(
            body.reduced(), prefix: "t",
            load: { operand in
                guard operand < operands.count else { return "v\(operand - operands.count)[\(position) - begin]" }
                let step = space.step(operand)
                guard step != .uniform else { return "u\(operand)" }
                let index = step.index(position, stride: "s\(operand)_\(last)")
                return operands[operand].dtype.loaded(from: "x\(operand)", at: index)
            }, constant: constant)
        let stores = zip(made, source.results).map { index, value in
            results[index].dtype.stored(value.name, to: place(index).pointer, at: place(index).index)
        }
        return source.statements + stores
    }

    /// Launches the kernel of these statements, which call a template's functions where they stand behind one.
    func launch(
        _ lines: [String], single: Bool, behind template: KernelTemplate? = nil, global: LaunchSize, local: LaunchSize,
        to recorder: inout OpenCLRecorder
    ) {
        let (source, arguments) = parameters.kernel(lines, single: single, behind: template)
        recorder.launch(source, arguments, global: global, local: local)
    }
}
