import CIbexVector
import IbexGraph

/// A fused group that ends in reductions.
///
/// Its elements are computed block by block and folded at once, either along rows (the reduced axes inside) or,
/// where operands lie that way, down columns (the kept axes inside). Long reductions are cut into parts by their
/// size alone; parts are joined in order. Then the epilogue runs over the kept elements, and the closing over all of
/// them: over some rows at a time, while they are in the caches, where rows are folded whole.
final class FoldedProgram {
    let kept: Int
    let reduced: Int
    let byColumns: Bool
    let parts: Int
    let body: BlockProgram
    let epilogue: BlockProgram
    let epilogueInputs: [(value: Int, result: Int)]
    let closing: BlockProgram?
    let folds: [Fold]
    private let pool: ThreadPool
    /// One cell of eight bytes for each reduction, part and kept element, and the positions of extrema.
    let cells: CPUStorage
    let positions: CPUStorage
    /// The folded values in their own types, a block for each worker and reduction.
    private let folded: CPUStorage
    private let foldedSlot: Int

    init(_ op: Ops.Fused, _ site: CPUSite) throws {
        let bodyInputs = Array(site.inputs.prefix(op.views.count))
        let keptRank = op.kept.rank
        let keptSpace = IterationSpace(
            extents: op.kept.extents, strides: op.views.map { Array($0.strides.prefix(keptRank)) })
        let reducedSpace = IterationSpace(
            extents: op.reduced.extents, strides: op.views.map { Array($0.strides.suffix(op.reducedAxes)) })
        kept = keptSpace.count
        reduced = reducedSpace.count
        byColumns = FoldedProgram.prefersColumns(op, keptSpace, reducedSpace)
        parts = FoldedProgram.parts(op, kept: kept, reduced: reduced, byColumns: byColumns)
        pool = site.pool
        body = try BlockProgram(
            space: byColumns ? reducedSpace.around(keptSpace) : keptSpace.around(reducedSpace),
            sources: zip(op.views, bodyInputs).map {
                .operand(buffer: $1.buffer, offset: $0.offset, dtype: $1.type.dtype)
            },
            sinks: op.reductions.map { _ in .register }, expression: op.body, constants: op.constants, site: site
        ) { _, _ in false }
        folds = try zip(op.reductions, body.resultTypes).map { try Fold($0, $1) }

        var tail = FoldedProgram.tail(op, folds)
        var sinks = site.outputs.prefix(op.closing?.storedValues ?? site.outputs.count).map {
            BlockProgram.Sink.buffer($0.buffer)
        }
        let stored = sinks.count
        if let work = op.closing {
            // What the closing reads is kept apart: a result may lie where other programs see it.
            let values = try op.keptTypes.map { BlockProgram.Value(try site.scratch($0.byteCount), $0.dtype) }
            closing = try op.closingProgram(work, values, site)
            tail.results = tail.results.prefix(stored) + tail.results
            sinks += values.map { .memory($0) }
        } else {
            closing = nil
        }
        let externals: [BlockProgram.Source] = folds.map { .external($0.result) }
        let rest = Array(site.inputs[op.epilogueOperands])
        epilogue = try BlockProgram(
            space: IterationSpace(
                extents: op.kept.extents,
                strides: folds.map { _ in op.kept.strides } + op.epilogueViews.map(\.strides)),
            sources: externals
                + zip(op.epilogueViews, rest).map {
                    .operand(buffer: $1.buffer, offset: $0.offset, dtype: $1.type.dtype)
                },
            sinks: sinks, expression: tail, constants: op.constants, site: site
        ) { sink, source in
            sink < stored && source >= op.reductions.count
                && site.overlap(site.outputs[sink].buffer, rest[source - op.reductions.count].buffer)
        }
        epilogueInputs = tail.instructions.enumerated().compactMap { index, instruction in
            if case .load(let source) = instruction.code, source < op.reductions.count { return (index, source) }
            return nil
        }
        cells = try site.scratch(folds.count * parts * kept * 8)
        positions = try site.scratch(folds.contains { $0.position != nil } ? folds.count * parts * kept * 8 : 0)
        foldedSlot = epilogue.block * 8
        folded = try site.scratch(folds.count * site.pool.threadCount * foldedSlot)
    }

    /// Columns where more operands lie along the innermost kept axis than along the innermost reduced one.
    private static func prefersColumns(
        _ op: Ops.Fused, _ kept: IterationSpace, _ reduced: IterationSpace
    ) -> Bool {
        guard kept.count > 1, reduced.count > 1, !op.reductions.contains(where: \.isPosition) else { return false }
        func alongInner(_ space: IterationSpace) -> Int {
            space.strides.filter { abs($0.last ?? 0) == 1 }.count
        }
        return alongInner(kept) > alongInner(reduced)
    }

