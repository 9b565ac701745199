import IbexGraph
import IbexTestSupport

private let summed = Tolerance.ofPeak(2e-6)

extension OpRow {
    private static func reduce(
        _ kind: Ops.Reduce.Kind, _ shape: Shape, _ axes: [Int], dtype: DType = .float32, sampler: Sampler? = nil,
        special: [Double] = [], layouts: [Layout] = [.contiguous], gradient: Bool = true, differences: Bool = true
    ) -> OpRow {
        let logical = kind == .any || kind == .all
        let type = logical ? .bool : dtype
        let suited: Sampler =
            switch kind {
            case .product: .away(from: [-3, 0, 3], margin: 0.4)
            case .any, .all: .truth
            case .maximum, .minimum, .argMax, .argMin: .distinct
            case .sum: .normal
            }
        let differentiable = gradient && dtype.isFloatingPoint && !logical && !kind.isPosition
        let tolerance: Tolerance =
            switch (kind, dtype) {
            // The error of a sum grows with its terms, however they cancel.
            case (.sum, .float32): Tolerance(absolute: 1e-6 * Double(shape.elementCount).squareRoot(), ofPeak: 2e-6)
            case (.product, .float32): summed
            case (.sum, .float64), (.product, .float64): .ofPeak(1e-13)
            default: .exact
            }
        return OpRow(
            op: "Reduce",
            name: "\(kind.rawValue) \(type.rawValue)\(shape) axes \(axes)\(special.isEmpty ? "" : " specials")",
            operands: [Operand(shape: shape, dtype: type, sampler: sampler ?? suited, special: special)],
            layouts: layouts, tolerance: tolerance, gradientTolerance: differentiable ? .ofPeak(1e-5) : nil,
            checksDifferences: differences, keepsTypes: !type.isFloatingPoint,
            apply: { [.apply(Ops.Reduce(kind, axes: axes), $0[0])] })
    }

    static var reductions: [OpRow] {
        var rows: [OpRow] = []
        for kind in Ops.Reduce.Kind.allCases {
            // Equal rows would put the extremes on a kink.
            let layouts = Layout.allCases.filter { $0 != .broadcast || kind == .sum }
            rows.append(reduce(kind, [5, 7, 9], [1], layouts: layouts))
            rows.append(reduce(kind, [5, 33], [1]))
            rows.append(reduce(kind, [33, 5], [0]))
            if !kind.isPosition {
                rows.append(reduce(kind, [3, 4, 5], [0, 2], layouts: [.contiguous, .transposed]))
                rows.append(reduce(kind, [2, 3, 4], [0, 1, 2]))
                rows.append(reduce(kind, [2, 3], []))
                rows.append(reduce(kind, [], []))
            }
            if kind != .any, kind != .all {
                rows.append(reduce(kind, [4, 6], [1], dtype: .int32, sampler: .integers(-4...4)))
            }
        }
        for size in [1, 31, 32, 257, 4097, 70_001] {
            rows.append(reduce(.sum, [size], [0], differences: size < 5000))
            rows.append(reduce(.maximum, [size], [0], differences: size < 5000))
            rows.append(reduce(.argMax, [size], [0]))
        }
        // Rows that stand side by side, in whole vectors and a rest of them.
        for kind in [Ops.Reduce.Kind.sum, .maximum, .argMin] {
            rows += [[32, 10], [51, 3], [38, 31], [2, 20, 4]].map { reduce(kind, $0, [$0.rank - 1]) }
            rows.append(reduce(kind, [35, 5], [1], dtype: .int32, sampler: .integers(-4...4)))
            rows.append(reduce(kind, [35, 5], [1], dtype: .float64))
        }
        rows += [
            reduce(.sum, [1, 1000], [1]), reduce(.sum, [1000, 3], [0]), reduce(.sum, [129, 65], [0]),
            reduce(.sum, [65, 129], [1]), reduce(.sum, [6, 10, 17], [0, 1]),
            reduce(.sum, [7, 9], [0], dtype: .float64),
            reduce(.sum, [7, 9], [1], dtype: .int64, sampler: .integers(-9...9)),
            reduce(.maximum, [7, 9], [1], dtype: .int64, sampler: .integers(-9...9)),
            reduce(.maximum, [7, 9], [0], dtype: .uint8, sampler: .integers(0...255)),
            reduce(.sum, [0, 3], [0]), reduce(.sum, [3, 0], [0]), reduce(.product, [0, 3], [0]),
            reduce(.any, [0, 3], [0]), reduce(.all, [0, 3], [0]),
        ]
        return rows + reductionSpecials
    }

