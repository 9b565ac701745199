import IbexGraph

extension Ops.Reduce.Kind {
    /// What folding begins with.
    func identity(_ dtype: DType) -> String {
        switch self {
        case .sum, .any: "0"
        case .product, .all: "1"
        case .maximum, .argMax: Self.lowest(dtype)
        case .minimum, .argMin: Self.highest(dtype)
        }
    }

    private static func lowest(_ dtype: DType) -> String {
        switch dtype {
        case .int32: "INT_MIN"
        case .int64: "LONG_MIN"
        case .bool, .uint8: "0"
        default: "-INFINITY"
        }
    }

    private static func highest(_ dtype: DType) -> String {
        switch dtype {
        case .int32: "INT_MAX"
        case .int64: "LONG_MAX"
        case .bool: "1"
        case .uint8: "UCHAR_MAX"
        default: "INFINITY"
        }
    }

    /// Whether `value` takes the place of what was folded before; NaN wins, the first of equals stays.
    func wins(_ value: String, over held: String) -> String {
        let sign = self == .maximum || self == .argMax ? "<=" : ">="
        return "(!(\(value) \(sign) \(held)) && \(held) == \(held))"
    }

    /// The statement that folds `value` into `held`; `position` is where the value stands, for those that ask.
    func fold(_ value: String, into held: String, position: (held: String, now: String)) -> String {
        switch self {
        case .sum: "\(held) += \(value);"
        case .product: "\(held) *= \(value);"
        case .any: "\(held) = \(held) || \(value);"
        case .all: "\(held) = \(held) && \(value);"
        case .maximum, .minimum: "\(held) = \(wins(value, over: held)) ? \(value) : \(held);"
        case .argMax, .argMin:
            "{ const bool won = \(position.held) < 0 || \(wins(value, over: held)); "
                + "\(held) = won ? \(value) : \(held); "
                + "\(position.held) = won ? (int)(\(position.now)) : \(position.held); }"
        }
    }

    /// The statement that folds `value` where `held` began as the identity at the first position that is folded into it:
    /// that the first takes its place need not be asked.
    func follow(_ value: String, into held: String, position: (held: String, now: String)) -> String {
        guard isPosition else { return fold(value, into: held, position: position) }
        return "{ const bool won = \(wins(value, over: held)); \(held) = won ? \(value) : \(held); "
            + "\(position.held) = won ? \(position.now) : \(position.held); }"
    }

    /// The statement that folds what a lane folded; of equal values the one that stands first stays.
    func join(_ value: String, into held: String, position: (held: String, lane: String)) -> String {
        guard isPosition else { return fold(value, into: held, position: (held: "", now: "")) }
        return "if (\(position.lane) >= 0 && (\(position.held) < 0 || \(wins(value, over: held)) || "
            + "(\(position.lane) < \(position.held) && !\(wins(held, over: value))))) { "
            + "\(held) = \(value); \(position.held) = \(position.lane); }"
    }
}

extension FusedKernel {
    /// The type of each folded value.
    private var foldedTypes: [DType] { op.body.dtypes }

    private func folding(_ source: ExpressionSource, at element: String, position: String) -> [String] {
        op.reductions.enumerated().map { index, kind in
            kind.fold(
                source.results[index].name, into: "h\(index)\(element)",
                position: (held: "at\(index)\(element)", now: position))
        }
    }

    private func folded(_ index: Int, _ element: String, isCPU: Bool = true) -> String {
        if op.reductions[index].isPosition { return "at\(index)\(element)" }
        return isCPU && isStretched(index) ? "(t\(index)\(element) + h\(index)\(element))" : "h\(index)\(element)"
    }

    /// Whether a CPU device sums stretches of neighbours and then the stretches: the error of a plain sum grows with the
    /// number of terms.
    private func isStretched(_ index: Int) -> Bool {
        op.reductions[index] == .sum && foldedTypes[index].isFloatingPoint
    }

    /// The terms of a stretch.
    private static let stretch = 256

