import CIbexVector
import IbexGraph

extension Ops.Fused: CPULowering {
    package func lower(_ site: CPUSite) throws -> CPULaunch {
        if isReduction { return try FoldedProgram(self, site).launch }
        return try launchOfMaps([map(site)], site.pool)
    }

    /// The block program of a group without reduced axes.
    func map(_ site: CPUSite) throws -> BlockProgram {
        try BlockProgram(
            space: IterationSpace(extents: domain.extents, strides: views.map(\.strides)),
            sources: zip(views, site.inputs).map {
                .operand(buffer: $1.buffer, offset: $0.offset, dtype: $1.type.dtype)
            },
            sinks: site.outputs.map { .buffer($0.buffer) }, expression: body, constants: constants, site: site
        ) { site.overlap(site.outputs[$0].buffer, site.inputs[$1].buffer) }
    }
}

extension Ops.HorizontalFused: CPULowering {
    package func lower(_ site: CPUSite) throws -> CPULaunch {
        var (input, output) = (0, 0)
        let programs = try parts.map { part in
            let results = part.body.results.count
            defer {
                input += part.views.count
                output += results
            }
            return try part.map(
                site.with(
                    inputs: Array(site.inputs[input..<input + part.views.count]),
                    outputs: Array(site.outputs[output..<output + results])))
        }
        return launchOfMaps(programs, site.pool)
    }
}

/// One launch that runs several map programs over all their elements.
func launchOfMaps(_ programs: [BlockProgram], _ pool: ThreadPool) -> CPULaunch {
    let total = programs.reduce(0) { $0 + $1.space.count * max($1.cost, 1) }
    var work: [(program: BlockProgram, range: Range<Int>)] = []
    for program in programs {
        work += program.chunks(program.space.count, threads: pool.threadCount).map { (program, $0) }
    }
    let pieces = work
    // Below some ten thousand operations, waking the other threads costs more than they save.
    let isSmall = total < 16_384
    return CPULaunch { buffers in
        for program in programs { program.begin(buffers) }
        if isSmall {
            for piece in pieces { piece.program.evaluate(worker: 0, piece.range) }
        } else {
            pool.run(chunks: pieces.count) { chunk, worker in
                pieces[chunk].program.evaluate(worker: worker, pieces[chunk].range)
            }
        }
    }
}