    private static var reductionSpecials: [OpRow] {
        let infinite: [Double] = [1, .infinity, -.infinity, 2, 3, .nan, 0, -1, -2, -3, -4, -5]
        return [
            reduce(.maximum, [4, 3], [1], special: infinite, differences: false),
            reduce(.minimum, [4, 3], [1], special: infinite, differences: false),
            reduce(.sum, [4, 3], [1], special: infinite, differences: false),
            reduce(.maximum, [2, 4], [1], special: [1, 3, 3, 2, 5, 5, 5, 5], differences: false),
            reduce(.minimum, [2, 4], [1], special: [1, -3, -3, 2, 5, 5, 5, 5], differences: false),
            reduce(.argMax, [2, 4], [1], special: [1, 3, 3, 2, 5, 5, 5, 5]),
            reduce(.argMin, [2, 4], [1], special: [1, -3, -3, 2, 5, 5, 5, 5]),
            reduce(.argMax, [2, 3], [1], special: [-.infinity, -.infinity, -.infinity, 1, .infinity, 0]),
            reduce(.argMax, [4, 3], [1], special: infinite), reduce(.argMin, [4, 3], [1], special: infinite),
            reduce(.argMax, [4, 3], [0], special: infinite), reduce(.argMin, [36, 3], [1], special: infinite),
            reduce(.argMax, [36, 3], [1], special: [Double](repeating: -.infinity, count: 3) + infinite),
            reduce(.maximum, [36, 3], [1], special: infinite, differences: false),
            reduce(.argMax, [2, 40], [1], special: [Double](repeating: -.infinity, count: 70)),
            reduce(.argMin, [2, 70], [1], special: [Double](repeating: .infinity, count: 33) + [.nan, 1, .nan]),
            reduce(.product, [3, 4], [1], special: [2, 0, 3, 4, 0, 5, 0, 1, 1, 2, 3, 4], differences: true),
        ]
    }

    /// Composites over reductions: a closing reduction behind elementwise work, and work behind it.
    static var fusions: [OpRow] {
        func row(
            _ name: String, _ shapes: [Shape], op: String = "Fused", sampler: Sampler = .normal,
            layouts: [Layout] = [.contiguous], _ apply: @escaping @Sendable ([Tensor]) -> [Tensor]
        ) -> OpRow {
            OpRow(
                op: op, name: "fused \(name)", operands: shapes.map { Operand(shape: $0, sampler: sampler) },
                layouts: layouts, tolerance: .ofPeak(4e-6), gradientTolerance: .ofPeak(2e-5), apply: apply)
        }
        return [
            row("chain", [[5, 7], [7], [5, 1]], layouts: Layout.allCases) {
                [(($0[0] * $0[1] + $0[2]).tanh() * 2 - 1).square()]
            },
            row("chain into a sum", [[9, 31], [31]]) { [($0[0] * $0[1]).exp().sum(axis: 1)] },
            row("chain into a sum of rows", [[31, 9], [9]]) { [($0[0] * $0[1]).sigmoid().sum(axis: 0)] },
            row("mean of squares", [[33, 17], [33, 17]]) { [($0[0] - $0[1]).square().mean()] },
            row("scaled rows into a sum and a largest", [[37, 6], [37, 1], [37, 6]]) { operands in
                [
                    (operands[0] * operands[1]).sum(axis: 1) + operands[1].reshaped(to: [37]),
                    (operands[0] - operands[2]).max(axis: 1),
                ]
            },
            row("several results", [[6, 9]]) { [$0[0].exp(), $0[0].sin() + 1, $0[0].square().sum(axis: 0)] },
            row("variance", [[6, 9, 4]]) { [$0[0].variance(axes: [0, 1])] },
            row("logSumExp", [[6, 9]], layouts: [.contiguous, .transposed]) { [$0[0].logSumExp(axes: [1])] },
            row("normalised rows", [[6, 33]]) { operands in
                let x = operands[0]
                let centred = x - x.mean(axis: 1, keepDims: true)
                return [centred * (centred.square().mean(axis: 1, keepDims: true) + 1e-3).rsqrt()]
            },
            row("rows scaled by what they fold to", [[6, 40], [40], [40]], layouts: Layout.allCases) { operands in
                let scale = (operands[0].square().mean(axis: 1, keepDims: true) + 1e-3).rsqrt()
                return [operands[0] * scale * operands[1] + operands[2], scale]
            },
            row("planes scaled by what they fold to", [[3, 5, 4], [5, 4]]) { operands in
                let total = operands[0].abs().sum(axes: [1, 2], keepDims: true)
                return [operands[0] / total - operands[1], (operands[0] * operands[1] + total).tanh()]
            },
            row("clip", [[40]], sampler: .away(from: [-1, 2], margin: 0.05)) { [$0[0].clipped(to: -1...2)] },
            row("two losses", [[6, 9], [6, 9]]) {
                [($0[0] - $0[1]).square().sum(), ($0[0] * $0[1]).sum(), $0[0].abs().mean()]
            },
            row("updates alike", [[6, 9], [17], [3, 3, 2], [6, 9], [17], [3, 3, 2]], op: "HorizontalFused") {
                operands in
                (0..<3).map { (operands[$0] * 0.9 - operands[$0 + 3] * 0.1).tanh() }
            },
            row("transposes between", [[5, 7], [7, 5]]) { [($0[0].transposed() + $0[1]).exp().transposed() * $0[0]] },
            row("integer to float", [[12]]) { operands in
                [operands[0] * Tensor.fill(3, [12], .int32).cast(to: operands[0].dtype)]
            },
        ]
    }
}
