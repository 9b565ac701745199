import IbexGraph
import IbexTestSupport

extension OpRow {
    /// All rows of the suite, but those of the elementwise table.
    static var kernels: [OpRow] {
        matmuls + convolutions + pools + reductions + fusions + softmaxes + gathers + sorts + movements + randoms
    }

    /// The first row of each op that computes with fractions, in `float64`.
    static var doubles: [OpRow] {
        var seen: Set<String> = []
        return kernels.compactMap { row in
            guard !row.keepsTypes, row.operands.contains(where: { $0.dtype == .float32 }), seen.insert(row.op).inserted
            else { return nil }
            return row.inDouble
        }
    }

    private var inDouble: OpRow {
        func tightened(_ tolerance: Tolerance) -> Tolerance { tolerance == .exact ? .exact : .ofPeak(1e-12) }
        return OpRow(
            op: op, name: "\(name) in double",
            operands: operands.map {
                var operand = $0
                if operand.dtype == .float32 { operand.dtype = .float64 }
                return operand
            },
            tolerance: tightened(tolerance), gradientTolerance: gradientTolerance.map(tightened),
            checksDifferences: false, apply: apply)
    }
}
