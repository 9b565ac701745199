import CIbexVector
import IbexGraph

extension Ops.Convolution2DInputGradient: CPULowering {
    /// Each image is one chunk: columns of its gradient are a product, and are added back in order.
    package func lower(_ site: CPUSite) throws -> CPULaunch {
        let dtype = try site.productType(self)
        let (dy, w) = (site.inputs[0], site.inputs[1])
        let plan = ConvolutionPlan(window, groups: groups, x: input, filters: w.type.shape[3], dtype)
        let epilogue = try EpilogueProgram(self.epilogue, dtype, own: ownOperandCount(site.inputs.count), site)
        let form = WinogradForm(
            image: input, result: dy.type.shape, window, groups: groups, isGradient: true, dtype)
        if let winograd = try WinogradConvolution(form, hasPanels: true, site) {
            return launch(winograd, epilogue, site.pool, source: dy.buffer, filter: w.buffer, turned: true)
        }
        if plan.suitsDirect(outWidth: input[2], filters: plan.channels), window.strides == [1, 1] {
            let direct = try DirectConvolution(
                image: Array(dy.type.shape.extents.dropFirst()), out: [input[1], input[2]], size: window.size,
                strides: [1, 1], dilation: window.dilation,
                low: [window.extent(0) - 1 - window.low[0], window.extent(1) - 1 - window.low[1]], groups: groups,
                filters: input[3], reversed: true, site: site)
            let imageBytes = dy.type.byteCount / max(plan.images, 1)
            return launch(direct, images: plan.images, imageBytes, epilogue, site.pool) { buffers in
                direct.packTransposed(buffers[w.buffer].floats)
                return UnsafePointer(buffers[dy.buffer].floats)
            }
        }
        let block = min(plan.blockPositions, max(plan.area, 1))
        let slot = (block * plan.depth * dtype.byteCount + 63) / 64 * 64
        let scratch = try site.scratch(slot * site.pool.threadCount)
        let pool = site.pool
        let imageElements = plan.imageBytes / dtype.byteCount
        return CPULaunch { buffers in
            let (upstream, filter) = (buffers[dy.buffer], buffers[w.buffer])
            let dx = epilogue.begin(buffers)
            pool.run(chunks: plan.images) { image, worker in
                (dx + image * plan.imageBytes).initializeMemory(as: UInt8.self, repeating: 0, count: plan.imageBytes)
                let (start, end) = (image * plan.area, (image + 1) * plan.area)
                for first in stride(from: start, to: end, by: block) {
                    let range = first..<min(end, first + block)
                    plan.inputGradient(range, dx, upstream, filter, scratch.pointer + worker * slot)
                }
                epilogue.finish(worker: worker, (image * imageElements)..<((image + 1) * imageElements))
            }
        }
    }
}

extension Ops.Convolution2DFilterGradient: CPULowering {
    /// The positions are cut into at most sixteen parts by their number alone; parts are summed in order.
    package func lower(_ site: CPUSite) throws -> CPULaunch {
        let dtype = try site.productType(self)
        let (x, dy, dw) = (site.inputs[0], site.inputs[1], site.outputs[0])
        let plan = ConvolutionPlan(window, groups: groups, x: x.type.shape, filters: filter[3], dtype)
        let block = plan.blockPositions
        let elements = filter.elementCount
        let form = WinogradForm(
            image: x.type.shape, result: dy.type.shape, window, groups: groups, isGradient: false, dtype)
        let winograd = try WinogradConvolution(form, hasPanels: false, site)
        let cells = winograd == nil ? 0 : WinogradForm.cells * filter[2] * filter[3]
        let cellSums = try site.scratch(cells * 4 * site.pool.threadCount)
        let direct =
            winograd == nil && plan.suitsDirect(outWidth: Int(plan.window.outWidth), filters: plan.filters)
                && plan.filters % 16 == 0
            ? try DirectConvolution(
                image: Array(x.type.shape.extents.dropFirst()),
                out: [Int(plan.window.outHeight), Int(plan.window.outWidth)], size: window.size,
                strides: window.strides, dilation: window.dilation, low: window.low, groups: groups,
                filters: plan.totalFilters, reversed: false, site: site) : nil
        let parts = max(1, min(16, direct == nil && winograd == nil ? plan.positions / max(block, 256) : plan.images))
        let slot =
            plan.isDepthwise || direct != nil || winograd != nil
            ? 0 : (block * plan.depth * dtype.byteCount + 63) / 64 * 64
        let scratch = try site.scratch(slot * site.pool.threadCount)
        let partials = try site.scratch(parts * elements * dtype.byteCount)
        let add = ibex_elementwise("add", dtype.code)
        let pool = site.pool
        return CPULaunch { buffers in
            let (images, upstream, result) = (buffers[x.buffer], buffers[dy.buffer], buffers[dw.buffer])
            pool.run(chunks: parts) { part, worker in
                let sum = partials.pointer + part * elements * dtype.byteCount
                if let winograd {
                    let sums = cellSums.pointer.floats + worker * cells
                    sums.update(repeating: 0, count: cells)
                    for image in (plan.images * part / parts)..<(plan.images * (part + 1) / parts) {
                        winograd.addFilterGradient(
                            sums, upstream.floats + image * plan.area * plan.totalFilters,
                            images.floats + image * plan.imageBytes / 4, worker: worker)
                    }
                    return ibex_winograd_taps(cells / WinogradForm.cells, sum.floats, sums)
                }
                if let direct {
                    sum.initializeMemory(as: UInt8.self, repeating: 0, count: elements * 4)
                    for image in (plan.images * part / parts)..<(plan.images * (part + 1) / parts) {
                        let from = direct.prepare(images.floats + image * plan.imageBytes / 4, worker: worker)
                        direct.addFilterGradient(
                            sum.floats, upstream.floats + image * plan.area * plan.totalFilters, from)
                    }
                    return
                }
                let (start, end) = (plan.positions * part / parts, plan.positions * (part + 1) / parts)
                sum.initializeMemory(as: UInt8.self, repeating: 0, count: elements * dtype.byteCount)
                for first in stride(from: start, to: end, by: block) {
                    let range = first..<min(end, first + block)
                    plan.filterGradient(range, sum, images, upstream, scratch.pointer + worker * slot)
                }
            }
            pool.split(elements, grain: 16_384) { range, _ in
                let at = range.lowerBound * dtype.byteCount
                (result + at).copyMemory(from: partials.pointer + at, byteCount: range.count * dtype.byteCount)
                for part in 1..<max(parts, 1) where parts > 1 {
                    let other = partials.pointer + part * elements * dtype.byteCount + at
                    add?(range.count, result + at, result + at, other, nil)
                }
            }
        }
    }
}

