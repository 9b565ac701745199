import IbexGraph

extension ProductTile: TuningCandidate {
    /// `8x2x16 256x256x192 packed`: register tile, block, whether rows are copied.
    var name: String {
        "\(rows)x\(vectors)x\(lanes) \(blockRows)x\(blockColumns)x\(depth)" + (packsA ? " packed" : "")
    }

    /// This tile first, the rule's, then those that differ from it in one way.
    func candidates(_ product: MatrixProduct, isGathered: Bool = false) -> [ProductTile] {
        var all = [self]
        func add(_ change: (inout ProductTile) -> Void) {
            var tile = self
            change(&tile)
            tile.blockRows = tile.blockRows / tile.rows * tile.rows
            tile.blockColumns = tile.blockColumns / tile.columns * tile.columns
            if !all.contains(tile) { all.append(tile) }
        }
        if !product.transposeA && !isGathered { add { $0.packsA.toggle() } }
        if rows > 4 { add { $0.rows = 4 } }
        if product.m > rows, lanes == 16, vectors < 4 { add { $0.rows = 12 } }
        if product.n > lanes { add { $0.vectors = vectors == 2 ? 1 : 2 } }
        if vectors == 4 { add { ($0.rows, $0.vectors) = (8, 2) } }
        if product.k > depth { add { $0.depth = 256 } }
        if product.m > blockRows / 2 { add { $0.blockRows /= 2 } }
        return all
    }
}

extension MatrixProduct {
    /// What decides which tile is best: the type, how operands lie (`n` as they are, `t` transposed) and all extents.
    func tuningKey(_ family: String, _ dtype: DType) -> TuningKey {
        let layout = (transposeA ? "t" : "n") + (transposeB ? "t" : "n")
        return TuningKey(family: family, shapeClass: "\(dtype.rawValue) \(layout) \(items)x\(m)x\(n)x\(k)")
    }
}

extension Ops.Matmul: TunableLowering {
    package func exactElement(_ index: Int, of inputs: [TuningOperand]) throws -> (value: Double, magnitude: Double) {
        let (a, b) = (inputs[0], inputs[1])
        let sizes = try extents(a.type.shape, b.type.shape)
        let (row, column) = (index / sizes.n % sizes.m, index % sizes.n)
        func first(_ shape: Shape) -> Int {
            var (item, start, size) = (index / (sizes.m * sizes.n), 0, shape[-1] * shape[-2])
            for axis in sizes.batch.extents.indices.reversed() {
                let own = axis - (sizes.batch.rank - (shape.rank - 2))
                if own >= 0 {
                    if shape[own] > 1 { start += item % sizes.batch[axis] * size }
                    size *= shape[own]
                }
                item /= sizes.batch[axis]
            }
            return start
        }
        let (startA, startB) = (first(a.type.shape), first(b.type.shape))
        var (value, magnitude) = (0.0, 0.0)
        for step in 0..<sizes.k {
            let x = a.numbers[startA + (transposeA ? step * sizes.m + row : row * sizes.k + step)]
            let y = b.numbers[startB + (transposeB ? column * sizes.k + step : step * sizes.n + column)]
            value += x * y
            magnitude += abs(x * y)
        }
        return (value, magnitude)
    }
}
