import CIbexVector
import IbexGraph

/// What the three convolution kernels share: geometry, and how positions are cut into blocks of columns.
struct ConvolutionPlan {
    var window: ibex_window
    let images: Int
    let groups: Int
    /// Channels and filters of one group.
    let channels: Int
    let filters: Int
    let dtype: DType
    /// The length of a column: cells of the window times channels.
    var depth: Int { Int(window.rows * window.columns) * channels }
    var positions: Int { images * area }
    var area: Int { Int(window.outHeight * window.outWidth) }
    var totalFilters: Int { groups * filters }
    /// Bytes of one image.
    var imageBytes: Int { Int(window.height * window.width * window.channels) * dtype.byteCount }
    /// One channel: columns are laid out as planes, whose rows are copied whole.
    var usesPlanes: Bool { window.channels == 1 && dtype.byteCount >= 4 }
    /// One filter for each channel.
    var isDepthwise: Bool { groups > 1 && channels == 1 && filters == 1 }

    init(_ w: Window, groups: Int, x: Shape, filters: Int, _ dtype: DType) {
        window = ibex_window(w, x)
        images = x[0]
        self.groups = groups
        channels = x[3] / groups
        self.filters = filters / groups
        self.dtype = dtype
    }

    /// Positions whose columns fill about half of the second-level cache.
    var blockPositions: Int {
        let fitting = 400_000 / max(1, (depth + filters) * dtype.byteCount)
        return max(32, min(1024, fitting / 16 * 16))
    }

    /// Columns of a block: rows of `depth`, or planes of `count`.
    func columns(_ range: Range<Int>, group: Int, _ target: UnsafeMutableRawPointer, _ x: UnsafeRawPointer) {
        withUnsafePointer(to: window) { w in
            if usesPlanes {
                ibex_im2col_planes(w, dtype.byteCount, range.lowerBound, range.upperBound, target, range.count, x)
            } else {
                ibex_im2col(
                    w, dtype.byteCount, range.lowerBound, range.upperBound, group * channels, channels, target, x)
            }
        }
    }

    /// Address of the first filter of a group in memory of `totalFilters` columns.
    func offset(_ group: Int) -> Int { group * filters * dtype.byteCount }
}

extension ibex_window {
    /// A window over images of shape [n, height, width, channels].
    init(_ w: Window, _ x: Shape) {
        self.init(
            height: x[1], width: x[2], channels: x[3], outHeight: w.positions(0, input: x[1]),
            outWidth: w.positions(1, input: x[2]), rows: w.size[0], columns: w.size[1], strideY: w.strides[0],
            strideX: w.strides[1], dilationY: w.dilation[0], dilationX: w.dilation[1], top: w.low[0], left: w.low[1])
    }
}

extension Ops.Convolution2D: CPULowering {
    package func lower(_ site: CPUSite) throws -> CPULaunch {
        let dtype = try site.productType(self)
        let (x, w) = (site.inputs[0], site.inputs[1])
        let plan = ConvolutionPlan(
            window, groups: groups, x: x.type.shape, filters: w.type.shape[3], dtype)
        let epilogue = try EpilogueProgram(self.epilogue, dtype, own: ownOperandCount(site.inputs.count), site)
        let form = WinogradForm(
            image: x.type.shape, result: site.outputs[0].type.shape, window, groups: groups, isGradient: false, dtype)
        if let winograd = try WinogradConvolution(form, hasPanels: true, site) {
            return launch(winograd, epilogue, site.pool, source: x.buffer, filter: w.buffer, turned: false)
        }
        if plan.suitsDirect(outWidth: Int(plan.window.outWidth), filters: plan.filters) {
            let direct = try DirectConvolution(
                image: Array(x.type.shape.extents.dropFirst()),
                out: [Int(plan.window.outHeight), Int(plan.window.outWidth)], size: window.size,
                strides: window.strides, dilation: window.dilation, low: window.low, groups: groups,
                filters: plan.totalFilters, reversed: false, site: site)
            return launch(direct, images: plan.images, plan.imageBytes, epilogue, site.pool) { buffers in
                direct.pack(buffers[w.buffer].floats)
                return UnsafePointer(buffers[x.buffer].floats)
            }
        }
        let block = plan.blockPositions
        let chunks = stride(from: 0, to: plan.positions, by: block).map { $0..<min(plan.positions, $0 + block) }
        let slot = plan.isDepthwise ? 0 : (block * plan.depth * dtype.byteCount + 63) / 64 * 64
        let scratch = try site.scratch(slot * site.pool.threadCount)
        let pool = site.pool
        return CPULaunch { buffers in
            let (images, filter) = (buffers[x.buffer], buffers[w.buffer])
            let y = epilogue.begin(buffers)
            pool.run(chunks: chunks.count) { chunk, worker in
                let range = chunks[chunk]
                if plan.isDepthwise {
                    plan.depthwise(range, y, images, filter)
                } else {
                    let columns = scratch.pointer + worker * slot
                    plan.forward(range, y, images, filter, columns)
                }
                epilogue.finish(
                    worker: worker,
                    (range.lowerBound * plan.totalFilters)..<(range.upperBound * plan.totalFilters))
            }
        }
    }
}

