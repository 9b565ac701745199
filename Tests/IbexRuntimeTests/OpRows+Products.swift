import IbexGraph
import IbexTestSupport

private let products = Tolerance.ofPeak(2e-6)

extension OpRow {
    private static func matmul(
        _ a: Shape, _ b: Shape, _ tA: Bool = false, _ tB: Bool = false, dtype: DType = .float32,
        sampler: Sampler = .normal, layouts: [Layout] = [.contiguous]
    ) -> OpRow {
        let tolerance = dtype == .float64 ? Tolerance.ofPeak(1e-13) : products
        let kind = layouts == [.broadcast] ? "stretched matmul" : "matmul"
        return OpRow(
            op: "Matmul", name: "\(kind) \(dtype.rawValue) \(a)\(tA ? "ᵀ" : "") x \(b)\(tB ? "ᵀ" : "")",
            operands: [
                Operand(shape: a, dtype: dtype, sampler: sampler), Operand(shape: b, dtype: dtype, sampler: sampler),
            ],
            layouts: layouts,
            tolerance: tolerance, gradientTolerance: tolerance,
            apply: { [.apply(Ops.Matmul(transposeA: tA, transposeB: tB), $0[0], $0[1])] })
    }

    static var matmuls: [OpRow] {
        var rows = [matmul([5, 7], [7, 9], layouts: Layout.allCases.filter { $0 != .broadcast })]
        // The gradient of a stretched operand sums products over its rows too. Positive ones: else a sum may cancel to
        // far less than its terms, which is what rounding is measured by.
        rows.append(matmul([5, 7], [7, 9], sampler: .positive, layouts: [.broadcast]))
        rows.append(matmul([4, 3, 5], [4, 5, 6], sampler: .positive, layouts: [.broadcast]))
        let sizes = [
            (1, 1, 1), (1, 8, 31), (7, 9, 8), (8, 8, 8), (9, 7, 1), (16, 17, 15), (31, 33, 32), (32, 32, 32),
            (33, 31, 65),
            (64, 10, 63), (65, 5, 129), (2, 130, 3), (100, 257, 10), (3, 64, 64), (1, 300, 1), (4, 0, 3),
        ]
        for (m, k, n) in sizes { rows.append(matmul([m, k], [k, n])) }
        for (m, k, n) in [(7, 9, 8), (33, 31, 17), (64, 65, 32)] {
            rows.append(matmul([k, m], [k, n], true, false))
            rows.append(matmul([m, k], [n, k], false, true))
            rows.append(matmul([k, m], [n, k], true, true))
        }
        rows.append(matmul([4, 3, 5], [4, 5, 6], layouts: [.contiguous, .transposed]))
        rows.append(matmul([2, 1, 3, 5], [4, 5, 6]))
        rows.append(matmul([3, 5], [2, 5, 4]))
        rows.append(matmul([2, 6, 9], [1, 7, 9], false, true))
        rows.append(matmul([0, 3], [3, 4]))
        rows.append(matmul([9, 8], [8, 7], dtype: .float64))
        rows.append(matmul([33, 31], [17, 31], false, true, dtype: .float64))
        return rows + matmulTails
    }

    /// Products with something elementwise behind them, which a backend may take into its kernel.
    private static var matmulTails: [OpRow] {
        func tail(
            _ name: String, _ extra: [Operand], sampler: Sampler = .normal,
            _ apply: @escaping @Sendable ([Tensor]) -> [Tensor]
        ) -> OpRow {
            OpRow(
                op: "Matmul", name: "matmul, \(name)",
                operands: [Operand(shape: [33, 9], sampler: sampler), Operand(shape: [9, 17], sampler: sampler)]
                    + extra,
                tolerance: products, gradientTolerance: products, apply: apply)
        }
        return [
            tail("bias of columns, relu", [Operand(shape: [17], sampler: .uniform(3, 4))], sampler: .positive) {
                [($0[0].matmul($0[1]) + $0[2]).relu()]
            },
            tail("bias of columns, tanh", [Operand(shape: [17])]) { [($0[0].matmul($0[1]) + $0[2]).tanh()] },
            tail("bias of rows", [Operand(shape: [33, 1])]) { [$0[0].matmul($0[1]) + $0[2]] },
            tail("residual", [Operand(shape: [33, 17])]) { [$0[0].matmul($0[1]) * 0.5 + $0[2]] },
            tail("residual of a transposed tensor", [Operand(shape: [17, 33])]) {
                [$0[0].matmul($0[1]) - $0[2].transposed()]
            },
            tail("scaled by a scalar tensor", [Operand(shape: [])]) { [$0[0].matmul($0[1]) * $0[2]] },
            tail("mask", [Operand(shape: [33, 17], sampler: .away(from: [0], margin: 0.1))]) {
                [Tensor.where($0[2] .> 0, $0[0].matmul($0[1]), $0[2].filled(0))]
            },
            tail("two results", [Operand(shape: [33, 17]), Operand(shape: [17])]) { operands in
                let product = operands[0].matmul(operands[1])
                let slot = operands[2] * 0.9 + product.square() * 0.1
                return [slot, operands[3] - product * slot.sigmoid()]
            },
            tail("results of two types", [Operand(shape: [33, 17])]) { operands in
                let product = operands[0].matmul(operands[1]) + operands[2]
                return [product.tanh(), (product * 4).cast(to: .int32)]
            },
            tail("used twice", []) { operands in
                let product = operands[0].matmul(operands[1])
                return [product.sigmoid(), product.sum(axis: 0)]
            },
        ]
    }
}
