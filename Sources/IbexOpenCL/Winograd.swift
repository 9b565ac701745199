import IbexGraph

/// Whether convolutions take one of their forms on CPU devices: Winograd's, or that of a matrix product.
package enum FormUse: Sendable, CaseIterable {
    case never
    /// Where what it saves outweighs what it costs.
    case whereItPays
    /// Wherever the kernels can: for tests.
    case whereItFits
}

/// Winograd's form on a CPU device: everything between image and result stays in the core's caches.
struct WinogradConvolution {
    let form: WinogradForm

    /// What one work-item takes at a time (TILES, COLUMNS and DEPTH in the kernels).
    let itemTiles: Int
    static let itemColumns = 64
    static let itemDepth = 64
    /// Image channels of one work-item of the filter gradient, there DEPTH.
    static let itemRows = 32

    /// `nil` where the kernels do not fit, or where `recorder.winograd` says that the direct form is better.
    init?(_ geometry: ConvolutionGeometry, isGradient: Bool, _ dtype: DType, _ recorder: OpenCLRecorder) {
        guard recorder.variant == .cpu, recorder.winograd != .never, recorder.info.localMemory >= 640 << 10,
            let form = WinogradForm(
                image: geometry.image, result: geometry.result, geometry.window, groups: geometry.groups,
                isGradient: isGradient, dtype)
        else { return nil }
        let lanes = RegisterTile(dtype, columns: form.columns, recorder.info).lanes
        guard form.depth % lanes == 0, form.columns % lanes == 0, recorder.winograd == .whereItFits || form.pays else {
            return nil
        }
        self.form = form
        itemTiles = recorder.info.localMemory >= 768 << 10 ? 32 : 16
    }

    /// Bytes of the filter's cells.
    private func spreadBytes(_ tile: RegisterTile) -> Int {
        (form.columns + tile.columns - 1) / tile.columns * tile.columns * WinogradForm.cells * form.depth * 4
    }

    private var geometry: [Int] {
        [
            form.height, form.width, form.depth, form.outHeight, form.outWidth, form.columns, form.top, form.left,
            form.tiles,
        ]
    }

    private func macros(_ tile: RegisterTile, depth: Int) -> [(key: String, value: String)] {
        tile.macros(.float32) + [
            ("TILES", "\(itemTiles)"), ("COLUMNS", "\(Self.itemColumns)"), ("DEPTH", "\(depth)"),
        ]
    }

    /// The forward pass and the input gradient: spreads the filter, then makes the result tile by tile.
    func lowerGather(
        source: BufferReference, filter: BufferReference, out: BufferReference, isGradient: Bool,
        _ tail: EpilogueSource, to recorder: inout OpenCLRecorder
    ) {
        let tile = RegisterTile(.float32, columns: form.columns, recorder.info)
        let spread = recorder.scratch(byteCount: spreadBytes(tile))
        let (depth, columns) = (form.depth, form.columns)
        let (c, f) = isGradient ? (columns, depth) : (depth, columns)
        recorder.launch(
            KernelSource(
                template: "winograd_filter",
                macros: tile.macros(.float32) + [("GRADIENT", isGradient ? "1" : "0")]),
            [.buffer(filter), .buffer(spread), .int(Int32(c)), .int(Int32(f))],
            global: LaunchSize((columns + tile.columns - 1) / tile.columns, (depth + tile.lanes - 1) / tile.lanes))
        let sizes = geometry
        let zeros = recorder.zeros(byteCount: depth * 4)
        recorder.launch(
            tail.kernel("winograd_tiles+winograd_cpu", macros(tile, depth: Self.itemDepth)),
            [.buffer(source), .buffer(spread), .buffer(out), .buffer(zeros)] + sizes.map { .int(Int32($0)) }
                + tail.parameters.arguments,
            global: LaunchSize(
                (columns + Self.itemColumns - 1) / Self.itemColumns, (form.tiles + itemTiles - 1) / itemTiles))
    }

    /// The filter gradient: partial sums over ranges of tiles, and their sum.
    func lowerFilterGradient(
        image: BufferReference, gradient: BufferReference, out: BufferReference, to recorder: inout OpenCLRecorder
    ) {
        let (depth, columns) = (form.depth, form.columns)
        let tile = RegisterTile(.float32, columns: columns, recorder.info)
        let blocks = LaunchSize(
            (columns + Self.itemColumns - 1) / Self.itemColumns, (depth + Self.itemRows - 1) / Self.itemRows)
        let split = Split(
            form.tiles, items: blocks.x * blocks.y, wanted: recorder.wantedItems * 2, step: itemTiles,
            least: itemTiles * 2)
        let size = 9 * depth * columns
        let partial = split.parts == 1 ? out : recorder.scratch(byteCount: split.parts * size * 4)
        let zeros = recorder.zeros(byteCount: max(depth, columns) * 4)
        let sizes = geometry + [split.span]
        recorder.launch(
            KernelSource(
                template: "winograd_tiles+winograd_filter_gradient_cpu", macros: macros(tile, depth: Self.itemRows)),
            [.buffer(image), .buffer(gradient), .buffer(partial), .buffer(zeros)] + sizes.map { .int(Int32($0)) },
            global: LaunchSize(blocks.x, blocks.y, split.parts))
        if split.parts > 1 { recorder.sumParts(partial, count: split.parts, size: size, .float32, into: out) }
    }
}

/// How a long sum is cut into parts that run side by side and are added in order afterwards.
struct Split {
    let parts, span: Int

    /// - Parameters:
    ///   - total: terms of the sum.
    ///   - items: work-items that each part has.
    ///   - wanted: work-items that there should be in all.
    ///   - step: what the span is a multiple of.
    ///   - least: terms of a part, at least.
    init(_ total: Int, items: Int, wanted: Int, step: Int, least: Int) {
        let parts = max(min((wanted + items - 1) / items, total / least), 1)
        let share = (total + parts - 1) / parts
        span = max((share + step - 1) / step, 1) * step
        self.parts = max((total + span - 1) / span, 1)
    }
}
