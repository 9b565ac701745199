import IbexGraph

/// How a GPU folds: each work-group of 256 items makes `lanes` neighbouring results, 256 / `lanes` items to each.
///
/// An item folds every so many elements of its result's sum; a tree in local memory then joins the items' values in an
/// order that the sizes alone decide.
struct GroupReductionPlan {
    /// What stays and what is folded, as in `ReductionPlan`.
    let kept, reduced: IterationSpace
    /// Results of one group: a power of two.
    let lanes: Int
    /// Whether neighbouring items of a group read neighbours along the folded axes, not along those that stay.
    let isRowwise: Bool
    /// Parts that the folded elements are cut into, each of `span`; a second kernel joins them.
    let parts, span: Int

    static let items = 256
    /// Elements that a part has at least: what pays for a second kernel.
    private static let leastPart = 1024

    /// `nil` where one item for each result does as well: results enough to fill the device, whose neighbours read
    /// neighbours, or short sums.
    init?(_ op: Ops.Fused, _ recorder: OpenCLRecorder) {
        let (kept, reduced) = ReductionPlan.spaces(of: op)
        let count = reduced.elementCount
        let alongKept = op.views.indices.count { kept.step($0) == .unit && kept.inner > 1 }
        let alongReduced = op.views.indices.count { reduced.step($0) == .unit && reduced.inner > 1 }
        isRowwise = alongReduced >= alongKept
        guard count >= 32, kept.elementCount > 0, max(count, kept.elementCount) < Int(Int32.max) else { return nil }
        if !isRowwise && kept.elementCount >= recorder.wantedItems { return nil }
        (self.kept, self.reduced) = (kept, reduced)
        var lanes = 1
        // Short rows share a group; columns are read as far as they lie side by side.
        while lanes < (isRowwise ? min(Self.items / min(count, Self.items), 8) : min(kept.inner, 32)) { lanes *= 2 }
        self.lanes = lanes
        let groups = (kept.elementCount + lanes - 1) / lanes
        let isWhole = groups >= recorder.computeUnits || op.reductions.contains(where: \.isPosition)
        let wanted = isWhole ? 1 : (recorder.computeUnits * 4 + groups - 1) / groups
        let parts = max(min(wanted, count / Self.leastPart), 1)
        span = (count + parts - 1) / parts
        self.parts = (count + span - 1) / span
    }
}

extension FusedKernel {
    /// Lowers a reduction by groups: one kernel, or two where the sums are cut.
    mutating func lowerGroups(in plan: GroupReductionPlan, to recorder: inout OpenCLRecorder) {
        guard plan.parts > 1 else { return lowerPart(plan, to: &recorder) }
        var (partial, joining) = passes(plan.parts, &recorder)
        partial.lowerPart(plan, to: &recorder)
        joining.lowerReduction(to: &recorder)
    }

    /// Lowers one pass of a reduction by groups; results are `parts` times as many as stay.
    private mutating func lowerPart(_ plan: GroupReductionPlan, to recorder: inout OpenCLRecorder) {
        declareBuffers()
        let (kept, reduced) = (plan.kept, plan.reduced)
        parameters.long("total", kept.elementCount)
        parameters.long("count", reduced.elementCount)
        parameters.long("span", plan.span)
        for axis in 0..<kept.rank {
            parameters.long("k\(axis)", kept.extents[axis])
            for operand in operands.indices { parameters.long("ks\(operand)_\(axis)", kept.strides[operand][axis]) }
        }
        for axis in 0..<reduced.rank {
            parameters.long("r\(axis)", reduced.extents[axis])
            for operand in operands.indices where !op.epilogueOperands.contains(operand) {
                parameters.long("rs\(operand)_\(axis)", reduced.strides[operand][axis])
            }
        }
        let perResult = GroupReductionPlan.items / plan.lanes
        var lines = [
            "const int lane = get_local_id(0);",
            plan.isRowwise
                ? "const int column = lane / \(perResult), member = lane % \(perResult);"
                : "const int column = lane % \(plan.lanes), member = lane / \(plan.lanes);",
            "const int k = get_group_id(0) * \(plan.lanes) + column, part = get_group_id(1);",
            "const bool exists = k < total;",
            "const int begin = part * (int)span, end = min(begin + (int)span, (int)count);",
        ]
        lines += wholePositions(of: "(exists ? k : 0)", prefix: "p", extents: (0..<kept.rank).map { "k\($0)" })
        for operand in operands.indices {
            let terms = (0..<kept.rank).map { ("p\($0)", "ks\(operand)_\($0)") }
            lines.append(pointer(operand, named: "x\(operand)", at: origin(operand) + offsetText(terms)))
        }
        for (index, kind) in op.reductions.enumerated() {
            let type = valueTypes[index]
            lines.append("\(type.valueType) h\(index) = \(kind.identity(type));")
            if kind.isPosition { lines.append("int at\(index) = -1;") }
        }
        lines.append("if (exists) for (int i = begin + member; i < end; i += \(perResult)) {")
        lines += wholePositions(of: "i", prefix: "q", extents: (0..<reduced.rank).map { "r\($0)" })
        func element(_ operand: Int) -> String {
            let terms = (0..<reduced.rank).map { ("q\($0)", "rs\(operand)_\($0)") }
            return operands[operand].dtype.loaded(from: "x\(operand)", at: "0" + offsetText(terms))
        }
        let source = body(load: element)
        lines += source.statements
        for (index, kind) in op.reductions.enumerated() {
            lines.append(
                kind.fold(
                    source.results[index].name, into: "h\(index)",
                    position: (held: "at\(index)", now: "q\(reduced.rank - 1)")))
        }
        lines.append("}")
        lines += tree(perResult: perResult, pitch: plan.isRowwise ? 1 : plan.lanes)
        let folded = { (index: Int) in op.reductions[index].isPosition ? "at\(index)" : "h\(index)" }
        let operand = { (operand: Int) in operands[operand].dtype.loaded(from: "x\(operand)", at: "0") }
        if let closing = op.closing {
            lines += spread(from: plan.isRowwise ? "column * \(perResult)" : "column")
            lines.append("if (!exists) return;")
            let (statements, values) = keptValues(value: folded, operand: operand)
            lines += statements
            if closing.storedValues > 0 { lines += ["if (member == 0) {"] + storingKept(values, at: "k") + ["}"] }
            lines += values.enumerated().map { "const \(op.keptTypes[$0].dtype.valueType) g\($0) = \($1);" }
            lines += closedResults.map {
                "__global \(results[$0].dtype.memoryType) *to\($0) = y\($0) + k * count;"
            }
            lines.append("for (int i = member; i < end; i += \(perResult)) {")
            lines += wholePositions(of: "i", prefix: "q", extents: (0..<reduced.rank).map { "r\($0)" })
            lines += closingElement(closing, at: "i", operand: element) + ["}"]
        } else {
            lines.append("if (exists && member == 0) {")
            lines += finish(value: folded, operand: operand, index: "part * total + k")
            lines.append("}")
        }
        launch(
            lines, single: false,
            global: LaunchSize(
                (kept.elementCount + plan.lanes - 1) / plan.lanes * GroupReductionPlan.items, plan.parts),
            local: LaunchSize(GroupReductionPlan.items), to: &recorder)
    }

