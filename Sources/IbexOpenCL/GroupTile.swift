import IbexGraph

/// The tile of the GPU kernels: work-groups of 16 x 16 items make `size` x `size` results, `depth` steps of the sum
/// at a time.
struct GroupTile: TuningCandidate {
    private(set) var size: Int
    private(set) var depth: Int

    var name: String { "\(size)x\(depth)" }

    /// The tile for a result of so many rows and columns: large ones want more arithmetic for each number read, small
    /// ones more groups. Local memory stays below 18 kB.
    init(_ dtype: DType, rows: Int, columns: Int) {
        let isLarge = dtype == .float32 && rows >= 512 && columns >= 256
        size = isLarge ? 128 : 64
        depth = isLarge || dtype == .float64 ? 8 : 16
    }

    /// The rule's tile first, then the others that every device has local memory for.
    static func candidates(_ dtype: DType, rows: Int, columns: Int) -> [GroupTile] {
        let rule = GroupTile(dtype, rows: rows, columns: columns)
        var all = [rule]
        for (size, depth) in dtype == .float64 ? [(64, 8)] : [(128, 8), (64, 8), (64, 16)] {
            var tile = rule
            (tile.size, tile.depth) = (size, depth)
            if tile != rule { all.append(tile) }
        }
        return all
    }

    static let local = LaunchSize(16, 16)

    /// The launch that covers the result, `layers` times over.
    func global(rows: Int, columns: Int, layers: Int) -> LaunchSize {
        LaunchSize((columns + size - 1) / size * 16, (rows + size - 1) / size * 16, layers)
    }

    func groups(rows: Int, columns: Int) -> Int { (columns + size - 1) / size * ((rows + size - 1) / size) }

    func macros(_ dtype: DType) -> [(key: String, value: String)] {
        [("REAL", dtype.valueType), ("TILE", "\(size)"), ("DEPTH", "\(depth)")]
    }
}
