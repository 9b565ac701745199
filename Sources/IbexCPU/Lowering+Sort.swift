import IbexGraph

/// An element as an unsigned number that is in the same order, and where it stands in its row.
private struct Ranked: Comparable, BitwiseCopyable {
    let key: UInt64
    let position: Int32

    static func < (a: Ranked, b: Ranked) -> Bool { a.key == b.key ? a.position < b.position : a.key < b.key }
}

extension Ops.Sort: CPULowering {
    /// Rows are shared among the threads; each keeps memory for one.
    package func lower(_ site: CPUSite) throws -> CPULaunch {
        let (x, result) = (site.inputs[0], site.outputs[0].buffer)
        let (columns, count) = (x.type.shape[-1], x.type.shape.elementCount)
        guard count > 0 else { return CPULaunch { _ in } }
        let stride = MemoryLayout<Ranked>.stride
        let memory = try site.scratch(site.pool.threadCount * columns * stride)
        let (pool, rowBytes) = (site.pool, columns * x.type.dtype.byteCount)
        let flip: UInt64 = descending ? .max : 0
        return CPULaunch { buffers in
            pool.split(count / columns, grain: max(1, 1024 / columns)) { range, worker in
                var row = UnsafeMutableBufferPointer(
                    start: (memory.pointer + worker * columns * stride).bindMemory(to: Ranked.self, capacity: columns),
                    count: columns)
                for number in range {
                    x.type.dtype.fill(row, from: UnsafeRawPointer(buffers[x.buffer] + number * rowBytes), flip)
                    row.sort()
                    let positions = buffers[result] + number * columns * 4
                    for place in 0..<columns {
                        positions.storeBytes(of: row[place].position, toByteOffset: place * 4, as: Int32.self)
                    }
                }
            }
        }
    }
}

extension DType {
    fileprivate func fill(_ row: UnsafeMutableBufferPointer<Ranked>, from x: UnsafeRawPointer, _ flip: UInt64) {
        func each<Scalar: BitwiseCopyable>(_: Scalar.Type, _ key: (Scalar) -> UInt64) {
            for place in row.indices {
                let scalar = x.load(fromByteOffset: place * MemoryLayout<Scalar>.size, as: Scalar.self)
                row.initializeElement(at: place, to: Ranked(key: key(scalar) ^ flip, position: Int32(place)))
            }
        }
        switch self {
        case .float64: each(Double.self) { $0.rank }
        case .float32: each(Float.self) { Double($0).rank }
        case .int64: each(Int64.self) { UInt64(bitPattern: $0) ^ (1 << 63) }
        case .int32: each(Int32.self) { UInt64(bitPattern: Int64($0)) ^ (1 << 63) }
        case .bool, .uint8: each(UInt8.self) { UInt64($0) }
        case .float16, .bfloat16: break
        }
    }
}

extension Double {
    /// An unsigned number in the order of the numbers: zeros are equal, NaN is the largest.
    fileprivate var rank: UInt64 {
        if isNaN { return .max }
        let bits = (self + 0).bitPattern
        return bits >> 63 == 1 ? ~bits : bits | (1 << 63)
    }
}
