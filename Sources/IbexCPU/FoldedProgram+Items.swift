import CIbexVector
import IbexGraph

extension FoldedProgram {
    /// A part of the reduction over a range of kept elements.
    struct Item {
        var part: Int
        var kept: Range<Int>
        var reduced: Range<Int>
    }

    func rowItems() -> [Item] {
        let rows = max(1, 16_384 / max(reduced * max(body.cost, 1), 1))
        var items: [Item] = []
        for first in stride(from: 0, to: kept, by: rows) {
            for part in 0..<parts {
                let range = (reduced * part / parts)..<(reduced * (part + 1) / parts)
                items.append(Item(part: part, kept: first..<min(kept, first + rows), reduced: range))
            }
        }
        return items
    }

    func columnItems() -> [Item] {
        // Short rows are taken several at a time; long ones are cut at blocks.
        let width = kept <= body.block ? kept : body.block / 64 * 64
        var items: [Item] = []
        for part in 0..<parts {
            let range = (reduced * part / parts)..<(reduced * (part + 1) / parts)
            for first in stride(from: 0, to: kept, by: width) {
                items.append(Item(part: part, kept: first..<min(kept, first + width), reduced: range))
            }
        }
        return items
    }

    private func reset(_ item: Item) {
        for (index, fold) in folds.enumerated() {
            let cells = cell(index, part: item.part) + item.kept.lowerBound * fold.size
            withUnsafePointer(to: fold.identity) { ibex_fill(fold.size, item.kept.count, cells, $0) }
            guard fold.position != nil else { continue }
            var none: Int64 = -1
            ibex_fill(8, item.kept.count, positions.pointer + (index * kept + item.kept.lowerBound) * 8, &none)
        }
    }

    private func fold(row: Int, part: Int, _ offset: Int, first: Int, count: Int, _ worker: Int) {
        for (index, fold) in folds.enumerated() {
            let cell = cell(index, part: part) + row * fold.size
            let block = body.result(index, worker: worker) + offset * fold.elementSize
            if let position = fold.position {
                let place = (positions.pointer + (index * kept + row) * 8).assumingMemoryBound(to: Int64.self)
                position(fold.largest ? 1 : 0, count, Int64(first), cell, place, block)
            } else {
                fold.rows?(count, cell, block)
            }
        }
    }

    func foldRows(_ item: Item, _ worker: Int) {
        reset(item)
        if item.reduced.count <= body.block / 2, parts == 1, reduced > 0 {
            let rows = body.block / reduced
            var row = item.kept.lowerBound
            while row < item.kept.upperBound {
                let count = min(rows, item.kept.upperBound - row)
                body.evaluate(worker: worker, first: row * reduced, count: count * reduced)
                for r in 0..<count {
                    fold(row: row + r, part: 0, r * reduced, first: 0, count: reduced, worker)
                }
                row += count
            }
            return
        }
        for row in item.kept {
            var first = item.reduced.lowerBound
            while first < item.reduced.upperBound {
                let count = min(body.block, item.reduced.upperBound - first)
                body.evaluate(worker: worker, first: row * reduced + first, count: count)
                fold(row: row, part: item.part, 0, first: first, count: count, worker)
                first += count
            }
        }
    }

    func foldColumns(_ item: Item, _ worker: Int) {
        reset(item)
        let width = item.kept.count
        let rowsAtOnce = width == kept ? max(1, body.block / width) : 1
        var row = item.reduced.lowerBound
        while row < item.reduced.upperBound {
            let rows = min(rowsAtOnce, item.reduced.upperBound - row)
            body.evaluate(worker: worker, first: row * kept + item.kept.lowerBound, count: rows * width)
            for (index, fold) in folds.enumerated() {
                let cells = cell(index, part: item.part) + item.kept.lowerBound * fold.size
                fold.columns?(rows, width, cells, body.result(index, worker: worker))
            }
            row += rows
        }
    }
}
