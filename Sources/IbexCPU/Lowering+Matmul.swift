import IbexGraph

/// A part of a batched product: some rows and columns of one matrix.
private struct MatmulPiece {
    var batch: Int
    var rows: Range<Int>
    var columns: Range<Int>
}

extension Ops.Matmul: CPULowering {
    package func lower(_ site: CPUSite) throws -> CPULaunch {
        let dtype = try site.productType(self)
        let (a, b) = (site.inputs[0], site.inputs[1])
        let sizes = try extents(a.type.shape, b.type.shape)
        let (m, n, k) = (sizes.m, sizes.n, sizes.k)
        let size = dtype.byteCount
        let batches = sizes.batch.elementCount
        let offsetsA = batchOffsets(a.type.shape, sizes.batch)
        let offsetsB = batchOffsets(b.type.shape, sizes.batch)
        let epilogue = try EpilogueProgram(self.epilogue, dtype, own: ownOperandCount(site.inputs.count), site)
        let pieces = pieces(sizes, batches, threads: site.pool.threadCount)
        let isSmall = m * n * k * batches < 60_000
        let (transposeA, transposeB) = (transposeA, transposeB)
        let pool = site.pool
        return CPULaunch { buffers in
            let (baseA, baseB) = (buffers[a.buffer], buffers[b.buffer])
            let c = epilogue.begin(buffers)
            let run: (Int, Int) -> Void = { index, worker in
                let piece = pieces[index]
                let (i, j) = (piece.rows.lowerBound, piece.columns.lowerBound)
                let product = MatrixProduct(
                    transposeA: transposeA, transposeB: transposeB, m: piece.rows.count, n: piece.columns.count, k: k,
                    strideA: transposeA ? m : k, strideB: transposeB ? k : n, strideC: n)
                product.run(
                    dtype, baseA + (offsetsA[piece.batch] + (transposeA ? i : i * k)) * size,
                    baseB + (offsetsB[piece.batch] + (transposeB ? j * k : j)) * size,
                    c + ((piece.batch * m + i) * n + j) * size)
                let rows = (piece.batch * m + i)..<(piece.batch * m + piece.rows.upperBound)
                epilogue.finish(worker: worker, rows: rows, columns: piece.columns, width: n)
            }
            if isSmall {
                for index in pieces.indices { run(index, 0) }
            } else {
                pool.run(chunks: pieces.count, run)
            }
        }
    }

    /// Where each matrix of the result's batch begins in an operand whose batch axes broadcast, in elements.
    private func batchOffsets(_ shape: Shape, _ batch: Shape) -> [Int] {
        let own = Shape(Array(shape.extents.dropLast(2)))
        let area = shape[-1] * shape[-2]
        let strides = own.strides
        return (0..<batch.elementCount).map { index in
            var (rest, offset) = (index, 0)
            for back in 0..<batch.rank {
                let extent = batch.extents[batch.rank - 1 - back]
                let coordinate = rest % extent
                rest /= extent
                let axis = own.rank - 1 - back
                if axis >= 0, own.extents[axis] > 1 { offset += coordinate * strides[axis] }
            }
            return offset * area
        }
    }

    /// Whole matrices where there are enough of them; else the longer side is cut, in multiples of what the kernels
    /// of OpenBLAS compute at once.
    private func pieces(_ sizes: Extents, _ batches: Int, threads: Int) -> [MatmulPiece] {
        let (m, n) = (sizes.m, sizes.n)
        let work = m * n * sizes.k
        let wanted = batches >= threads ? 1 : max(1, min(threads, work * batches / 100_000))
        func cuts(_ extent: Int, _ unit: Int) -> [Range<Int>] {
            let step = max(unit, ((extent + wanted - 1) / wanted + unit - 1) / unit * unit)
            return stride(from: 0, to: extent, by: step).map { $0..<min(extent, $0 + step) }
        }
        var pieces: [MatmulPiece] = []
        for batch in 0..<batches {
            if wanted == 1 {
                pieces.append(MatmulPiece(batch: batch, rows: 0..<m, columns: 0..<n))
            } else if m >= n {
                pieces += cuts(m, 8).map { MatmulPiece(batch: batch, rows: $0, columns: 0..<n) }
            } else {
                pieces += cuts(n, 16).map { MatmulPiece(batch: batch, rows: 0..<m, columns: $0) }
            }
        }
        return pieces
    }
}
