import CIbexVector
import IbexGraph

/// Rows of the last axis, cut among the threads.
private struct RowsPlan {
    let rows: Int
    let width: Int
    let isDouble: Bool
    let size: Int
    let pool: ThreadPool

    init(_ op: some Op, _ site: CPUSite) throws(IbexError) {
        let type = site.inputs[0].type
        isDouble = try site.productType(op) == .float64
        size = type.dtype.byteCount
        width = type.shape[-1]
        rows = type.shape.elementCount / max(width, 1)
        pool = site.pool
    }

    func each(_ body: (_ first: Int, _ count: Int) -> Void) {
        pool.split(rows, grain: max(1, 4_096 / max(width, 1))) { range, _ in body(range.lowerBound, range.count) }
    }
}

extension Ops.Softmax: CPULowering {
    package func lower(_ site: CPUSite) throws -> CPULaunch {
        let plan = try RowsPlan(self, site)
        let (x, y) = (site.inputs[0].buffer, site.outputs[0].buffer)
        return CPULaunch { buffers in
            plan.each { first, count in
                let at = first * plan.width * plan.size
                if plan.isDouble {
                    ibex_softmax_f64(count, plan.width, (buffers[y] + at).doubles, (buffers[x] + at).doubles)
                } else {
                    ibex_softmax_f32(count, plan.width, (buffers[y] + at).floats, (buffers[x] + at).floats)
                }
            }
        }
    }
}

extension Ops.LogSoftmax: CPULowering {
    package func lower(_ site: CPUSite) throws -> CPULaunch {
        let plan = try RowsPlan(self, site)
        let (x, y) = (site.inputs[0].buffer, site.outputs[0].buffer)
        return CPULaunch { buffers in
            plan.each { first, count in
                let at = first * plan.width * plan.size
                if plan.isDouble {
                    ibex_log_softmax_f64(count, plan.width, (buffers[y] + at).doubles, (buffers[x] + at).doubles)
                } else {
                    ibex_log_softmax_f32(count, plan.width, (buffers[y] + at).floats, (buffers[x] + at).floats)
                }
            }
        }
    }
}

/// Labels as the row loops take them: dense, or class ids as int64.
private struct Labels {
    let buffer: Int
    let ids: CPUStorage?
    private let convert: ibex_block?
    private let count: Int

    init(_ operand: Program.Operand, _ site: CPUSite) throws(IbexError) {
        buffer = operand.buffer
        count = operand.type.shape.elementCount
        let isDense = operand.type.dtype.isFloatingPoint
        ids = isDense ? nil : try site.scratch(count * 8)
        convert = isDense ? nil : ibex_cast(operand.type.dtype.code, DType.int64.code)
    }

    /// Takes the run's class ids.
    func begin(_ buffers: CPUBuffers) -> UnsafePointer<Int64>? {
        guard let ids else { return nil }
        convert?(count, ids.pointer, buffers[buffer], nil, nil)
        return UnsafePointer(ids.pointer.assumingMemoryBound(to: Int64.self))
    }
}

extension Ops.SoftmaxCrossEntropy: CPULowering {
    package func lower(_ site: CPUSite) throws -> CPULaunch {
        let plan = try RowsPlan(self, site)
        let labels = try Labels(site.inputs[1], site)
        let (x, loss, p) = (site.inputs[0].buffer, site.outputs[0].buffer, site.outputs[1].buffer)
        let (n, size) = (plan.width, plan.size)
        return CPULaunch { buffers in
            let ids = labels.begin(buffers)
            plan.each { first, count in
                let (at, row) = (first * n * size, first * size)
                let (logits, result, sums) = (buffers[x] + at, buffers[p] + at, buffers[loss] + row)
                let dense = buffers[labels.buffer] + (ids == nil ? at : 0)
                switch (ids, plan.isDouble) {
                case (let ids?, true):
                    ibex_cross_entropy_ids_f64(
                        count, n, sums.doubles, result.doubles, logits.doubles, ids + first)
                case (let ids?, false):
                    ibex_cross_entropy_ids_f32(count, n, sums.floats, result.floats, logits.floats, ids + first)
                case (nil, true):
                    ibex_cross_entropy_f64(
                        count, n, sums.doubles, result.doubles, logits.doubles, dense.doubles)
                case (nil, false):
                    ibex_cross_entropy_f32(count, n, sums.floats, result.floats, logits.floats, dense.floats)
                }
            }
        }
    }
}

extension Ops.SoftmaxCrossEntropyGradient: CPULowering {
    package func lower(_ site: CPUSite) throws -> CPULaunch {
        let plan = try RowsPlan(self, site)
        let labels = try Labels(site.inputs[1], site)
        let (p, scale, dx) = (site.inputs[0].buffer, site.inputs[2].buffer, site.outputs[0].buffer)
        let (n, size) = (plan.width, plan.size)
        return CPULaunch { buffers in
            let ids = labels.begin(buffers)
            plan.each { first, count in
                let (at, row) = (first * n * size, first * size)
                let (probabilities, result, weights) = (buffers[p] + at, buffers[dx] + at, buffers[scale] + row)
                let dense = buffers[labels.buffer] + (ids == nil ? at : 0)
                switch (ids, plan.isDouble) {
                case (let ids?, true):
                    ibex_cross_entropy_ids_dx_f64(
                        count, n, result.doubles, probabilities.doubles, ids + first, weights.doubles)
                case (let ids?, false):
                    ibex_cross_entropy_ids_dx_f32(
                        count, n, result.floats, probabilities.floats, ids + first, weights.floats)
                case (nil, true):
                    ibex_cross_entropy_dx_f64(
                        count, n, result.doubles, probabilities.doubles, dense.doubles, weights.doubles)
                case (nil, false):
                    ibex_cross_entropy_dx_f32(
                        count, n, result.floats, probabilities.floats, dense.floats, weights.floats)
                }
            }
        }
    }
}