    /// Ends a stretch once it is long enough: `position` has gone on from `begun` to where it is now.
    private func stretchEnd(from begun: String, to position: String, terms: Int, _ add: (Int) -> String) -> [String] {
        let sums = op.reductions.indices.filter(isStretched)
        guard !sums.isEmpty else { return [] }
        return ["held += \(position) - \(begun);", "if (held >= \(terms)) {", "held = 0;"] + sums.map(add) + ["}"]
    }

    /// What stands before a loop whose body's operands take the steps given where the widest vectors are worth it.
    private func widening(_ step: (Int) -> InnerStep) -> [String] {
        let isWide =
            op.views.count <= 8
            && op.views.indices.allSatisfy { operands[$0].dtype.byteCount >= 4 && step($0) != .strided }
        return isWide ? ["WIDE_LOOP"] : []
    }

    /// Folds neighbouring elements: one result after the other, its inner loop spread over lanes on CPU devices.
    mutating func lowerRows(_ plan: ReductionPlan, to recorder: inout OpenCLRecorder) {
        let isCPU = recorder.variant == .cpu
        let kept = plan.kept.elementCount
        let perItem = isCPU ? recorder.share(kept, each: plan.reduced.elementCount) : 1
        parameters.long("total", kept)
        parameters.long("per_item", perItem)
        let inner = plan.reduced.rank - 1
        let lanes = isCPU ? ReductionPlan.lanes : 0
        let widening = widening { plan.reduced.step($0) }

        var lines = [
            "const long first = get_global_id(0) * per_item, last = min(first + per_item, total);",
            "const long from = get_global_id(1) * span, to = min(from + span, r0);",
            inner == 0 ? "const long begin = from, end = to;" : "const long begin = 0, end = r\(inner);",
            "for (long k = first; k < last; k++) {",
        ]
        lines += positionStatements(of: "k", prefix: "p", extents: (0..<plan.kept.rank).map { "k\($0)" })
        for operand in operands.indices {
            let terms = (0..<plan.kept.rank).map { ("p\($0)", "ks\(operand)_\($0)") }
            lines.append(pointer(operand, named: "x\(operand)", at: origin(operand) + offsetText(terms)))
        }
        lines += closedResults.map {
            "__global \(results[$0].dtype.memoryType) *to\($0) = y\($0) + k * r0;"
        }
        for (index, kind) in op.reductions.enumerated() {
            let type = foldedTypes[index]
            lines.append("\(type.valueType) h\(index) = \(kind.identity(type));")
            if kind.isPosition { lines.append("int at\(index) = -1;") }
            guard lanes > 0 else { continue }
            if isStretched(index) { lines.append("\(type.valueType) t\(index) = 0;") }
            lines.append("\(type.valueType) w\(index)[\(lanes)];")
            if kind.isPosition { lines.append("int wat\(index)[\(lanes)];") }
        }
        if lanes > 0 {
            lines.append("long held = 0;")
            lines.append("const bool wide = end - begin >= \(lanes);")
            lines += ["if (wide) {"] + widening + ["for (int l = 0; l < \(lanes); l++) {"]
            for (index, kind) in op.reductions.enumerated() {
                lines.append("w\(index)[l] = \(kind.identity(foldedTypes[index]));")
                if kind.isPosition { lines.append("wat\(index)[l] = (int)begin + l;") }
            }
            lines += ["}", "}"]
        }
        lines += reducedLoops(plan, axes: inner)
        lines.append("long i = begin;")
        if lanes > 0 {
            let terms = lanes * Self.stretch
            lines.append("if (wide) while (i + \(lanes) <= end) {")
            lines.append("const long begun = i, pause = min(i + \(terms), end);")
            lines.append("for (; i + \(lanes) <= pause; i += \(lanes)) {")
            for operand in op.views.indices where plan.reduced.step(operand) == .unit {
                let bytes = operands[operand].dtype.byteCount
                for ahead in stride(from: 0, to: lanes * bytes, by: 64) {
                    lines.append("PREFETCH(z\(operand) + i + \((8192 + ahead) / bytes));")
                }
            }
            for result in closedResults {
                let bytes = results[result].dtype.byteCount
                for ahead in stride(from: 0, to: lanes * bytes, by: 64) {
                    lines.append("PREFETCH_WRITE(to\(result) + i + \(ahead / bytes));")
                }
            }
            lines += widening + ["for (int l = 0; l < \(lanes); l++) {"]
            let source = body { element(plan, at: "(i + l)", of: $0) }
            lines += source.statements
            lines += op.reductions.enumerated().map {
                $1.follow(
                    source.results[$0].name, into: "w\($0)[l]", position: (held: "wat\($0)[l]", now: "(int)i + l"))
            }
            lines += ["}", "}"]
            lines += stretchEnd(from: "begun", to: "i", terms: terms / 2) { index in
                "{ \(foldedTypes[index].valueType) s = 0; "
                    + "for (int l = 0; l < \(lanes); l++) { s += w\(index)[l]; w\(index)[l] = 0; } t\(index) += s; }"
            }
            lines.append("}")
        }
        lines.append("for (; i < end; i++) {")
        let source = body { element(plan, at: "i", of: $0) }
        lines += source.statements + folding(source, at: "", position: "i") + ["}"]
        lines += [String](repeating: "}", count: inner)
        if lanes > 0 {
            lines.append("if (wide) {")
            lines.append("_Pragma(\"unroll\")")
            lines.append("for (int far = \(lanes / 2); far > 0; far /= 2) for (int l = 0; l < far; l++) {")
            for (index, kind) in op.reductions.enumerated() {
                lines.append(
                    kind.join(
                        "w\(index)[l + far]", into: "w\(index)[l]",
                        position: (held: "wat\(index)[l]", lane: "wat\(index)[l + far]")))
            }
            lines.append("}")
            for (index, kind) in op.reductions.enumerated() {
                lines.append(
                    kind.join(
                        "w\(index)[0]", into: "h\(index)", position: (held: "at\(index)", lane: "wat\(index)[0]")))
            }
            lines.append("}")
        }
        let (statements, values) = keptValues(
            value: { folded($0, "", isCPU: isCPU) }, operand: { operands[$0].dtype.loaded(from: "x\($0)", at: "0") })
        lines += statements + storingKept(values, at: "get_global_id(1) * total + k") + closingRow(plan, values) + ["}"]
        launch(
            lines, single: isCPU, global: LaunchSize((kept + perItem - 1) / perItem, plan.splits),
            local: LaunchSize(isCPU ? 1 : 64), to: &recorder)
    }

