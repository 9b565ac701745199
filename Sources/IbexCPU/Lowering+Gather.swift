import CIbexVector
import IbexGraph

/// Whole numbers of either width, read one by one.
private struct Indices {
    let buffer: Int
    let isWide: Bool
    let count: Int

    init(_ operand: Program.Operand) {
        buffer = operand.buffer
        isWide = operand.type.dtype == .int64
        count = operand.type.shape.elementCount
    }

    /// Index number `position`, or -1 where there is none.
    func read(_ buffers: CPUBuffers, _ position: Int) -> Int {
        guard position >= 0, position < count else { return -1 }
        return isWide
            ? Int(buffers[buffer].load(fromByteOffset: position * 8, as: Int64.self))
            : Int(buffers[buffer].load(fromByteOffset: position * 4, as: Int32.self))
    }
}

extension Ops.Gather: CPULowering {
    package func lower(_ site: CPUSite) throws -> CPULaunch {
        let table = site.inputs[0]
        let indices = Indices(site.inputs[1])
        let offset = count == nil ? nil : site.inputs[2].buffer
        let taken = count ?? indices.count
        let rows = table.type.shape[0]
        let width = table.type.shape.extents.dropFirst().reduce(1, *)
        let rowBytes = width * table.type.dtype.byteCount
        let epilogue = try EpilogueProgram(
            self.epilogue, table.type.dtype, own: ownOperandCount(site.inputs.count), site)
        let pool = site.pool
        return CPULaunch { buffers in
            let (from, to) = (buffers[table.buffer], epilogue.begin(buffers))
            let start = offset.map { Int(buffers[$0].load(as: Int64.self)) } ?? 0
            pool.split(taken, grain: max(1, 16_384 / max(width, 1))) { range, worker in
                var finished = range.lowerBound
                for position in range {
                    let row = indices.read(buffers, start + position)
                    let target = to + position * rowBytes
                    if row >= 0, row < rows {
                        target.copyMemory(from: from + row * rowBytes, byteCount: rowBytes)
                    } else {
                        target.initializeMemory(as: UInt8.self, repeating: 0, count: rowBytes)
                    }
                    // Narrow rows are finished some at a time.
                    if (position + 1 - finished) * width >= 1_024 || position + 1 == range.upperBound {
                        epilogue.finish(worker: worker, (finished * width)..<((position + 1) * width))
                        finished = position + 1
                    }
                }
            }
        }
    }
}

extension Ops.GatherGradient: CPULowering {
    /// Each thread owns a range of the table's rows and walks all indices in order.
    package func lower(_ site: CPUSite) throws -> CPULaunch {
        let indices = Indices(site.inputs[0])
        let (upstream, result) = (site.inputs[1], site.outputs[0].buffer)
        let width = upstream.type.shape.extents.dropFirst().reduce(1, *)
        let rowBytes = width * upstream.type.dtype.byteCount
        let add = ibex_elementwise("add", upstream.type.dtype.code)
        let (rows, pool) = (rows, site.pool)
        let perRow = max(1, width * (1 + indices.count / max(rows, 1)))
        return CPULaunch { buffers in
            let (from, to) = (buffers[upstream.buffer], buffers[result])
            pool.split(rows, grain: max(1, 16_384 / perRow)) { range, _ in
                (to + range.lowerBound * rowBytes).initializeMemory(
                    as: UInt8.self, repeating: 0, count: range.count * rowBytes)
                for position in 0..<indices.count {
                    let row = indices.read(buffers, position)
                    guard range.contains(row) else { continue }
                    let target = to + row * rowBytes
                    add?(width, target, target, from + position * rowBytes, nil)
                }
            }
        }
    }
}

extension Ops.OneHot: CPULowering {
    package func lower(_ site: CPUSite) throws -> CPULaunch {
        let (source, result) = (site.inputs[0], site.outputs[0].buffer)
        let count = source.type.shape.elementCount
        let (depth, size) = (depth, dtype.byteCount)
        let indices = try site.scratch(count * 8)
        let convert = ibex_cast(source.type.dtype.code, DType.int64.code)
        var (number, one) = (1.0, UInt64(0))
        ibex_cast(DType.float64.code, dtype.code)?(1, &one, &number, nil, nil)
        return CPULaunch { [one] buffers in
            convert?(count, indices.pointer, buffers[source.buffer], nil, nil)
            let target = buffers[result]
            target.initializeMemory(as: UInt8.self, repeating: 0, count: count * depth * size)
            for position in 0..<count {
                let index = indices.pointer.load(fromByteOffset: position * 8, as: Int64.self)
                guard index >= 0, index < depth else { continue }
                withUnsafePointer(to: one) {
                    (target + (position * depth + Int(index)) * size).copyMemory(from: $0, byteCount: size)
                }
            }
        }
    }
}
