import CIbexVector
import IbexGraph

/// Pooling in one launch: forward over ranges of positions, backward over images, so that no two threads
/// add to one element.
private struct PoolingPlan {
    let window: ibex_window
    let images: Int
    let imageBytes: Int
    let dtype: DType
    let pool: ThreadPool

    init(_ op: some Op, _ w: Window, _ x: Shape, _ site: CPUSite) throws(IbexError) {
        dtype = try site.productType(op)
        window = ibex_window(w, x)
        images = x[0]
        imageBytes = x[1] * x[2] * x[3] * dtype.byteCount
        pool = site.pool
    }

    var area: Int { Int(window.outHeight * window.outWidth) }

    func forward(_ body: @escaping (CPUBuffers, UnsafePointer<ibex_window>, Range<Int>) -> Void) -> CPULaunch {
        let grain = max(1, 8_192 / max(1, Int(window.channels * window.rows * window.columns)))
        return CPULaunch { buffers in
            pool.split(images * area, grain: grain) { range, _ in
                withUnsafePointer(to: window) { body(buffers, $0, range) }
            }
        }
    }

    /// Whether a maximum's gradient writes every element by itself.
    var coversAll: Bool {
        withUnsafePointer(to: window) { ibex_is_halving($0) != 0 } && window.height == 2 * window.outHeight
            && window.width == 2 * window.outWidth
    }

    func backward(
        _ result: Int, clearing: Bool = true,
        _ body: @escaping (CPUBuffers, UnsafePointer<ibex_window>, Range<Int>) -> Void
    ) -> CPULaunch {
        let grain = max(1, 16_384 / max(1, imageBytes))
        return CPULaunch { buffers in
            let dx = buffers[result]
            pool.split(images, grain: grain) { range, _ in
                for image in range {
                    if clearing {
                        (dx + image * imageBytes).initializeMemory(
                            as: UInt8.self, repeating: 0, count: imageBytes)
                    }
                    withUnsafePointer(to: window) {
                        body(buffers, $0, (image * area)..<((image + 1) * area))
                    }
                }
            }
        }
    }
}

extension UnsafeMutableRawPointer {
    var floats: UnsafeMutablePointer<Float> { assumingMemoryBound(to: Float.self) }
    var doubles: UnsafeMutablePointer<Double> { assumingMemoryBound(to: Double.self) }
}

extension Ops.MaxPool2D: CPULowering {
    package func lower(_ site: CPUSite) throws -> CPULaunch {
        let (x, y) = (site.inputs[0], site.outputs[0].buffer)
        let plan = try PoolingPlan(self, window, x.type.shape, site)
        let isDouble = plan.dtype == .float64
        return plan.forward { buffers, w, range in
            let (first, last) = (range.lowerBound, range.upperBound)
            if isDouble {
                ibex_max_pool_f64(w, first, last, buffers[y].doubles, buffers[x.buffer].doubles)
            } else {
                ibex_max_pool_f32(w, first, last, buffers[y].floats, buffers[x.buffer].floats)
            }
        }
    }
}

extension Ops.MaxPool2DGradient: CPULowering {
    package func lower(_ site: CPUSite) throws -> CPULaunch {
        let (x, dy, dx) = (site.inputs[0], site.inputs[2].buffer, site.outputs[0].buffer)
        let plan = try PoolingPlan(self, window, x.type.shape, site)
        let isDouble = plan.dtype == .float64
        return plan.backward(dx, clearing: !plan.coversAll) { buffers, w, range in
            let (first, last) = (range.lowerBound, range.upperBound)
            if isDouble {
                ibex_max_pool_dx_f64(
                    w, first, last, buffers[dx].doubles, buffers[dy].doubles, buffers[x.buffer].doubles)
            } else {
                ibex_max_pool_dx_f32(
                    w, first, last, buffers[dx].floats, buffers[dy].floats, buffers[x.buffer].floats)
            }
        }
    }
}

extension Ops.MaxPool2DPick: CPULowering {
    package func lower(_ site: CPUSite) throws -> CPULaunch {
        let (x, values, y) = (site.inputs[0], site.inputs[2].buffer, site.outputs[0].buffer)
        let plan = try PoolingPlan(self, window, x.type.shape, site)
        let isDouble = plan.dtype == .float64
        return plan.forward { buffers, w, range in
            let (first, last) = (range.lowerBound, range.upperBound)
            if isDouble {
                ibex_max_pool_pick_f64(
                    w, first, last, buffers[y].doubles, buffers[values].doubles, buffers[x.buffer].doubles)
            } else {
                ibex_max_pool_pick_f32(
                    w, first, last, buffers[y].floats, buffers[values].floats, buffers[x.buffer].floats)
            }
        }
    }
}

extension Ops.AveragePool2D: CPULowering {
    package func lower(_ site: CPUSite) throws -> CPULaunch {
        let (x, y) = (site.inputs[0], site.outputs[0].buffer)
        let plan = try PoolingPlan(self, window, x.type.shape, site)
        let isDouble = plan.dtype == .float64
        return plan.forward { buffers, w, range in
            let (first, last) = (range.lowerBound, range.upperBound)
            if isDouble {
                ibex_average_pool_f64(w, first, last, buffers[y].doubles, buffers[x.buffer].doubles)
            } else {
                ibex_average_pool_f32(w, first, last, buffers[y].floats, buffers[x.buffer].floats)
            }
        }
    }
}

extension Ops.AveragePool2DGradient: CPULowering {
    package func lower(_ site: CPUSite) throws -> CPULaunch {
        let (dy, dx) = (site.inputs[0].buffer, site.outputs[0].buffer)
        let plan = try PoolingPlan(self, window, input, site)
        let isDouble = plan.dtype == .float64
        return plan.backward(dx) { buffers, w, range in
            let (first, last) = (range.lowerBound, range.upperBound)
            if isDouble {
                ibex_average_pool_dx_f64(w, first, last, buffers[dx].doubles, buffers[dy].doubles)
            } else {
                ibex_average_pool_dx_f32(w, first, last, buffers[dx].floats, buffers[dy].floats)
            }
        }
    }
}
