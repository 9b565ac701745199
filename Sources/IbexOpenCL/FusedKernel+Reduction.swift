import IbexGraph

/// The two iteration spaces of a reduction and how its work is laid out.
struct ReductionPlan {
    /// What stays, with the strides of all operands.
    let kept: IterationSpace
    /// What is folded, with the strides of all operands: none for those of the epilogue.
    let reduced: IterationSpace
    /// Neighbouring results side by side in the inner loop, instead of neighbouring folded elements.
    let isColumnwise: Bool
    /// Rows shorter than the lanes that a row of its own would fill, and enough of them to stand side by side.
    let isShort: Bool
    /// Parts that the outermost reduced axis is cut into; each is summed alone, and a second kernel joins them in
    /// order.
    let splits: Int
    /// Positions of the outermost reduced axis in each part.
    let span: Int

    /// The partial results that a CPU device folds one row into.
    static let lanes = 32
    /// The neighbouring results that a work-item of a columnwise reduction makes.
    let block: Int
    /// How many those are at most.
    static let largestBlock = 1024
    /// A part is worth a second kernel where it folds some ten thousand elements.
    private static let worthOfPart = 16384

    init(_ op: Ops.Fused, _ recorder: OpenCLRecorder) {
        (kept, reduced) = Self.spaces(of: op)
        let (kept, reduced) = (kept, reduced)
        let alongKept = op.views.indices.count { kept.step($0) == .unit }
        let alongReduced = op.views.indices.count { reduced.step($0) == .unit && reduced.inner > 1 }
        isShort = reduced.rank == 1 && reduced.inner < Self.lanes && kept.inner >= Self.lanes
        isColumnwise = recorder.variant == .cpu && kept.inner >= 4 && (alongKept > alongReduced || isShort)

        // Whole rows lie together in memory; narrow blocks keep everyone busy where there is too little to cut otherwise.
        let isSmall = kept.elementCount * reduced.elementCount < recorder.wantedItems * Self.worthOfPart
        let share = kept.inner * kept.rows / recorder.wantedItems
        block = isSmall ? min(max((share + 63) / 64 * 64, 128), Self.largestBlock) : Self.largestBlock
        let items = isColumnwise ? kept.rows * ((kept.inner + block - 1) / block) : kept.elementCount
        let outer = reduced.extents[0]
        let worth = recorder.variant == .cpu ? Self.worthOfPart : 512
        let parts =
            op.reductions.contains(where: \.isPosition) || items >= recorder.wantedItems
            ? 1
            : min(
                (recorder.wantedItems * 2 + items - 1) / max(items, 1),
                kept.elementCount * reduced.elementCount / max(items * worth, 1), outer)
        span = parts > 1 ? (outer + parts - 1) / parts : max(outer, 1)
        splits = parts > 1 ? (outer + span - 1) / span : 1
    }

    /// What stays and what is folded.
    static func spaces(of op: Ops.Fused) -> (kept: IterationSpace, reduced: IterationSpace) {
        let keptRank = op.kept.rank
        let views = op.operandViews
        return (
            IterationSpace(op.kept.extents, strides: views.map { Array($0.strides.prefix(keptRank)) }),
            IterationSpace(
                op.reduced.extents,
                strides: views.map {
                    $0.strides.count == keptRank
                        ? [Int](repeating: 0, count: op.reducedAxes) : Array($0.strides.dropFirst(keptRank))
                })
        )
    }
}

extension FusedKernel {
    /// Lowers a reduction: one kernel, or two where the result alone would keep too few work-items busy.
    mutating func lowerReduction(to recorder: inout OpenCLRecorder) {
        if recorder.variant == .gpu, let plan = GroupReductionPlan(op, recorder) {
            guard op.closing == nil || plan.parts == 1 else { return lowerHalves(to: &recorder) }
            return lowerGroups(in: plan, to: &recorder)
        }
        let plan = ReductionPlan(op, recorder)
        guard plan.kept.elementCount > 0 else { return }
        guard op.closing == nil || plan.closesRows else { return lowerHalves(to: &recorder) }
        guard plan.splits > 1 else {
            lowerReduction(plan, to: &recorder)
            return
        }
        var (partial, joining) = passes(plan.splits, &recorder)
        partial.lowerReduction(plan, to: &recorder)
        joining.lowerReduction(ReductionPlan(joining: joining.op, recorder), to: &recorder)
    }

