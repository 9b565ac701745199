import IbexGraph
import IbexTestSupport

private let summed = Tolerance.ofPeak(2e-6)

extension OpRow {
    static var gathers: [OpRow] {
        var rows: [OpRow] = []
        for (table, indices) in [
            (Shape([7, 5]), Shape([9])), ([1, 1], [1]), ([33, 31], [65]), ([6, 2, 3], [4]), ([9], [17]),
            ([5, 4], [2, 3]),
            ([5, 4], []), ([5, 4], [0]), ([3, 784], [8]),
        ] {
            for dtype in [DType.int32, .int64] {
                let layouts = table == [7, 5] && dtype == .int32 ? Layout.allCases : [.contiguous]
                rows.append(
                    OpRow(
                        op: "Gather", name: "gather \(table) at \(dtype.rawValue)\(indices)",
                        operands: [
                            Operand(shape: table),
                            Operand(shape: indices, dtype: dtype, sampler: .integers(0...table[0] - 1)),
                        ],
                        layouts: layouts, gradientTolerance: summed, apply: { [.apply(Ops.Gather(), $0[0], $0[1])] }))
            }
        }
        for dtype in [DType.uint8, .int64, .bool, .float64] {
            rows.append(
                OpRow(
                    op: "Gather", name: "gather of \(dtype.rawValue)",
                    operands: [
                        Operand(shape: [9, 7], dtype: dtype, sampler: dtype == .bool ? .truth : .integers(0...100)),
                        Operand(shape: [12], dtype: .int32, sampler: .integers(0...8)),
                    ],
                    keepsTypes: true, apply: { [.apply(Ops.Gather(), $0[0], $0[1])] }))
        }
        rows.append(
            OpRow(
                op: "Gather", name: "gather outside the table",
                operands: [
                    Operand(shape: [4, 3]),
                    Operand(shape: [5], dtype: .int32, special: [-1, 4, 2, -2_000_000_000, 2_000_000_000]),
                ],
                gradientTolerance: summed, checksDifferences: false, apply: { [.apply(Ops.Gather(), $0[0], $0[1])] }))
        return rows + batches + gradients + oneHots
    }

    /// A batch cut from a shuffled index buffer by a counter.
    private static var batches: [OpRow] {
        let order = Operand(shape: [20], dtype: .int32, sampler: .integers(0...11))
        let offset = Operand(shape: [], dtype: .int64, special: [6])
        let pixels = Operand(shape: [12, 9], dtype: .uint8, sampler: .integers(0...255))
        return [
            OpRow(
                op: "Gather", name: "gather from an offset", operands: [Operand(shape: [12, 9]), order, offset],
                apply: { Tensor.apply(Ops.Gather(count: 7), $0) }),
            OpRow(
                op: "Gather", name: "gather from an offset, cast and scaled", operands: [pixels, order, offset],
                tolerance: .relative(1e-6), keepsTypes: true,
                apply: { [Tensor.apply(Ops.Gather(count: 7), $0)[0].cast(to: .float32) * (1 / 255.0)] }),
            OpRow(
                op: "Gather", name: "gather from an offset beyond the end",
                operands: [Operand(shape: [12, 3]), order, Operand(shape: [], dtype: .int64, special: [17])],
                apply: { [Tensor.apply(Ops.Gather(count: 3), $0)[0]] }),
        ]
    }

    private static var gradients: [OpRow] {
        [(4, Shape([9, 5])), (1, [3, 2]), (33, [70, 31]), (5, [6]), (3, [0, 4]), (2, [300, 2]), (50, [7, 2, 3])].map {
            (rows: Int, upstream: Shape) in
            OpRow(
                op: "GatherGradient", name: "gather gradient of \(upstream) into \(rows) rows",
                operands: [
                    Operand(shape: [upstream[0]], dtype: .int32, sampler: .integers(0...rows - 1)),
                    Operand(shape: upstream),
                ],
                tolerance: summed, gradientTolerance: summed,
                apply: { [.apply(Ops.GatherGradient(rows: rows), $0[0], $0[1])] })
        }
    }

    private static var oneHots: [OpRow] {
        [DType.int32, .int64, .uint8].flatMap { source in
            [DType.float32, .float64, .bool, .int32].map { target in
                let indices: [Double] = source == .uint8 ? [4, 5, 255] : [-1, 4, 5]
                return OpRow(
                    op: "OneHot", name: "one-hot \(source.rawValue) as \(target.rawValue)",
                    operands: [Operand(shape: [2, 4], dtype: source, sampler: .integers(0...4), special: indices)],
                    keepsTypes: true, apply: { [.apply(Ops.OneHot(depth: 5, dtype: target), $0[0])] })
            }
        }
    }
}
