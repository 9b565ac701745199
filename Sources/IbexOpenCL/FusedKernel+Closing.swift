import IbexGraph

extension ReductionPlan {
    /// Up to so many elements one kernel takes rows too short for its lanes, before they are worth two that take rows side
    /// by side.
    private static let fewElements = 32768

    /// Whether the kernel that folds a row can close it at once: rows are whole, and worth a loop each.
    var closesRows: Bool {
        splits == 1 && reduced.rank == 1
            && (!isColumnwise || kept.elementCount * reduced.elementCount <= Self.fewElements)
    }
}

extension FusedKernel {
    /// The results over the whole domain, which the closing makes.
    var closedResults: Range<Int> { (op.closing?.storedValues ?? results.count)..<results.count }

    /// The stores of those kept values that are results.
    func storingKept(_ values: [String], at index: String) -> [String] {
        values.prefix(op.closing?.storedValues ?? values.count).enumerated().map {
            results[$0].dtype.stored($1, to: "y\($0)", at: index)
        }
    }

    /// Lowers a reduction and what closes it as two: kept values go through memory.
    func lowerHalves(to recorder: inout OpenCLRecorder) {
        guard let (fold, map) = op.halves, let closing = op.closing else { return }
        let values = fold.keptTypes.enumerated().map { index, type in
            index < closing.storedValues
                ? results[index]
                : TypedBuffer(reference: recorder.scratch(byteCount: type.byteCount), dtype: type.dtype)
        }
        let first = fold.operandViews.count
        fold.lower(operands: Array(operands.prefix(first)), results: values, to: &recorder)
        map.lower(
            operands: values + operands.dropFirst(first), results: Array(results.dropFirst(closing.storedValues)),
            to: &recorder)
    }

    /// The loop that closes a row, kept values and pointers at hand: `x<operand>` to its operands, `to<result>` to results.
    func closingRow(_ plan: ReductionPlan, _ values: [String]) -> [String] {
        guard let closing = op.closing else { return [] }
        let first = op.epilogueOperands.upperBound
        var lines = values.enumerated().map { "const \(op.keptTypes[$0].dtype.valueType) g\($0) = \($1);" }
        for operand in first..<operands.count where plan.reduced.step(operand) == .uniform {
            let dtype = operands[operand].dtype
            lines.append("const \(dtype.valueType) u\(operand) = \(dtype.loaded(from: "x\(operand)", at: "0"));")
        }
        let isWide = (first..<operands.count).allSatisfy {
            operands[$0].dtype.byteCount >= 4 && plan.reduced.step($0) != .strided
        }
        if isWide { lines.append("WIDE_LOOP") }
        lines.append("for (long i = 0; i < r0; i++) {")
        lines += closingElement(closing, at: "i") { operand in
            let step = plan.reduced.step(operand)
            guard step != .uniform else { return "u\(operand)" }
            return operands[operand].dtype.loaded(
                from: "x\(operand)", at: step.index("i", stride: "rs\(operand)_0"))
        }
        return lines + ["}"]
    }

    /// The statements that close one element: kept value `r` is `g<r>`, and results go to `to<result>[index]`.
    func closingElement(_ closing: Ops.Fused.Closing, at index: String, operand: (Int) -> String) -> [String] {
        let (kept, first) = (op.keptTypes.count, op.epilogueOperands.upperBound)
        let source = ExpressionSource(
            closing.expression, prefix: "m", load: { $0 < kept ? "g\($0)" : operand(first + $0 - kept) },
            constant: constant)
        return source.statements
            + zip(closedResults, source.results).map { results[$0].dtype.stored($1.name, to: "to\($0)", at: index) }
    }
}
