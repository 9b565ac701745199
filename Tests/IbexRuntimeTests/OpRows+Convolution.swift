import IbexGraph
import IbexTestSupport

private let convolved = Tolerance.ofPeak(2e-6)

/// One geometry of a convolution.
private struct Geometry: Sendable {
    var batch = 2
    var input: [Int]
    var channels: Int
    var filters: Int
    var size: [Int]
    var strides = [1, 1]
    var dilation = [1, 1]
    var groups = 1
    var same = false

    var window: Window { Window(size: size, strides: strides, dilation: dilation, same: same, input: input) }
    var x: Shape { Shape([batch] + input + [channels]) }
    var w: Shape { Shape(size + [channels / groups, filters]) }
    var y: Shape {
        Shape([batch, window.positions(0, input: input[0]), window.positions(1, input: input[1]), filters])
    }
    var name: String {
        "\(x) * \(w) strides \(strides) dilation \(dilation) groups \(groups) \(same ? "same" : "valid")"
    }
}

private let geometries: [Geometry] = [
    Geometry(input: [6, 7], channels: 3, filters: 5, size: [3, 3]),
    Geometry(input: [5, 5], channels: 1, filters: 1, size: [1, 1]),
    Geometry(batch: 1, input: [3, 3], channels: 2, filters: 3, size: [3, 3]),
    Geometry(input: [8, 9], channels: 7, filters: 8, size: [3, 2], same: true),
    Geometry(input: [8, 9], channels: 8, filters: 9, size: [2, 3], strides: [2, 1]),
    Geometry(input: [9, 8], channels: 9, filters: 7, size: [3, 3], strides: [2, 2], same: true),
    Geometry(input: [9, 10], channels: 2, filters: 4, size: [3, 3], dilation: [2, 2]),
    Geometry(input: [9, 10], channels: 2, filters: 4, size: [3, 2], dilation: [1, 3], same: true),
    Geometry(input: [6, 6], channels: 4, filters: 6, size: [3, 3], groups: 2),
    Geometry(input: [6, 6], channels: 5, filters: 5, size: [3, 3], groups: 5, same: true),
    Geometry(input: [6, 5], channels: 3, filters: 6, size: [2, 2], groups: 3),
    Geometry(batch: 3, input: [5, 6], channels: 16, filters: 17, size: [3, 3]),
    Geometry(batch: 3, input: [4, 5], channels: 17, filters: 16, size: [1, 1]),
    Geometry(batch: 1, input: [4, 35], channels: 1, filters: 32, size: [3, 3]),
    Geometry(batch: 1, input: [3, 5], channels: 31, filters: 33, size: [3, 3]),
    Geometry(batch: 1, input: [3, 4], channels: 33, filters: 31, size: [5, 5], same: true),
    Geometry(input: [7, 7], channels: 3, filters: 4, size: [2, 2], strides: [3, 3]),
    Geometry(batch: 9, input: [3, 3], channels: 2, filters: 64, size: [3, 3], same: true),
    Geometry(batch: 0, input: [4, 4], channels: 2, filters: 3, size: [3, 3]),
]

extension OpRow {
    static var convolutions: [OpRow] {
        var rows: [OpRow] = []
        for (position, geometry) in geometries.enumerated() {
            let (window, groups) = (geometry.window, geometry.groups)
            func row(_ op: String, _ operands: [Shape], _ apply: @escaping @Sendable ([Tensor]) -> Tensor) -> OpRow {
                OpRow(
                    op: op, name: "\(op) \(geometry.name)", operands: operands.map { Operand(shape: $0) },
                    layouts: position == 0 ? Layout.allCases : [.contiguous], tolerance: convolved,
                    gradientTolerance: convolved, apply: { [apply($0)] })
            }
            rows += [
                row("Convolution2D", [geometry.x, geometry.w]) {
                    .apply(Ops.Convolution2D(window, groups: groups), $0[0], $0[1])
                },
                row("Convolution2DInputGradient", [geometry.y, geometry.w]) { [x = geometry.x] in
                    .apply(Ops.Convolution2DInputGradient(window, groups: groups, input: x), $0[0], $0[1])
                },
                row("Convolution2DFilterGradient", [geometry.x, geometry.y]) { [w = geometry.w] in
                    .apply(Ops.Convolution2DFilterGradient(window, groups: groups, filter: w), $0[0], $0[1])
                },
            ]
        }
        return rows + tails
    }

