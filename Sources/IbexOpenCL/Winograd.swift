import IbexGraph

/// Whether 3x3 convolutions of stride 1 take Winograd's form on CPU devices.
package enum WinogradUse: Sendable, CaseIterable {
    case never
    /// Where fewer multiplications outweigh the transformations.
    case whereItPays
    /// Wherever the kernels can: for tests.
    case whereItFits
}

/// A 3x3 convolution of stride 1, or one of its gradients, by Winograd's F(4x4, 3x3) on a CPU device: 36
/// multiplications where the direct form takes 144.
///
/// The result differs from the exact one by at most 4e-6 of the largest sum of the products' magnitudes in it: the
/// cells mix the pixels of a tile, so a pixel's error follows its neighbours' size too. Measured: up to 2.1e-6. Source: Lavin & Gray, "Fast Algorithms for Convolutional Neural
/// Networks" (2016).
struct WinogradConvolution {
    /// Images, and the source's and the result's height and width.
    let n, h, w, oh, ow: Int
    /// Channels that are summed over, and channels of the result.
    let depth, columns: Int
    let padY, padX: Int

    /// What one work-item takes at a time (TILES, COLUMNS and DEPTH in the kernels).
    let itemTiles: Int
    static let itemColumns = 64
    static let itemDepth = 64
    /// Image channels of one work-item of the filter gradient, there DEPTH.
    static let itemRows = 32

    private static let cells = 36

    /// `nil` where the kernels do not fit, or where `recorder.winograd` says that the direct form is better.
    init?(_ geometry: ConvolutionGeometry, isGradient: Bool, _ dtype: DType, _ recorder: OpenCLRecorder) {
        let (image, result) = (geometry.image, geometry.result)
        let (source, target) = isGradient ? (result, image) : (image, result)
        n = image[0]
        (h, w, depth) = (source[1], source[2], source[3])
        (oh, ow, columns) = (target[1], target[2], target[3])
        padY = isGradient ? 2 - geometry.window.low[0] : geometry.window.low[0]
        padX = isGradient ? 2 - geometry.window.low[1] : geometry.window.low[1]
        let lanes = RegisterTile(dtype, columns: columns, recorder.info).lanes
        itemTiles = recorder.info.localMemory >= 768 << 10 ? 32 : 16
        let fits =
            recorder.variant == .cpu && dtype == .float32 && recorder.info.localMemory >= 640 << 10
            && geometry.window.size == [3, 3] && geometry.window.strides == [1, 1]
            && geometry.window.dilation == [1, 1] && geometry.groups == 1 && depth % lanes == 0
            && columns % lanes == 0
        switch recorder.winograd {
        case .never: return nil
        case .whereItFits: guard fits else { return nil }
        case .whereItPays: guard fits, pays else { return nil }
        }
    }

    /// Tiles of 4 x 4 pixels of the result.
    var tiles: Int { n * ((oh + 3) / 4) * ((ow + 3) / 4) }

    /// Counted in multiplications: the direct form's against a cell's products, transformations, and the traffic of
    /// 36 cells for 9 taps.
    private var pays: Bool {
        let direct = n * oh * ow * 9 * depth * columns
        let blocks = (columns + Self.itemColumns - 1) / Self.itemColumns
        let products = Self.cells * depth * columns * (tiles + 60)
        let transformations = tiles * Self.cells * (depth * blocks + columns) * 8
        return direct * 4 > (products + transformations) * 5
    }

    /// Bytes of the filter's cells.
    private func spreadBytes(_ tile: RegisterTile) -> Int {
        (columns + tile.columns - 1) / tile.columns * tile.columns * Self.cells * depth * 4
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
        let tile = RegisterTile(.float32, columns: columns, recorder.info)
        let spread = recorder.scratch(byteCount: spreadBytes(tile))
        let (c, f) = isGradient ? (columns, depth) : (depth, columns)
        recorder.launch(
            KernelSource(
                template: "winograd_filter",
                macros: tile.macros(.float32) + [("GRADIENT", isGradient ? "1" : "0")]),
            [.buffer(filter), .buffer(spread), .int(Int32(c)), .int(Int32(f))],
            global: LaunchSize((columns + tile.columns - 1) / tile.columns, (depth + tile.lanes - 1) / tile.lanes))
        let sizes = [h, w, depth, oh, ow, columns, padY, padX, tiles]
        let zeros = recorder.zeros(byteCount: depth * 4)
        recorder.launch(
            tail.kernel("winograd_tiles+winograd_cpu", macros(tile, depth: Self.itemDepth)),
            [.buffer(source), .buffer(spread), .buffer(out), .buffer(zeros)] + sizes.map { .int(Int32($0)) }
                + tail.parameters.arguments,
            global: LaunchSize(
                (columns + Self.itemColumns - 1) / Self.itemColumns, (tiles + itemTiles - 1) / itemTiles))
    }

    /// The filter gradient: partial sums over ranges of tiles, and their sum.
    func lowerFilterGradient(
        image: BufferReference, gradient: BufferReference, out: BufferReference, to recorder: inout OpenCLRecorder
    ) {
        let tile = RegisterTile(.float32, columns: columns, recorder.info)
        let blocks = LaunchSize(
            (columns + Self.itemColumns - 1) / Self.itemColumns, (depth + Self.itemRows - 1) / Self.itemRows)
        let split = Split(
            tiles, items: blocks.x * blocks.y, wanted: recorder.wantedItems * 2, step: itemTiles,
            least: itemTiles * 2)
        let size = 9 * depth * columns
        let partial = split.parts == 1 ? out : recorder.scratch(byteCount: split.parts * size * 4)
        let zeros = recorder.zeros(byteCount: max(depth, columns) * 4)
        let sizes = [h, w, depth, oh, ow, columns, padY, padX, tiles, split.span]
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
