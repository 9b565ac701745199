import IbexGraph
import IbexTestSupport

private let moved = Tolerance.ofPeak(1e-6)

extension OpRow {
    private static func movement(
        _ op: String, _ name: String, _ shapes: [Shape], dtype: DType = .float32, layouts: [Layout] = [.contiguous],
        _ apply: @escaping @Sendable ([Tensor]) -> Tensor
    ) -> OpRow {
        let sampler: Sampler =
            switch dtype {
            case .bool: .truth
            case .float32, .float64: .normal
            default: .integers(0...200)
            }
        return OpRow(
            op: op, name: "\(name) \(dtype.rawValue)\(shapes.map(\.description).joined(separator: " "))",
            operands: shapes.map { Operand(shape: $0, dtype: dtype, sampler: sampler) }, layouts: layouts,
            gradientTolerance: dtype.isFloatingPoint ? moved : nil, keepsTypes: !dtype.isFloatingPoint,
            apply: { [apply($0)] })
    }

    static var movements: [OpRow] {
        var rows: [OpRow] = []
        for dtype in [DType.float32, .int64, .uint8, .bool] {
            let layouts = dtype == .float32 ? Layout.allCases : [.contiguous]
            rows += [
                movement("Reshape", "reshape", [[4, 6]], dtype: dtype, layouts: layouts) { $0[0].reshaped(3, 8) },
                movement("Transpose", "transpose", [[3, 4, 5]], dtype: dtype, layouts: layouts) {
                    $0[0].transposed([2, 0, 1])
                },
                movement("Broadcast", "broadcast", [[3, 1]], dtype: dtype) { $0[0].broadcast(to: [2, 3, 4]) },
                movement("Slice", "slice", [[6, 7]], dtype: dtype, layouts: layouts) {
                    .apply(Ops.Slice(starts: [1, 6], counts: [4, 3], steps: [1, -2]), $0[0])
                },
                movement("Pad", "pad", [[3, 4]], dtype: dtype, layouts: layouts) {
                    $0[0].padded(low: [1, 0], high: [0, 2], value: 1)
                },
                movement("Concatenate", "concatenate", [[2, 3], [2, 1], [2, 4]], dtype: dtype, layouts: layouts) {
                    Tensor.apply(Ops.Concatenate(axis: 1), $0)[0]
                },
            ]
        }
        rows += [
            movement("Transpose", "transpose", [[33, 31]]) { $0[0].transposed() },
            movement("Transpose", "transpose back", [[2, 3, 4, 5]]) {
                $0[0].transposed([3, 1, 0, 2]).transposed([2, 1, 3, 0])
            },
            movement("Broadcast", "broadcast a scalar", [[]]) { $0[0].broadcast(to: [4, 5]) },
            movement("Slice", "slice nothing", [[4, 3]]) {
                .apply(Ops.Slice(starts: [0, 0], counts: [0, 3], steps: [1, 1]), $0[0])
            },
            movement("Slice", "flip", [[4, 5]]) { $0[0].flipped(axes: [0, -1]) },
            movement("Slice", "slice of a slice", [[9, 8]]) {
                Tensor.apply(
                    Ops.Slice(starts: [0, 1], counts: [2, 3], steps: [2, 1]),
                    .apply(Ops.Slice(starts: [8, 0], counts: [4, 4], steps: [-2, 2]), $0[0]))[0]
            },
            movement("Pad", "pad between", [[3, 4]]) {
                .apply(Ops.Pad(low: [1, 2], high: [3, 0], interior: [2, 1], value: -7), $0[0])
            },
            movement("Pad", "pad nothing", [[0, 2]]) { $0[0].padded(low: [1, 1], high: [1, 0], value: 3) },
            movement("Concatenate", "concatenate", [[2, 3], [1, 3]]) { Tensor.apply(Ops.Concatenate(axis: 0), $0)[0] },
            movement("Concatenate", "concatenate with nothing", [[2, 3], [0, 3]]) {
                Tensor.apply(Ops.Concatenate(axis: 0), $0)[0]
            },
            movement("Concatenate", "concatenate in the middle", [[2, 3, 4], [2, 1, 4]]) {
                Tensor.apply(Ops.Concatenate(axis: 1), $0)[0]
            },
            movement("Reshape", "reshape to a scalar", [[1, 1]]) { $0[0].reshaped(to: .scalar) },
            movement("Reshape", "reshape of a transpose", [[4, 6]]) { $0[0].transposed().reshaped(8, 3) },
        ]
        var stopped = movement("StopGradient", "stop gradient", [[3, 4]]) { $0[0] * $0[0].stopGradient() }
        stopped.checksDifferences = false
        rows.append(stopped)
        rows.append(
            movement("CustomGradient", "custom gradient", [[3, 4]]) { operands in
                .customGradient(operands[0]) {
                    $0.square()
                } backward: { x, _, upstream in
                    upstream * x * 2
                }
            })
        return rows + casts
    }

    private static var casts: [OpRow] {
        let types: [DType] = [.bool, .uint8, .int32, .int64, .float32, .float64]
        return types.flatMap { source in
            types.map { target in
                let signed = target != .uint8 && source != .uint8
                let sampler: Sampler =
                    source == .bool
                    ? .truth
                    : source.isFloatingPoint ? .uniform(signed ? -90 : 0, 90) : .integers(signed ? -90...90 : 0...90)
                let both = source.isFloatingPoint && target.isFloatingPoint
                return OpRow(
                    op: "Cast", name: "cast \(source.rawValue) to \(target.rawValue)",
                    operands: [
                        Operand(
                            shape: [5, 9], dtype: source, sampler: sampler, special: source == .bool ? [] : [0, 1])
                    ],
                    tolerance: target == .float32 && source == .float64 ? .relative(1e-7) : .exact,
                    gradientTolerance: both ? .ofPeak(1e-6) : nil, checksDifferences: false, keepsTypes: true,
                    apply: { [$0[0].cast(to: target)] })
            }
        }
    }

    static var randoms: [OpRow] {
        var rows: [OpRow] = []
        for (kind, dtype) in [
            (Ops.Random.Kind.uniform, DType.float32), (.uniform, .float64), (.normal, .float32), (.normal, .float64),
            (.bits, .int32),
        ] {
            for shape: Shape in [[1], [4], [7, 9], [1023], []] {
                let op = Ops.Random(kind, TensorType(shape, dtype), seed: 0x1234_5678_9ABC_DEF0, ordinal: 3)
                rows.append(
                    OpRow(
                        op: "Random", name: "random \(kind.rawValue) \(op.type)",
                        operands: [Operand(shape: [], dtype: .int64, special: [5_000_000_007])],
                        tolerance: kind == .normal ? .absolute(2e-6) : .exact, keepsTypes: true,
                        apply: { [.apply(op, $0[0])] }))
            }
        }
        return rows
    }
}