    private var valueTypes: [DType] { op.body.dtypes }

    /// Joins the members' values `h<index>` by halves; member 0 holds the result.
    private func tree(perResult: Int, pitch: Int) -> [String] {
        var lines: [String] = []
        for (index, kind) in op.reductions.enumerated() {
            lines.append("__local \(valueTypes[index].sharedType) w\(index)[\(GroupReductionPlan.items)];")
            if kind.isPosition { lines.append("__local int wat\(index)[\(GroupReductionPlan.items)];") }
        }
        let share = op.reductions.enumerated().flatMap { index, kind in
            ["w\(index)[lane] = h\(index);"] + (kind.isPosition ? ["wat\(index)[lane] = at\(index);"] : [])
        }
        lines +=
            share + [
                "for (int far = \(perResult / 2); far > 0; far /= 2) {", "barrier(CLK_LOCAL_MEM_FENCE);",
                "if (member < far) {", "const int other = lane + far * \(pitch);",
            ]
        for (index, kind) in op.reductions.enumerated() {
            let (type, far) = (valueTypes[index].valueType, "v\(index)")
            lines.append("const \(type) \(far) = w\(index)[other];")
            if kind.isPosition {
                lines += kind.join(far, at: "wat\(index)[other]", into: "h\(index)", at: "at\(index)")
            } else {
                lines.append(kind.fold(far, into: "h\(index)", position: (held: "", now: "")))
            }
        }
        return lines + share + ["}", "}"]
    }

    /// Lets all members of a result have what member 0, whose cells are `cell`, holds of it.
    private func spread(from cell: String) -> [String] {
        ["barrier(CLK_LOCAL_MEM_FENCE);"]
            + op.reductions.enumerated().map { index, kind in
                kind.isPosition ? "at\(index) = wat\(index)[\(cell)];" : "h\(index) = w\(index)[\(cell)];"
            }
    }

    /// Statements that take a number below 2^31 apart: 32-bit divisions, which GPUs do in a third of the time.
    private func wholePositions(of number: String, prefix: String, extents: [String]) -> [String] {
        var lines = ["uint \(prefix)_rest = \(number);"]
        for axis in extents.indices.dropFirst().reversed() {
            lines.append("const long \(prefix)\(axis) = \(prefix)_rest % (uint)\(extents[axis]);")
            lines.append("\(prefix)_rest /= (uint)\(extents[axis]);")
        }
        return lines + ["const long \(prefix)0 = \(prefix)_rest;"]
    }
}

extension DType {
    /// The OpenCL C type of a value in local memory.
    fileprivate var sharedType: String { self == .bool ? "uchar" : valueType }
}

extension Ops.Reduce.Kind {
    /// The statements that join a position found elsewhere into the one held: the better value, the first of equals.
    fileprivate func join(_ value: String, at place: String, into held: String, at heldPlace: String) -> [String] {
        [
            "if (\(place) >= 0 && (\(heldPlace) < 0 || \(wins(value, over: held))"
                + " || (!\(wins(held, over: value)) && \(place) < \(heldPlace)))) {",
            "\(held) = \(value);", "\(heldPlace) = \(place);", "}",
        ]
    }
}