extension EpilogueOp {
    /// A direct convolution over the images, or over parts of their rows where there are few.
    func launch(
        _ direct: DirectConvolution, images: Int, _ imageBytes: Int, _ epilogue: EpilogueProgram, _ pool: ThreadPool,
        begin: @escaping (CPUBuffers) -> UnsafePointer<Float>
    ) -> CPULaunch {
        let parts = max(1, min(direct.outHeight, pool.threadCount * 2 / max(images, 1)))
        let rowElements = direct.rowElements
        // Rows that the tail finds in the first-level cache.
        let atOnce = max(1, 4_096 / max(rowElements, 1))
        return CPULaunch { buffers in
            let source = begin(buffers)
            let y = epilogue.begin(buffers)
            pool.run(chunks: images * parts) { chunk, worker in
                let (image, part) = (chunk / parts, chunk % parts)
                let from = direct.prepare(source + image * imageBytes / 4, worker: worker)
                let rows = (direct.outHeight * part / parts)..<(direct.outHeight * (part + 1) / parts)
                let start = image * direct.outHeight * rowElements
                for first in stride(from: rows.lowerBound, to: rows.upperBound, by: atOnce) {
                    let last = min(first + atOnce, rows.upperBound)
                    direct.rows(first..<last, y.floats + start, from)
                    epilogue.finish(
                        worker: worker, (start + first * rowElements)..<(start + last * rowElements))
                }
            }
        }
    }
}

extension ConvolutionPlan {
    /// Results at some positions: columns times filters, group by group.
    func forward(
        _ range: Range<Int>, _ y: UnsafeMutableRawPointer, _ images: UnsafeRawPointer, _ filter: UnsafeRawPointer,
        _ scratch: UnsafeMutableRawPointer
    ) {
        let size = dtype.byteCount
        for group in 0..<groups {
            columns(range, group: group, scratch, images)
            let product = MatrixProduct(
                transposeA: usesPlanes, m: range.count, n: filters, k: depth,
                strideA: usesPlanes ? range.count : depth, strideB: totalFilters, strideC: totalFilters)
            product.run(
                dtype, scratch, filter + offset(group), y + range.lowerBound * totalFilters * size + offset(group))
        }
    }

    func depthwise(
        _ range: Range<Int>, _ y: UnsafeMutableRawPointer, _ x: UnsafeRawPointer, _ filter: UnsafeRawPointer
    ) {
        withUnsafePointer(to: window) { w in
            if dtype == .float64 {
                ibex_depthwise_f64(
                    w, range.lowerBound, range.upperBound, y.assumingMemoryBound(to: Double.self),
                    x.assumingMemoryBound(to: Double.self), filter.assumingMemoryBound(to: Double.self))
            } else {
                ibex_depthwise_f32(
                    w, range.lowerBound, range.upperBound, y.assumingMemoryBound(to: Float.self),
                    x.assumingMemoryBound(to: Float.self), filter.assumingMemoryBound(to: Float.self))
            }
        }
    }
}
