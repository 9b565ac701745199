import CIbexVector
import IbexGraph

extension BlockProgram {
    /// Takes this run's addresses and computes what is the same for all elements; before the first `evaluate`.
    func begin(_ buffers: CPUBuffers) {
        for (index, source) in sources.enumerated() {
            switch source {
            case .operand(let buffer, let offset, let dtype):
                sourceBases[index] = buffers[buffer] + offset * dtype.byteCount
            case .memory(let value): sourceBases[index] = value.storage.pointer
            case .external: continue
            }
        }
        for (index, sink) in sinks.enumerated() {
            switch sink {
            case .buffer(let buffer): sinkBases[index] = buffers[buffer]
            case .memory(let value): sinkBases[index] = value.storage.pointer
            case .register: continue
            }
        }
        fillPatterns()
        guard !uniformLoads.isEmpty || !uniformCodes.isEmpty else { return }
        for load in uniformLoads {
            scalars[load.value].copyMemory(from: sourceBases[load.source], byteCount: loadSize(load.source))
        }
        computeUniforms()
        fillBlocks()
    }

    /// Computes the values that are the same for all elements, from constants and what was loaded.
    func computeUniforms() {
        for code in uniformCodes {
            code.function?(1, scalars[code.target], scalars[code.a], scalars[code.b], scalars[code.c])
        }
    }

    private func fillPatterns() {
        for (index, load) in periodic.enumerated() {
            let (row, pattern) = (space.inner * load.size, patterns + index * patternSlot)
            let length = (block + space.inner) * load.size
            pattern.copyMemory(from: sourceBases[load.source], byteCount: row)
            var done = row
            while done < length {
                let more = min(done, length - done)
                (pattern + done).copyMemory(from: pattern, byteCount: more)
                done += more
            }
        }
    }

    private func loadSize(_ source: Int) -> Int {
        switch sources[source] {
        case .operand(_, _, let dtype), .external(let dtype): dtype.byteCount
        case .memory(let value): value.dtype.byteCount
        }
    }

    /// Hands over the block that `load` instruction number `value` reads.
    func setExternal(_ value: Int, worker: Int, _ address: UnsafeMutableRawPointer) {
        values[worker * valueCount + value] = address
    }

    /// The block of result `index` after `evaluate`.
    func result(_ index: Int, worker: Int) -> UnsafeMutableRawPointer {
        values[worker * valueCount + results[index]]
    }

    /// Computes `count` elements from position `first`; no more than `block` of them.
    func evaluate(worker: Int, first: Int, count: Int) {
        let value = values + worker * valueCount
        let target = loadTargets + worker * valueCount
        for load in direct { value[load.value] = sourceBases[load.source] + first * load.size }
        if !periodic.isEmpty {
            let phase = first % space.inner
            for (index, load) in periodic.enumerated() {
                value[load.value] = patterns + index * patternSlot + phase * load.size
            }
        }
        for result in intoSink {
            let address = sinkBases[result.sink] + first * result.size
            value[result.value] = address
            target[result.value] = address
        }
        let rank = space.extents.count
        codes.withUnsafeBufferPointer { codes in
            for code in codes {
                switch code.kind {
                case .apply:
                    code.function.unsafelyUnwrapped(
                        count, value[code.target], value[code.a], value[code.b], value[code.c])
                case .load:
                    let found = ibex_load_view(
                        Int32(rank), extents, strides + code.source * rank, code.size, Int64(first), count,
                        target[code.target], sourceBases[code.source])
                    value[code.target] = UnsafeMutableRawPointer(mutating: found.unsafelyUnwrapped)
                case .store:
                    let address = sinkBases[code.target] + first * code.size
                    if address != value[code.a] {
                        address.copyMemory(from: value[code.a], byteCount: count * code.size)
                    }
                }
            }
        }
        for result in intoSink where value[result.value] != target[result.value] {
            target[result.value].copyMemory(from: value[result.value], byteCount: count * result.size)
        }
    }

    /// Whether rows of the inner axis are long enough to be blocks of their own, so that loads need no copy.
    var followsRows: Bool { space.extents.count > 1 && space.inner >= 256 }

    /// Computes the elements of a range, block by block.
    func evaluate(worker: Int, _ range: Range<Int>) {
        var first = range.lowerBound
        let inner = space.inner
        while first < range.upperBound {
            var count = min(block, range.upperBound - first)
            if followsRows { count = min(count, inner - first % inner) }
            evaluate(worker: worker, first: first, count: count)
            first += count
        }
    }

    /// How a range of `count` elements is cut for the pool: whole blocks, about 16,000 simple operations or more in
    /// each, at most four for each thread.
    func chunks(_ count: Int, threads: Int) -> [Range<Int>] {
        guard count > 0 else { return [] }
        let wanted = max(1, min(threads * 4, count * max(cost, 1) / 16_384))
        let unit = followsRows ? space.inner : block
        let step = max(unit, (count / wanted + unit - 1) / unit * unit)
        return stride(from: 0, to: count, by: step).map { $0..<min(count, $0 + step) }
    }
}
