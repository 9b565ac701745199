import CIbexVector
import IbexGraph

extension Ops.Random: CPULowering {
    package func lower(_ site: CPUSite) throws -> CPULaunch {
        let count = type.shape.elementCount
        let (result, size) = (site.outputs[0].buffer, type.dtype.byteCount)
        let step = site.inputs.first?.buffer
        let (seed, draw) = (seed, UInt64(ordinal) << 32)
        let fill = filler
        let pool = site.pool
        let blocks = (count + 3) / 4
        return CPULaunch { buffers in
            let high = step.map { buffers[$0].load(as: UInt64.self) } ?? 0
            pool.split(blocks, grain: 2_048) { range, _ in
                let first = range.lowerBound * 4
                let target = buffers[result] + first * size
                fill(min(count, range.upperBound * 4) - first, target, draw + UInt64(range.lowerBound), high, seed)
            }
        }
    }

    private var filler: (Int, UnsafeMutableRawPointer, UInt64, UInt64, UInt64) -> Void {
        switch (kind, type.dtype) {
        case (.bits, _):
            { ibex_random_bits($0, $1.assumingMemoryBound(to: UInt32.self), $2, $3, $4) }
        case (.uniform, .float64): { ibex_random_uniform_f64($0, $1.doubles, $2, $3, $4) }
        case (.uniform, _): { ibex_random_uniform_f32($0, $1.floats, $2, $3, $4) }
        case (.normal, .float64): { ibex_random_normal_f64($0, $1.doubles, $2, $3, $4) }
        case (.normal, _): { ibex_random_normal_f32($0, $1.floats, $2, $3, $4) }
        }
    }
}