extension ConvolutionPlan {
    func inputGradient(
        _ range: Range<Int>, _ dx: UnsafeMutableRawPointer, _ dy: UnsafeRawPointer, _ filter: UnsafeRawPointer,
        _ columns: UnsafeMutableRawPointer
    ) {
        withUnsafePointer(to: window) { w in
            let (first, last) = (range.lowerBound, range.upperBound)
            if isDepthwise {
                if dtype == .float64 {
                    ibex_depthwise_dx_f64(
                        w, first, last, dx.assumingMemoryBound(to: Double.self),
                        dy.assumingMemoryBound(to: Double.self), filter.assumingMemoryBound(to: Double.self))
                } else {
                    ibex_depthwise_dx_f32(
                        w, first, last, dx.assumingMemoryBound(to: Float.self),
                        dy.assumingMemoryBound(to: Float.self), filter.assumingMemoryBound(to: Float.self))
                }
                return
            }
            for group in 0..<groups {
                let product = MatrixProduct(
                    transposeB: true, m: range.count, n: depth, k: filters, strideA: totalFilters,
                    strideB: totalFilters, strideC: depth)
                product.run(
                    dtype, dy + first * totalFilters * dtype.byteCount + offset(group), filter + offset(group), columns)
                if dtype == .float64 {
                    ibex_col2im_f64(
                        w, first, last, group * channels, channels, columns.assumingMemoryBound(to: Double.self),
                        dx.assumingMemoryBound(to: Double.self))
                } else {
                    ibex_col2im_f32(
                        w, first, last, group * channels, channels, columns.assumingMemoryBound(to: Float.self),
                        dx.assumingMemoryBound(to: Float.self))
                }
            }
        }
    }

    func filterGradient(
        _ range: Range<Int>, _ dw: UnsafeMutableRawPointer, _ x: UnsafeRawPointer, _ dy: UnsafeRawPointer,
        _ scratch: UnsafeMutableRawPointer
    ) {
        let (first, last) = (range.lowerBound, range.upperBound)
        if isDepthwise {
            withUnsafePointer(to: window) { w in
                if dtype == .float64 {
                    ibex_depthwise_dw_f64(
                        w, first, last, dw.assumingMemoryBound(to: Double.self),
                        dy.assumingMemoryBound(to: Double.self), x.assumingMemoryBound(to: Double.self))
                } else {
                    ibex_depthwise_dw_f32(
                        w, first, last, dw.assumingMemoryBound(to: Float.self),
                        dy.assumingMemoryBound(to: Float.self), x.assumingMemoryBound(to: Float.self))
                }
            }
            return
        }
        for group in 0..<groups {
            columns(range, group: group, scratch, x)
            let product = MatrixProduct(
                transposeA: !usesPlanes, m: depth, n: filters, k: range.count,
                strideA: usesPlanes ? range.count : depth, strideB: totalFilters, strideC: totalFilters,
                accumulate: true)
            product.run(
                dtype, scratch, dy + first * totalFilters * dtype.byteCount + offset(group), dw + offset(group))
        }
    }
}
