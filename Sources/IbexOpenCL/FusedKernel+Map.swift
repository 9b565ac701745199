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
            "for (long row = row_begin; row < row_end; row++) {",
        ]
        lines += positionStatements(of: "row", prefix: "p", extents: (0..<last).map { "e\($0)" })
        for operand in operands.indices {
            let terms = (0..<last).map { ("p\($0)", "s\(operand)_\($0)") }
            lines.append(pointer(operand, named: "x\(operand)", at: origin(operand) + offsetText(terms)))
        }
        for (index, result) in results.enumerated() {
            lines.append("__global \(result.dtype.memoryType) *z\(index) = y\(index) + row * e\(last);")
        }
        for operand in operands.indices where space.step(operand) == .uniform {
            let dtype = operands[operand].dtype
            lines.append("const \(dtype.valueType) u\(operand) = \(dtype.loaded(from: "x\(operand)", at: "0"));")
        }
        lines.append("for (long i = begin; i < end; i++) {")
        lines += elementStatements(space, at: "i", result: { "z\($0)" }, resultIndex: "i")
        lines += ["}", "}"]
        launch(
            lines, single: true,
            global: LaunchSize(
                (space.inner + columns - 1) / columns, (space.rows + rowsPerItem - 1) / rowsPerItem),
            local: LaunchSize(1), to: &recorder)
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
        lines += elementStatements(space, at: "p\(last)", result: { "y\($0)" }, resultIndex: "element")
        launch(
            lines, single: false, global: LaunchSize(space.elementCount), local: LaunchSize(256), to: &recorder)
    }

    private func elementStatements(
        _ space: IterationSpace, at position: String, result: (Int) -> String, resultIndex: String
    ) -> [String] {
        let last = space.rank - 1
        let source = body { operand in
            let step = space.step(operand)
            guard step != .uniform else { return "u\(operand)" }
            let index = step.index(position, stride: "s\(operand)_\(last)")
            return operands[operand].dtype.loaded(from: "x\(operand)", at: index)
        }
        let stores = source.results.enumerated().map { index, value in
            results[index].dtype.stored(value.name, to: result(index), at: resultIndex)
        }
        return source.statements + stores
    }

    /// Launches the kernel of these statements.
    func launch(
        _ lines: [String], single: Bool, global: LaunchSize, local: LaunchSize, to recorder: inout OpenCLRecorder
    ) {
        let (source, arguments) = parameters.kernel(lines, single: single)
        recorder.launch(source, arguments, global: global, local: local)
    }
}
