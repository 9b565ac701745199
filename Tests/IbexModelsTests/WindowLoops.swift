import IbexGraph
import IbexModels
import IbexTestSupport

/// A window over one, two or three spatial axes, channels last, and what it gives by plain loops in Double.
struct WindowLoops: CustomStringConvertible {
    enum Kind: String, CaseIterable { case convolution, transposed, maximum, average }

    var kind: Kind
    var extents: [Int]
    var channels = 1
    var filters = 1
    var groups = 1
    var size: [Int]
    var strides: [Int]
    var dilation: [Int]
    var padding: String
    let batch = 2

    var axes: Int { extents.count }
    var description: String {
        "\(kind) \(extents)x\(channels) to \(filters), \(groups) groups, size \(size), strides \(strides), "
            + "dilation \(dilation), \(padding)"
    }

    /// A window that fits its input, drawn at random: odd extents, even sizes, strides beyond the size.
    static func random(_ kind: Kind, axes: Int, from source: inout RandomSource) -> WindowLoops {
        func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &source) }
        func list(_ range: ClosedRange<Int>) -> [Int] { (0..<axes).map { _ in draw(range) } }
        let isPool = kind == .maximum || kind == .average
        let size = list(1...(axes == 3 ? 3 : 4))
        let isDilated = !isPool && draw(0...2) == 0
        let strides = isDilated ? list(1...1) : list(1...5)
        let dilation = isDilated ? list(1...3) : list(1...1)
        let isCausal = kind == .convolution && axes == 1 && draw(0...2) == 0
        let padding = isCausal ? "causal" : draw(0...1) == 0 ? "valid" : "same"
        let spans = zip(size, dilation).map { ($0 - 1) * $1 + 1 }
        let isValid = padding == "valid" && kind != .transposed
        let extents = spans.map { draw((isValid ? $0 : 1)...(isValid ? $0 + 4 : 6)) }
        var loops = WindowLoops(
            kind: kind, extents: extents, size: size, strides: strides, dilation: dilation, padding: padding)
        loops.groups = kind == .convolution ? draw(1...2) : 1
        loops.channels = loops.groups * draw(1...3)
        loops.filters = isPool ? loops.channels : loops.groups * draw(1...3)
        return loops
    }

    /// The layer, made as from a file.
    func layer() throws -> Layer {
        let base = "\(axes)D"
        let sizes: Config = [
            "strides": ConfigValue(strides), "padding": .string(padding), "data_format": "channels_last",
        ]
        let kernel: Config = [
            "kernel_size": ConfigValue(size), "dilation_rate": ConfigValue(dilation), "filters": .int(filters),
            "groups": .int(groups), "use_bias": false,
        ]
        let (name, more): (String, Config) =
            switch kind {
            case .convolution: ("Conv\(base)", kernel)
            case .transposed: ("Conv\(base)Transpose", kernel)
            case .maximum: ("MaxPooling\(base)", ["pool_size": ConfigValue(size)])
            case .average: ("AveragePooling\(base)", ["pool_size": ConfigValue(size)])
            }
        return try LayerRegistry.layer(name, config: sizes.merging(more) { $1 })
    }

    var input: Shape { Shape([batch] + extents + [channels]) }
    var kernel: Shape {
        Shape(size + (kind == .transposed ? [filters, channels] : [channels / groups, filters]))
    }

    /// Extents of the result and cells in front, axis by axis, from Keras's rules.
    private var borders: [(extent: Int, front: Int)] {
        (0..<axes).map { axis in
            let (n, stride, span) = (extents[axis], strides[axis], (size[axis] - 1) * dilation[axis] + 1)
            if kind == .transposed {
                let whole = (n - 1) * stride + span
                return padding == "same" ? (n * stride, max(whole - n * stride, 0) / 2) : (max(whole, n * stride), 0)
            }
            switch padding {
            case "valid": return ((n - span) / stride + 1, 0)
            case "causal": return ((n - 1) / stride + 1, span - 1)
            default:
                let positions = (n - 1) / stride + 1
                return (positions, max((positions - 1) * stride + span - n, 0) / 2)
            }
        }
    }

    /// The cell that a tap touches when the window stands at a position; `nil` where that is padding.
    private func cell(_ position: [Int], _ tap: [Int], within limits: [Int]) -> [Int]? {
        let cell = (0..<axes).map { position[$0] * strides[$0] + tap[$0] * dilation[$0] - borders[$0].front }
        return zip(cell, limits).allSatisfy { $0 >= 0 && $0 < $1 } ? cell : nil
    }

    func result(_ x: Values, _ w: Values) -> Values {
        let shape = Shape([batch] + borders.map(\.extent) + [filters])
        var y = [Double](repeating: 0, count: shape.elementCount)
        func place(_ shape: Shape, _ index: [Int]) -> Int { zip(index, shape.strides).reduce(0) { $0 + $1.0 * $1.1 } }
        let positions = kind == .transposed ? extents : borders.map(\.extent)
        let limits = kind == .transposed ? borders.map(\.extent) : extents
        for n in 0..<batch {
            for position in indices(positions) {
                let touched = indices(size).compactMap { tap in
                    cell(position, tap, within: limits).map { (tap: tap, cell: $0) }
                }
                for f in 0..<filters {
                    let out = place(shape, [n] + position + [f])
                    switch kind {
                    case .maximum: y[out] = touched.map { x.scalars[place(input, [n] + $0.cell + [f])] }.max() ?? 0
                    case .average:
                        let sum = touched.reduce(0) { $0 + x.scalars[place(input, [n] + $1.cell + [f])] }
                        y[out] = sum / Double(touched.count)
                    case .convolution:
                        let (part, first) = (channels / groups, f / (filters / groups) * (channels / groups))
                        for (tap, cell) in touched {
                            for c in 0..<part {
                                y[out] +=
                                    x.scalars[place(input, [n] + cell + [first + c])]
                                    * w.scalars[place(kernel, tap + [c, f])]
                            }
                        }
                    case .transposed:
                        for (tap, cell) in touched {
                            for c in 0..<channels {
                                y[place(shape, [n] + cell + [f])] +=
                                    x.scalars[place(input, [n] + position + [c])]
                                    * w.scalars[place(kernel, tap + [f, c])]
                            }
                        }
                    }
                }
            }
        }
        return Values(shape, .float32, y)
    }

    private func indices(_ extents: [Int]) -> [[Int]] {
        extents.reduce([[]]) { found, extent in found.flatMap { index in (0..<extent).map { index + [$0] } } }
    }
}
