import IbexGraph

/// The tile of the GPU kernels: work-groups of 256 items make `size` x `size` results, `depth` steps of the sum at a
/// time. Local memory stays below 18 kB.
struct GroupTile: TuningCandidate {
    let size: Int
    let depth: Int

    var name: String { "\(size)x\(depth)" }

    static let local = LaunchSize(256)
}

/// A product as the GPU kernels tile it: `layers` matrices of `rows` x `columns`, sums of `steps` terms.
struct GroupProduct {
    let dtype: DType
    let rows, columns, layers, steps: Int
    /// Neighbours of each operand that a work-item fetches at once: those that 16 aligned bytes hold, or one.
    let widths: (a: Int, b: Int)

    /// - Parameter runs: how many elements of each operand lie side by side, at least, from a multiple of that.
    init(_ dtype: DType, rows: Int, columns: Int, layers: Int, steps: Int, runs: (a: Int, b: Int)) {
        self.dtype = dtype
        (self.rows, self.columns, self.layers, self.steps) = (rows, columns, layers, steps)
        let lanes = 16 / dtype.byteCount
        widths = (runs.a % lanes == 0 ? lanes : 1, runs.b % lanes == 0 ? lanes : 1)
    }

    /// The tiles that suit, the rule's first: a large one does more arithmetic for each number that it reads, where
    /// there is one for every compute unit. Large ones whose operands are read one by one run out of registers.
    func tiles(_ recorder: OpenCLRecorder) -> [GroupTile] {
        let small = smallTile
        guard dtype == .float32, min(rows, columns) > 64, min(widths.a, widths.b) > 1 else { return [small] }
        let large = GroupTile(size: 128, depth: 8)
        return groups(large) >= recorder.computeUnits ? [large, small] : [small, large]
    }

    private var smallTile: GroupTile { GroupTile(size: 64, depth: dtype == .float64 ? 8 : 16) }

    private func groups(_ tile: GroupTile) -> Int {
        columns.dividedUp(by: tile.size) * rows.dividedUp(by: tile.size) * layers
    }

    func macros(_ tile: GroupTile) -> [(key: String, value: String)] {
        [
            ("REAL", dtype.valueType), ("TILE", "\(tile.size)"), ("DEPTH", "\(tile.depth)"),
            ("A_WIDTH", "\(widths.a)"), ("B_WIDTH", "\(widths.b)"),
        ]
    }

    /// The launch that covers the result, `parts` times over.
    func global(_ tile: GroupTile, parts: Int) -> LaunchSize {
        LaunchSize(columns.dividedUp(by: tile.size) * 256, rows.dividedUp(by: tile.size), layers * parts)
    }

    /// How the sum is cut where the result alone has too few tiles to keep the device busy: alike for every tile, so that
    /// tuning changes no bit.
    func split(_ recorder: OpenCLRecorder) -> Split {
        let tile = smallTile
        let groups = groups(tile)
        return Split(
            steps, items: groups, wanted: groups >= recorder.computeUnits ? groups : recorder.computeUnits * 2,
            step: tile.depth, least: 256)
    }

    /// Launches the product and, where its sum is cut, the kernel that adds the parts in order and applies the tail.
    ///
    /// - Parameters:
    ///   - template: what stands between `places_gpu` and `tile_gpu`.
    ///   - size: elements of the whole result, seen as matrices of `rows` x `columns`.
    ///   - arguments: those of the template for the buffer that results go to and the steps of a part.
    func launch(
        _ template: String, _ more: [(key: String, value: String)], _ tile: GroupTile, into out: BufferReference,
        size: (elements: Int, rows: Int, columns: Int), _ tail: EpilogueSource, to recorder: inout OpenCLRecorder,
        arguments: (BufferReference, Int) -> [KernelArgument]
    ) {
        let split = split(recorder)
        let isCut = split.parts > 1
        let sums = isCut ? recorder.scratch(byteCount: split.parts * size.elements * dtype.byteCount) : out
        let here = isCut ? EpilogueSource.none(dtype) : tail
        recorder.launch(
            here.kernel("places_gpu+\(template)+tile_gpu", macros(tile) + more),
            arguments(sums, split.span) + here.parameters.arguments, global: global(tile, parts: split.parts),
            local: GroupTile.local)
        guard isCut else { return }
        recorder.launch(
            tail.kernel("sum_parts_gpu", [("REAL", dtype.valueType)]),
            [.buffer(sums), .buffer(out), .long(Int64(size.elements))]
                + [split.parts, size.rows, size.columns].map { .int(Int32($0)) } + tail.parameters.arguments,
            global: LaunchSize(size.elements), local: LaunchSize(64))
    }
}