    private static var tails: [OpRow] {
        let geometry = Geometry(input: [6, 7], channels: 3, filters: 17, size: [3, 3], same: true)
        let window = geometry.window
        func tail(
            _ name: String, _ extra: [Shape], sampler: Sampler = .normal,
            _ apply: @escaping @Sendable (Tensor, Tensor) -> Tensor
        ) -> OpRow {
            OpRow(
                op: "Convolution2D", name: "convolution, \(name)",
                operands: ([geometry.x, geometry.w] + extra).map { Operand(shape: $0, sampler: sampler) },
                tolerance: convolved, gradientTolerance: convolved,
                apply: { [apply(.apply(Ops.Convolution2D(window), $0[0], $0[1]), $0[2])] })
        }
        return [
            tail("bias, relu", [[17]], sampler: .positive) { ($0 + $1).relu() },
            tail("bias, sigmoid", [[17]]) { ($0 + $1).sigmoid() },
            tail("residual", [geometry.y]) { ($0 + $1).tanh() },
        ]
    }

    static var pools: [OpRow] {
        let exact = Tolerance.exact
        let summed = Tolerance.ofPeak(1e-6)
        var rows: [OpRow] = []
        let cases: [Geometry] = [
            Geometry(input: [6, 8], channels: 3, filters: 3, size: [2, 2], strides: [2, 2]),
            Geometry(input: [7, 9], channels: 5, filters: 5, size: [2, 2], strides: [2, 2]),
            Geometry(input: [7, 9], channels: 8, filters: 8, size: [3, 3], strides: [2, 2], same: true),
            Geometry(input: [5, 6], channels: 17, filters: 17, size: [3, 2], same: true),
            Geometry(batch: 1, input: [8, 8], channels: 33, filters: 33, size: [2, 3], strides: [3, 1]),
            Geometry(batch: 1, input: [4, 4], channels: 1, filters: 1, size: [4, 4], strides: [4, 4]),
            Geometry(batch: 0, input: [4, 4], channels: 1, filters: 1, size: [2, 2]),
        ]
        for (position, pool) in cases.enumerated() {
            let (window, x, y) = (pool.window, pool.x, pool.y)
            let layouts = position == 0 ? Layout.allCases.filter { $0 != .broadcast } : [.contiguous]
            func row(
                _ op: String, _ operands: [Operand], _ tolerance: Tolerance, gradient: Bool = true,
                _ apply: @escaping @Sendable ([Tensor]) -> Tensor
            ) -> OpRow {
                OpRow(
                    op: op, name: "\(op) \(x) \(window.size) strides \(window.strides) \(pool.same ? "same" : "valid")",
                    operands: operands, layouts: layouts, tolerance: tolerance,
                    gradientTolerance: gradient ? summed : nil, apply: { [apply($0)] })
            }
            let image = Operand(shape: x, sampler: .distinct)
            rows += [
                row("MaxPool2D", [image], exact) { .apply(Ops.MaxPool2D(window), $0[0]) },
                row("MaxPool2DGradient", [image, Operand(shape: y)], summed) {
                    .apply(
                        Ops.MaxPool2DGradient(window), $0[0].stopGradient(),
                        .apply(Ops.MaxPool2D(window), $0[0].stopGradient()), $0[1])
                },
                row("MaxPool2DPick", [image, Operand(shape: x)], exact) {
                    .apply(
                        Ops.MaxPool2DPick(window), $0[0].stopGradient(),
                        .apply(Ops.MaxPool2D(window), $0[0].stopGradient()), $0[1])
                },
                row("AveragePool2D", [Operand(shape: x)], summed) { .apply(Ops.AveragePool2D(window), $0[0]) },
                row("AveragePool2DGradient", [Operand(shape: y)], summed) {
                    .apply(Ops.AveragePool2DGradient(window, input: x), $0[0])
                },
            ]
        }
        return rows + poolTies
    }

    /// Level elements: the first of a window wins and gets the whole gradient; NaN is kept.
    private static var poolTies: [OpRow] {
        let window = Window(size: [2, 2], strides: [1, 1], same: true, input: [5, 5])
        var ties = OpRow(
            op: "MaxPool2D", name: "MaxPool2D of level elements",
            operands: [Operand(shape: [2, 5, 5, 3], sampler: .integers(-1...1))],
            gradientTolerance: .ofPeak(1e-6), apply: { [.apply(Ops.MaxPool2D(window), $0[0])] })
        ties.checksDifferences = false
        let negative = OpRow(
            op: "MaxPool2D", name: "MaxPool2D of negative elements",
            operands: [Operand(shape: [1, 5, 5, 2], sampler: .uniform(-9, -8))],
            apply: { [.apply(Ops.MaxPool2D(window), $0[0])] })
        let broken: [Double] = [1, .nan, 2, -.infinity, .infinity, 0, 3, .nan, -1, -.infinity, -.infinity, 4]
        let special = OpRow(
            op: "MaxPool2D", name: "MaxPool2D of NaN and infinities",
            operands: [Operand(shape: [1, 5, 5, 1], special: broken)],
            apply: { [.apply(Ops.MaxPool2D(window), $0[0])] })
        return [ties, negative, special]
    }
}
