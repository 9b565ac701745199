import IbexGraph

/// How a pooling makes one number of many.
enum PoolingKind {
    case maximum, average

    /// Pools what a window sees at each of its positions; channels last.
    func windows(_ x: Tensor, _ window: Window) -> Tensor {
        self == .maximum ? x.maxPooled(window) : x.averagePooled(window)
    }

    /// Pools all cells along some axes.
    func whole(_ x: Tensor, axes: [Int], keepDims: Bool) -> Tensor {
        self == .maximum ? x.max(axes: axes, keepDims: keepDims) : x.mean(axes: axes, keepDims: keepDims)
    }

    /// Cuts an axis of n cells into bins, bin i from ⌊i n / count⌋ up to ⌈(i + 1) n / count⌉, and pools each.
    func bins(_ x: Tensor, axis: Int, count: Int) -> Tensor {
        let n = x.shape[axis]
        let bins = (0..<count).map { $0 * n / count..<(($0 + 1) * n + count - 1) / count }
        switch self {
        case .average:
            return x.mixed(
                along: axis, by: bins.map { bin in (0..<n).map { bin.contains($0) ? 1 / Double(bin.count) : 0 } })
        case .maximum:
            // Each bin gets as many cells as the longest: its last one again and again, which changes no maximum.
            let length = bins.map(\.count).max() ?? 1
            let cells = bins.flatMap { bin in (0..<length).map { Int32(min(bin.lowerBound + $0, bin.upperBound - 1)) } }
            let front = [axis] + (0..<x.rank).filter { $0 != axis }
            let rows = x.transposed(front).gathering(x.onItsDevice { Tensor(cells) })
            let pooled = rows.reshaped(1, cells.count, -1, rows.shape[-1])
                .maxPooled(Window(size: [length, 1], strides: [length, 1]))
            let back = Array(1...axis) + [0] + Array(axis + 1..<x.rank)
            return pooled.reshaped([count] + rows.shape.extents.dropFirst()).transposed(back)
        }
    }
}