    /// The element of a body operand at a position of the innermost reduced axis.
    private func element(_ plan: ReductionPlan, at position: String, of operand: Int) -> String {
        let stride = "rs\(operand)_\(plan.reduced.rank - 1)"
        return operands[operand].dtype.loaded(
            from: "z\(operand)", at: plan.reduced.step(operand).index(position, stride: stride))
    }

    /// Rows that a columnwise reduction of so many operands takes at a time: as many as their code stays short for.
    private static func rowsAtOnce(_ operands: Int) -> [Int] {
        switch operands {
        case ...2: [8, 1]
        case ...4: [4, 1]
        default: [1]
        }
    }
    private static let columnsAtOnce = 64

    /// Folds rows onto a block of neighbouring results.
    mutating func lowerColumns(_ plan: ReductionPlan, to recorder: inout OpenCLRecorder) {
        let (block, largest) = (plan.block, ReductionPlan.largestBlock)
        let last = plan.kept.rank - 1
        parameters.long("rows", plan.kept.rows)
        parameters.long("block", block)
        var lines = [
            "const long row = get_global_id(0), column = get_global_id(2) * block;",
            "const long from = get_global_id(1) * span, to = min(from + span, r0);",
            "const int columns = (int)min(block, k\(last) - column);",
        ]
        lines += positionStatements(of: "row", prefix: "p", extents: (0..<last).map { "k\($0)" })
        for operand in operands.indices {
            let terms = (0..<last).map { ("p\($0)", "ks\(operand)_\($0)") } + [("column", "ks\(operand)_\(last)")]
            lines.append(pointer(operand, named: "x\(operand)", at: origin(operand) + offsetText(terms)))
        }
        for (index, kind) in op.reductions.enumerated() {
            lines.append("\(foldedTypes[index].valueType) h\(index)[\(largest)];")
            if kind.isPosition { lines.append("int at\(index)[\(largest)];") }
            if isStretched(index) { lines.append("\(foldedTypes[index].valueType) t\(index)[\(largest)];") }
        }
        lines.append("for (int c = 0; c < columns; c++) {")
        for (index, kind) in op.reductions.enumerated() {
            lines.append("h\(index)[c] = \(kind.identity(foldedTypes[index]));")
            if kind.isPosition { lines.append("at\(index)[c] = -1;") }
            if isStretched(index) { lines.append("t\(index)[c] = 0;") }
        }
        lines.append("}")
        lines.append("long held = 0;")
        let step: (Int) -> String = { plan.kept.step($0).index("c", stride: "ks\($0)_\(last)") }
        let inner = plan.reduced.rank - 1
        lines += reducedLoops(plan, axes: inner)
        lines.append(inner == 0 ? "const long stop = to;" : "const long stop = r\(inner);")
        lines.append("long q = \(inner == 0 ? "from" : "0");")
        lines.append("while (q < stop) {")
        lines.append("const long begun = q, pause = min(q + \(Self.stretch), stop);")
        // Several rows at a time: more memory on its way, fewer passes over what is folded.
        let widening = widening { plan.kept.step($0) }
        for rows in Self.rowsAtOnce(op.views.count) {
            lines.append("for (; q + \(rows) <= pause; q += \(rows)) {")
            for row in 0..<rows {
                for operand in op.views.indices {
                    let stride =
                        switch plan.reduced.step(operand) {
                        case .uniform: "0"
                        case .unit: "1"
                        case .strided: "rs\(operand)_\(inner)"
                        }
                    lines.append(
                        pointer(operand, named: "z\(operand)_\(row)", at: "z\(operand) + (q + \(row)) * \(stride)"))
                }
            }
            // The next rows are asked for meanwhile: several at once are too many streams for the processor to foresee.
            let walked = op.views.indices.filter {
                rows > 1 && !widening.isEmpty && plan.kept.step($0) == .unit && plan.reduced.step($0) != .uniform
            }
            lines.append("for (int b = 0; b < columns; b += \(Self.columnsAtOnce)) {")
            for operand in walked {
                let step = 64 / operands[operand].dtype.byteCount
                let next = plan.reduced.step(operand).index("\(rows)", stride: "rs\(operand)_\(inner)")
                for row in 0..<rows {
                    for ahead in stride(from: 0, to: Self.columnsAtOnce, by: step) {
                        lines.append("PREFETCH(z\(operand)_\(row) + \(next) + b + \(ahead));")
                    }
                }
            }
            lines.append("const int edge = min(b + \(Self.columnsAtOnce), columns);")
            lines += widening
            lines.append("for (int c = b; c < edge; c++) {")
            for row in 0..<rows {
                let source = body { operands[$0].dtype.loaded(from: "z\($0)_\(row)", at: step($0)) }
                lines += ["{"] + source.statements + folding(source, at: "[c]", position: "q + \(row)") + ["}"]
            }
            lines += ["}", "}", "}"]
        }
        lines += stretchEnd(from: "begun", to: "q", terms: Self.stretch / 2) {
            "for (int c = 0; c < columns; c++) { t\($0)[c] += h\($0)[c]; h\($0)[c] = 0; }"
        }
        lines.append("}")
        lines += [String](repeating: "}", count: inner)
        lines.append("for (int c = 0; c < columns; c++) {")
        lines += finish(
            value: { folded($0, "[c]") }, operand: { operands[$0].dtype.loaded(from: "x\($0)", at: step($0)) },
            index: "(get_global_id(1) * rows + row) * k\(last) + column + c")
        lines.append("}")
        launch(
            lines, single: true,
            global: LaunchSize(plan.kept.rows, plan.splits, (plan.kept.inner + block - 1) / block),
            local: LaunchSize(1), to: &recorder)
    }
}
