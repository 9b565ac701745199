import IbexGraph
import IbexTestSupport

private let close = Tolerance.ofPeak(3e-6)
private let closeGradient = Tolerance.ofPeak(1e-5)

extension OpRow {
    static var softmaxes: [OpRow] {
        var rows: [OpRow] = []
        let shapes: [Shape] = [
            [5, 7], [1, 1], [3, 10], [9, 31], [8, 32], [7, 33], [2, 257], [1, 1001], [2, 3, 5], [4], [0, 3],
            [19, 10], [20, 10], [35, 4], [21, 1], [38, 3],
        ]
        for (position, shape) in shapes.enumerated() {
            let layouts = position == 0 ? Layout.allCases : [.contiguous]
            for (op, name) in [(true, "Softmax"), (false, "LogSoftmax")] {
                rows.append(
                    OpRow(
                        op: name, name: "\(name) \(shape)", operands: [Operand(shape: shape)], layouts: layouts,
                        tolerance: close, gradientTolerance: closeGradient,
                        apply: { op ? [.apply(Ops.Softmax(), $0[0])] : [.apply(Ops.LogSoftmax(), $0[0])] }))
            }
        }
        for name in ["Softmax", "LogSoftmax"] {
            let large: [Double] = [1e4, 1e4 - 1, 0, -1e4, 90, 89, 88, -3e38, -.infinity, 0, 1, 2, 3e38, -3e38, 0, 1]
            var row = OpRow(
                op: name, name: "\(name) of large numbers", operands: [Operand(shape: [4, 4], special: large)],
                tolerance: close, gradientTolerance: closeGradient,
                apply: { name == "Softmax" ? [.apply(Ops.Softmax(), $0[0])] : [.apply(Ops.LogSoftmax(), $0[0])] })
            row.checksDifferences = false
            rows.append(row)
            // Enough rows of few classes for whole vectors of them, with NaN and infinity in some.
            let odd: [Double] = [.nan, 0, 1, 2, 3, 0, -.infinity, 1, 2, -3e38, -87, -87.5, 0, -88.5, -104]
            var short = OpRow(
                op: name, name: "\(name) of odd numbers in short rows",
                operands: [Operand(shape: [23, 5], special: odd)], tolerance: close,
                apply: { name == "Softmax" ? [.apply(Ops.Softmax(), $0[0])] : [.apply(Ops.LogSoftmax(), $0[0])] })
            short.checksDifferences = false
            rows.append(short)
        }
        return rows + crossEntropies
    }

    private static var crossEntropies: [OpRow] {
        var rows: [OpRow] = []
        for shape: Shape in [[5, 7], [1, 1], [33, 10], [20, 3], [3, 32], [4, 33], [2, 300], [0, 4]] {
            let layouts: [Layout] = shape == [5, 7] ? [.contiguous, .transposed, .sliced, .strided] : [.contiguous]
            let (samples, classes) = (shape[0], shape[1])
            let sparse = Operand(shape: [samples], dtype: .int32, sampler: .integers(0...classes - 1))
            let dense = Operand(shape: shape, sampler: .uniform(0, 1))
            for labels in [dense, sparse] {
                let kind = labels.dtype == .int32 ? "sparse" : "dense"
                rows.append(
                    OpRow(
                        op: "SoftmaxCrossEntropy", name: "SoftmaxCrossEntropy \(kind) \(shape)",
                        operands: [Operand(shape: shape), labels], layouts: layouts, tolerance: close,
                        gradientTolerance: closeGradient, apply: { Tensor.apply(Ops.SoftmaxCrossEntropy(), $0) }))
                rows.append(
                    OpRow(
                        op: "SoftmaxCrossEntropyGradient", name: "SoftmaxCrossEntropyGradient \(kind) \(shape)",
                        operands: [Operand(shape: shape, sampler: .uniform(0, 1)), labels, Operand(shape: [samples])],
                        layouts: layouts, tolerance: close, gradientTolerance: closeGradient,
                        apply: { Tensor.apply(Ops.SoftmaxCrossEntropyGradient(), $0) }))
            }
        }
        for dtype in [DType.int64, .uint8] {
            rows.append(
                OpRow(
                    op: "SoftmaxCrossEntropy", name: "SoftmaxCrossEntropy \(dtype.rawValue) labels",
                    operands: [Operand(shape: [6, 5]), Operand(shape: [6], dtype: dtype, sampler: .integers(0...4))],
                    tolerance: close, gradientTolerance: closeGradient,
                    apply: { [Tensor.apply(Ops.SoftmaxCrossEntropy(), $0)[0]] }))
        }
        // A class number outside the row costs NaN, and its row alone.
        for name in ["SoftmaxCrossEntropy", "SoftmaxCrossEntropyGradient"] {
            let labels = Operand(
                shape: [22], dtype: .int32, sampler: .integers(0...4), special: [5, 0, -1, 4, .init(Int32.max)])
            var outside = OpRow(
                op: name, name: "\(name) of labels outside",
                operands: [Operand(shape: [22, 5]), labels, Operand(shape: [22])], tolerance: close,
                apply: {
                    name == "SoftmaxCrossEntropy"
                        ? Tensor.apply(Ops.SoftmaxCrossEntropy(), Array($0.prefix(2)))
                        : [.apply(Ops.SoftmaxCrossEntropyGradient(), $0[0], $0[1], $0[2])]
                })
            outside.checksDifferences = false
            rows.append(outside)
        }
        var large = OpRow(
            op: "SoftmaxCrossEntropy", name: "SoftmaxCrossEntropy of large logits",
            operands: [
                Operand(shape: [3, 3], special: [1e4, 0, -1e4, -3e38, 0, 3e38, 100, 100, 100]),
                Operand(shape: [3], dtype: .int32, special: [0, 2, 1]),
            ],
            tolerance: close, gradientTolerance: closeGradient,
            apply: { [Tensor.apply(Ops.SoftmaxCrossEntropy(), $0)[0]] })
        large.checksDifferences = false
        rows.append(large)
        return rows
    }
}
