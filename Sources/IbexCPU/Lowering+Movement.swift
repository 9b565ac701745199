import CIbexVector
import IbexGraph

extension Ops.Concatenate: CPULowering {
    package func lower(_ site: CPUSite) throws -> CPULaunch {
        let shape = site.outputs[0].type.shape
        let size = site.outputs[0].type.dtype.byteCount
        let inner = shape.extents.dropFirst(axis + 1).reduce(size, *)
        let outer = shape.extents.prefix(axis).reduce(1, *)
        let rowBytes = shape[axis] * inner
        var start = 0
        let parts = site.inputs.map { input in
            defer { start += input.type.shape[axis] * inner }
            return (buffer: input.buffer, at: start, bytes: input.type.shape[axis] * inner)
        }
        let result = site.outputs[0].buffer
        let pool = site.pool
        return CPULaunch { buffers in
            pool.split(outer, grain: max(1, 65_536 / max(rowBytes, 1))) { range, _ in
                for row in range {
                    let target = buffers[result] + row * rowBytes
                    for part in parts {
                        (target + part.at).copyMemory(
                            from: buffers[part.buffer] + row * part.bytes, byteCount: part.bytes)
                    }
                }
            }
        }
    }
}

extension Ops.Pad: CPULowering {
    package func lower(_ site: CPUSite) throws -> CPULaunch {
        let (source, target) = (site.inputs[0], site.outputs[0])
        let size = target.type.dtype.byteCount
        let total = target.type.shape.elementCount
        let extents = source.type.shape.extents
        let strides = target.type.shape.strides
        let steps = zip(strides, interior).map { $0 * ($1 + 1) }
        let begin = zip(strides, low).reduce(0) { $0 + $1.0 * $1.1 }
        let inner = extents.last ?? 1
        let innerStep = steps.last ?? 1
        let rows = source.type.shape.elementCount / max(inner, 1)
        var (number, filling) = (value, UInt64(0))
        ibex_cast(DType.float64.code, target.type.dtype.code)?(1, &filling, &number, nil, nil)
        let pool = site.pool
        return CPULaunch { [filling] buffers in
            let (from, to) = (buffers[source.buffer], buffers[target.buffer])
            pool.split(total, grain: 32_768) { range, _ in
                withUnsafePointer(to: filling) { ibex_fill(size, range.count, to + range.lowerBound * size, $0) }
            }
            pool.split(rows, grain: max(1, 16_384 / max(inner, 1))) { range, _ in
                for row in range {
                    var (rest, offset) = (row, begin)
                    for axis in stride(from: extents.count - 2, through: 0, by: -1) {
                        offset += rest % extents[axis] * steps[axis]
                        rest /= extents[axis]
                    }
                    ibex_store_strided(size, inner, to + offset * size, innerStep, from + row * inner * size)
                }
            }
        }
    }
}
