import IbexGraph

/// The tile of the GPU kernels: work-groups of 16 x 16 items make `size` x `size` results, `depth` steps of the sum
/// at a time.
struct GroupTile {
    let size: Int
    let depth: Int

    /// The tile for a result of so many rows and columns: large ones want more arithmetic for each number read, small
    /// ones more groups. Local memory stays below 18 kB.
    init(_ dtype: DType, rows: Int, columns: Int) {
        let isLarge = dtype == .float32 && rows >= 512 && columns >= 256
        size = isLarge ? 128 : 64
        depth = isLarge || dtype == .float64 ? 8 : 16
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