    private static func parts(_ op: Ops.Fused, kept: Int, reduced: Int, byColumns: Bool) -> Int {
        if op.reductions.contains(where: \.isPosition) { return 1 }
        if byColumns { return max(1, min(16, min(reduced / 16, kept * reduced / 32_768))) }
        return kept >= 16 ? 1 : max(1, min(64, reduced / 16_384))
    }

    /// The epilogue, or one that stores the folded values as they are.
    private static func tail(_ op: Ops.Fused, _ folds: [Fold]) -> Expression {
        if let epilogue = op.epilogue { return epilogue }
        return Expression(
            instructions: folds.enumerated().map { .init(.load($0), $1.result) }, results: Array(folds.indices))
    }

    func cell(_ fold: Int, part: Int) -> UnsafeMutableRawPointer {
        cells.pointer + (fold * parts + part) * kept * 8
    }

    var launch: CPULaunch {
        let items = byColumns ? columnItems() : rowItems()
        let closesRows = closing != nil && !byColumns && parts == 1
        let cost = kept * reduced * max(body.cost + (closing?.cost ?? 0), 1)
        let tailChunks = closesRows ? [] : epilogue.chunks(kept, threads: pool.threadCount)
        let closingChunks = closesRows ? [] : closing?.chunks(kept * reduced, threads: pool.threadCount) ?? []
        return CPULaunch { [self] buffers in
            body.begin(buffers)
            epilogue.begin(buffers)
            closing?.begin(buffers)
            let run: (Int, Int) -> Void = { [self] item, worker in
                if byColumns { foldColumns(items[item], worker) } else { foldRows(items[item], worker) }
                if closesRows { close(items[item].kept, worker) }
            }
            if cost < 16_384 {
                for item in items.indices { run(item, 0) }
            } else {
                pool.run(chunks: items.count, run)
            }
            pool.run(chunks: tailChunks.count) { [self] chunk, worker in finish(tailChunks[chunk], worker) }
            pool.run(chunks: closingChunks.count) { [self] chunk, worker in
                closing?.evaluate(worker: worker, closingChunks[chunk])
            }
        }
    }

    private func close(_ rows: Range<Int>, _ worker: Int) {
        finish(rows, worker)
        closing?.evaluate(worker: worker, rows.lowerBound * reduced..<rows.upperBound * reduced)
    }

    /// Joins the parts of a range of kept elements and computes the epilogue over them.
    private func finish(_ range: Range<Int>, _ worker: Int) {
        var first = range.lowerBound
        while first < range.upperBound {
            let count = min(epilogue.block, range.upperBound - first)
            for (index, fold) in folds.enumerated() {
                let target = folded.pointer + (worker * folds.count + index) * foldedSlot
                let joined = cell(index, part: 0) + first * fold.size
                for part in 1..<max(parts, 1) where parts > 1 {
                    fold.join?(count, joined, joined, cell(index, part: part) + first * fold.size, nil)
                }
                if fold.position != nil {
                    Fold.positionCast?(count, target, positions.pointer + (index * kept + first) * 8, nil, nil)
                } else {
                    fold.close?(count, target, joined, nil, nil)
                }
            }
            for input in epilogueInputs {
                let block = folded.pointer + (worker * folds.count + input.result) * foldedSlot
                epilogue.setExternal(input.value, worker: worker, block)
            }
            epilogue.evaluate(worker: worker, first: first, count: count)
            first += count
        }
    }
}

extension Ops.Fused {
    /// The program of the closing, which reads kept values where the epilogue leaves them.
    fileprivate func closingProgram(
        _ closing: Closing, _ values: [BlockProgram.Value], _ site: CPUSite
    ) throws -> BlockProgram {
        let row = kept.strides + reduced.extents.map { _ in 0 }
        let inputs = Array(site.inputs.dropFirst(epilogueOperands.upperBound))
        let outputs = Array(site.outputs.dropFirst(closing.storedValues))
        return try BlockProgram(
            space: IterationSpace(
                extents: domain.extents, strides: values.map { _ in row } + closing.views.map(\.strides)),
            sources: values.map { .memory($0) }
                + zip(closing.views, inputs).map {
                    .operand(buffer: $1.buffer, offset: $0.offset, dtype: $1.type.dtype)
                },
            sinks: outputs.map { .buffer($0.buffer) }, expression: closing.expression, constants: constants, site: site
        ) { sink, source in
            source >= values.count && site.overlap(outputs[sink].buffer, inputs[source - values.count].buffer)
        }
    }
}
