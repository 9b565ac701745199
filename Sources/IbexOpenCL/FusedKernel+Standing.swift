import IbexGraph

extension FusedKernel {
    /// The element type of rows that stand side by side while they are folded: those of a CPU device that are too short to
    /// fill a vector and lie one behind the other. `nil` where rows are folded otherwise.
    func standingType(_ plan: ReductionPlan) -> DType? {
        guard plan.isShort, plan.splits == 1, plan.kept.rank == 1, plan.reduced.inner > 1 else { return nil }
        let standing = op.views.indices.filter { plan.reduced.step($0) != .uniform }
        let types = Set(standing.map { operands[$0].dtype })
        guard let type = types.first, types.count == 1, [.float32, .float64, .int32].contains(type) else { return nil }
        let isWhole = standing.allSatisfy {
            plan.reduced.step($0) == .unit && plan.kept.strides[$0] == [plan.reduced.inner]
        }
        return isWhole ? type : nil
    }

    /// Folds short rows, one to a lane, each in the order of its elements.
    mutating func lowerStanding(_ plan: ReductionPlan, of type: DType, to recorder: inout OpenCLRecorder) {
        let (count, total) = (plan.reduced.inner, plan.kept.elementCount)
        let lanes = RegisterTile(type, columns: 1, recorder.info).lanes
        let perItem = recorder.share(total, each: count).roundedUp(to: lanes)
        parameters.long("total", total)
        parameters.long("per_item", perItem)
        let standing = op.views.indices.filter { plan.reduced.step($0) != .uniform }

        var lines = [
            "const long first = get_global_id(0) * per_item, last = min(first + per_item, total);",
            "for (long k = first; k < last; k += \(lanes)) {",
            "const int held = (int)min(\(lanes)L, last - k);",
            // Three rows follow, hence three elements at least.
            "const bool whole = k + \(lanes + 3) <= last;",
        ]
        for operand in operands.indices {
            lines.append(pointer(operand, named: "x\(operand)", at: "\(origin(operand)) + k * ks\(operand)_0"))
        }
        for operand in standing {
            lines += [
                "\(type.valueType)\(lanes) s\(operand)[\(count.roundedUp(to: 4))];",
                "for (int e = 0; e < \(lanes * count); e += \(64 / type.byteCount)) PREFETCH(x\(operand) + e + 2048);",
                "if (whole) JOIN(NAME, _stand)(x\(operand), s\(operand));",
                "else JOIN(NAME, _stand_last)(x\(operand), held, s\(operand));",
            ]
        }
        lines += ["WIDE_LOOP", "for (int l = 0; l < held; l++) {"]
        for (index, kind) in op.reductions.enumerated() {
            let dtype = op.body.dtypes[index]
            lines.append("\(dtype.valueType) h\(index) = \(kind.identity(dtype));")
            if kind.isPosition { lines.append("int at\(index) = 0;") }
        }
        lines += ["_Pragma(\"unroll\")", "for (int i = 0; i < \(count); i++) {"]
        let step: (Int) -> String = { plan.kept.step($0).index("l", stride: "ks\($0)_0") }
        let source = body {
            standing.contains($0)
                ? "((const \(type.valueType) *)s\($0))[i * \(lanes) + l]"
                : operands[$0].dtype.loaded(from: "x\($0)", at: step($0))
        }
        lines += source.statements
        lines += op.reductions.enumerated().map {
            $1.follow(source.results[$0].name, into: "h\($0)", position: (held: "at\($0)", now: "i"))
        }
        lines.append("}")
        lines += finish(
            value: { op.reductions[$0].isPosition ? "at\($0)" : "h\($0)" },
            operand: { operands[$0].dtype.loaded(from: "x\($0)", at: step($0)) }, index: "k + l")
        lines += ["}", "}"]
        launch(
            lines, single: true,
            behind: KernelTemplate(
                "turn_rows", macros: [("REAL", type.valueType), ("VW", "\(lanes)"), ("COUNT", "\(count)")]),
            global: LaunchSize(total.dividedUp(by: perItem)), local: LaunchSize(1), to: &recorder)
    }
}