    /// The two kernels of a reduction whose sums are cut: one that folds each part, and one that joins them in order.
    func passes(_ parts: Int, _ recorder: inout OpenCLRecorder) -> (partial: FusedKernel, joining: FusedKernel) {
        let keptCount = op.kept.elementCount
        var first = op
        first.epilogue = nil
        first.epilogueViews = []
        let values = op.body.dtypes
        let sums = values.map {
            TypedBuffer(reference: recorder.scratch(byteCount: parts * keptCount * $0.byteCount), dtype: $0)
        }
        let partView = View(strides: op.kept.strides + [keptCount])
        let loads = values.enumerated().map { Expression.Instruction(.load($0), $1) }
        let second = Ops.Fused(
            domain: Shape(op.kept.extents + [parts]), reducedAxes: 1, views: sums.map { _ in partView },
            constants: op.constants, body: Expression(instructions: loads, results: Array(loads.indices)),
            reductions: op.reductions, epilogue: op.epilogue, epilogueViews: op.epilogueViews)
        return (
            FusedKernel(first, operands: Array(operands.prefix(op.views.count)), results: sums),
            FusedKernel(second, operands: sums + operands.dropFirst(op.views.count), results: results)
        )
    }

    private mutating func lowerReduction(_ plan: ReductionPlan, to recorder: inout OpenCLRecorder) {
        declareBuffers()
        for axis in 0..<plan.kept.rank { parameters.long("k\(axis)", plan.kept.extents[axis]) }
        for axis in 0..<plan.reduced.rank { parameters.long("r\(axis)", plan.reduced.extents[axis]) }
        for operand in operands.indices {
            for axis in 0..<plan.kept.rank { parameters.long("ks\(operand)_\(axis)", plan.kept.strides[operand][axis]) }
        }
        for operand in operands.indices where !op.epilogueOperands.contains(operand) {
            let last = plan.reduced.rank - 1
            for axis in 0...last where axis < last || plan.reduced.step(operand) == .strided {
                parameters.long("rs\(operand)_\(axis)", plan.reduced.strides[operand][axis])
            }
        }
        parameters.long("span", plan.span)
        if plan.isColumnwise && op.closing == nil {
            if let type = standingType(plan) { return lowerStanding(plan, of: type, to: &recorder) }
            lowerColumns(plan, to: &recorder)
        } else {
            lowerRows(plan, to: &recorder)
        }
    }

    /// Opens loops over the reduced axes named, pointers `z<operand>` inside; `step` keeps only those axes.
    func reducedLoops(_ plan: ReductionPlan, axes: Int) -> [String] {
        var lines: [String] = []
        for axis in 0..<axes {
            let bounds = axis == 0 ? ("from", "to") : ("0", "r\(axis)")
            lines.append("for (long q\(axis) = \(bounds.0); q\(axis) < \(bounds.1); q\(axis)++) {")
        }
        for operand in op.views.indices {
            let terms = (0..<axes).compactMap { axis -> (position: String, stride: String)? in
                guard axis == plan.reduced.rank - 1 else { return ("q\(axis)", "rs\(operand)_\(axis)") }
                switch plan.reduced.step(operand) {
                case .uniform: return nil
                case .unit: return ("q\(axis)", "1")
                case .strided: return ("q\(axis)", "rs\(operand)_\(axis)")
                }
            }
            lines.append(pointer(operand, named: "z\(operand)", at: "x\(operand)" + offsetText(terms)))
        }
        return lines
    }

    /// The statements after folding: the epilogue where there is one, and the stores. `value` names folded values.
    func finish(
        value: (Int) -> String, operand: (Int) -> String, index: String
    ) -> [String] {
        let (statements, values) = keptValues(value: value, operand: operand)
        return statements + storingKept(values, at: index)
    }

    /// The statements that make the kept values of folded ones, and their names.
    func keptValues(
        value: (Int) -> String, operand: (Int) -> String
    ) -> (statements: [String], names: [String]) {
        let folded = op.reductions.count
        guard let epilogue = op.epilogue else { return ([], (0..<folded).map(value)) }
        let source = ExpressionSource(
            epilogue, prefix: "f",
            load: { $0 < folded ? value($0) : operand(op.views.count + $0 - folded) }, constant: constant)
        return (source.statements, source.results.map(\.name))
    }
}

extension ReductionPlan {
    /// The plan of the second kernel, which joins parts: never split again.
    init(joining op: Ops.Fused, _ recorder: OpenCLRecorder) {
        let plan = ReductionPlan(op, recorder)
        kept = plan.kept
        reduced = plan.reduced
        isColumnwise = plan.isColumnwise
        isShort = plan.isShort
        block = plan.block
        splits = 1
        span = max(plan.reduced.extents[0], 1)
    }
}
