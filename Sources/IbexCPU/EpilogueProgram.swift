import IbexGraph

/// The elementwise tail of a product, applied to each part of the result as soon as it is computed.
final class EpilogueProgram {
    /// Where the op's own values go: the output, or memory beside it where the tail changes the type.
    private let aside: CPUStorage?
    private let program: BlockProgram?
    private let values: [Int]
    private let elementSize: Int
    private let output: Int
    private var base: UnsafeMutableRawPointer?

    /// - Parameter own: how many of the step's operands are the op's own.
    init(_ epilogue: Epilogue?, _ dtype: DType, own: Int, _ site: CPUSite) throws {
        output = site.outputs[0].buffer
        elementSize = dtype.byteCount
        let shape = site.outputs[0].type.shape
        guard let epilogue else {
            (aside, program, values) = (nil, nil, [])
            return
        }
        let operands = Array(site.inputs.dropFirst(own))
        let outputs = site.outputs.map(\.buffer)
        let isAside =
            epilogue.dtypes[0].byteCount != dtype.byteCount
            || operands.contains { site.overlap($0.buffer, outputs[0]) }
        aside = isAside ? try site.scratch(shape.elementCount * dtype.byteCount) : nil
        let sources: [BlockProgram.Source] = zip(epilogue.views, operands).map {
            .operand(buffer: $1.buffer, offset: $0.offset, dtype: $1.type.dtype)
        }
        program = try BlockProgram(
            space: IterationSpace(
                extents: shape.extents, strides: [shape.strides] + epilogue.views.map(\.strides)),
            sources: [.external(dtype)] + sources, sinks: outputs.map { .buffer($0) }, expression: epilogue.expression,
            constants: epilogue.constants, site: site
        ) { sink, source in
            source == 0 ? sink == 0 && !isAside : site.overlap(outputs[sink], operands[source - 1].buffer)
        }
        values = epilogue.expression.instructions.indices.filter {
            epilogue.expression.instructions[$0].code == .load(0)
        }
    }

    /// Takes the run's addresses; gives the address that the op's own values go to.
    func begin(_ buffers: CPUBuffers) -> UnsafeMutableRawPointer {
        program?.begin(buffers)
        let own = aside?.pointer ?? buffers[output]
        base = own
        return own
    }

    /// Finishes elements whose own values are there.
    func finish(worker: Int, _ range: Range<Int>) {
        guard let program, let base else { return }
        var first = range.lowerBound
        while first < range.upperBound {
            var count = min(program.block, range.upperBound - first)
            if program.followsRows { count = min(count, program.space.inner - first % program.space.inner) }
            for value in values { program.setExternal(value, worker: worker, base + first * elementSize) }
            program.evaluate(worker: worker, first: first, count: count)
            first += count
        }
    }

    /// Finishes some columns of some rows of a result that is `width` elements wide.
    func finish(worker: Int, rows: Range<Int>, columns: Range<Int>, width: Int) {
        guard program != nil else { return }
        if columns.count == width {
            return finish(worker: worker, (rows.lowerBound * width)..<(rows.upperBound * width))
        }
        for row in rows {
            finish(worker: worker, (row * width + columns.lowerBound)..<(row * width + columns.upperBound))
        }
    }
}
