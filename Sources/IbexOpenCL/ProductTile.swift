import IbexGraph

/// How the CPU-device kernel cuts a matrix product: the tile that stays in registers, and the blocks of the operands
/// that a work-item copies into memory of its own.
struct ProductTile: Hashable, Sendable {
    /// The register tile: `rows` x `vectors` vectors of `lanes` numbers.
    var rows, vectors: Int
    let lanes: Int
    /// What a work-item makes at most, multiples of the tile, and how many steps of the sum its copies hold.
    var blockRows, blockColumns, depth: Int
    /// Whether a work-item copies its rows of `a` too: with `a` transposed where they are read more than once.
    var packsA: Bool

    var columns: Int { lanes * vectors }

    /// The tile where none was tuned: up to 24 accumulators where the hardware has 32 wide registers, twelve where it has
    /// sixteen of half that width; blocks that fit the caches.
    ///
    /// - Parameter isGathered: whether the rows of `a` are copied from all over an image.
    init(_ product: MatrixProduct, _ dtype: DType, _ info: OpenCLDeviceInfo, isGathered: Bool = false) {
        let isWide = info.nativeFloatWidth >= 16
        lanes = (isWide ? 16 : 8) * 4 / max(dtype.byteCount, 4)
        rows = min(isWide ? 8 : 6, product.m.roundedUp(to: 2))
        vectors = Self.vectors(product.n, lanes: lanes, rows: rows, isWide: isWide)
        if isWide && vectors == 1 && rows == 8 && !isGathered { rows = Self.fewestEmpty(of: [8, 10, 12], product.m) }
        depth = 192
        if isWide && Self.takesFourVectors(product, lanes: lanes, isGathered) {
            (rows, vectors) = (6, 4)
            if isGathered && product.k > depth { depth = 128 }
        }
        // PoCL gives the size of a core's second cache as local memory.
        let block = (info.localMemory >= 1 << 20 ? 256 : 128) * 4 / max(dtype.byteCount, 4)
        blockRows = block / rows * rows
        blockColumns = block / (lanes * vectors) * lanes * vectors
        let collides = Self.rowsCollide(product, dtype)
        packsA =
            isGathered
            || (product.transposeA ? product.n > lanes * vectors || collides : product.n >= 8 * lanes && collides)
    }

    /// The tile's rows, the first of those that leave the least of the last tile empty.
    private static func fewestEmpty(of tiles: [Int], _ rows: Int) -> Int {
        tiles.min { rows.roundedUp(to: $0) < rows.roundedUp(to: $1) }!
    }

    /// Three vectors a row take the fewest loads for what they compute, where few of the columns are left empty.
    private static func vectors(_ columns: Int, lanes: Int, rows: Int, isWide: Bool) -> Int {
        if columns <= lanes { return 1 }
        if rows == 2 && columns >= 4 * lanes { return 4 }
        let fits = columns.roundedUp(to: 3 * lanes) * 20 <= columns * 21
        return isWide && rows == 8 && fits ? 3 : 2
    }

    /// Four vectors a row read `a` but once where they are all the columns of a tall product, as seldom as can be where
    /// its rows were copied, and write a tall result in longer runs, which counts where sums are short.
    private static func takesFourVectors(_ product: MatrixProduct, lanes: Int, _ isGathered: Bool) -> Bool {
        let fits = product.n.roundedUp(to: 4 * lanes) * 20 <= product.n * 21
        let pays = isGathered || product.m >= 1024 && (product.n <= 4 * lanes || product.k <= 128)
        return !product.transposeA && fits && pays
    }

    /// Whether rows of `a` lie whole pages apart, so that the rows of a tile fall into the same sets of the first cache.
    private static func rowsCollide(_ product: MatrixProduct, _ dtype: DType) -> Bool {
        (product.transposeA ? product.m : product.k) * dtype.byteCount % 4096 == 0
    }

    /// The rows and columns that each work-item takes: so that items are alike, and some for each compute unit where
    /// that leaves each enough to do.
    ///
    /// - Parameters:
    ///   - layers: how many such products there are beside each other.
    ///   - perUnit: how many items a compute unit is to have.
    private func share(
        _ product: MatrixProduct, layers: Int, perUnit: Int, computeUnits: Int
    ) -> (rows: Int, columns: Int) {
        let leastWork = 1 << 18
        let items = product.items * layers
        let wanted = min(perUnit * computeUnits, product.m * product.n * items * product.k / leastWork)
        var rows = Self.equalPart(of: product.m, atMost: blockRows, multipleOf: self.rows)
        var columns = Self.equalPart(of: product.n, atMost: blockColumns, multipleOf: self.columns)
        while product.m.dividedUp(by: rows) * product.n.dividedUp(by: columns) * items < wanted {
            if columns > self.columns && (columns >= rows || rows == self.rows) {
                columns = (columns / 2).roundedUp(to: self.columns)
            } else if rows > self.rows {
                rows = (rows / 2).roundedUp(to: self.rows)
            } else {
                break
            }
        }
        return (rows, columns)
    }

    /// What each work-item takes of a product whose rows lie as they are. Of a tall product each takes all columns, and so
    /// copies all of `b`, which large and even items do least often; a product of few columns is soon done.
    func plainShare(_ product: MatrixProduct, computeUnits: Int) -> (rows: Int, columns: Int) {
        let isTall =
            product.items == 1 && product.m >= 4 * product.n && (columns...blockColumns).contains(product.n)
        return isTall
            ? evenShare(product, layers: 1, computeUnits: computeUnits)
            : share(product, layers: 1, perUnit: 4, computeUnits: computeUnits)
    }

    /// As `share`, with fewer and larger items, where what each of them copies is dear, and with so many rows an item that
    /// compute units which take equal numbers of items end together.
    func evenShare(_ product: MatrixProduct, layers: Int, computeUnits: Int) -> (rows: Int, columns: Int) {
        var share = share(product, layers: layers, perUnit: 2, computeUnits: computeUnits)
        let others = product.n.dividedUp(by: share.columns) * layers
        let least = product.m.dividedUp(by: share.rows)
        func load(_ blocks: Int) -> Int {
            let rows = product.m.dividedUp(by: blocks).roundedUp(to: self.rows)
            return (product.m.dividedUp(by: rows) * others).dividedUp(by: computeUnits) * rows
        }
        let blocks = (least...least + least / 4 + computeUnits).min { load($0) < load($1) } ?? least
        share.rows = product.m.dividedUp(by: blocks).roundedUp(to: rows)
        return share
    }

    private static func equalPart(of total: Int, atMost most: Int, multipleOf unit: Int) -> Int {
        total.dividedUp(by: total.dividedUp(by: most)).roundedUp(to: unit)
    }

    /// Of the columns behind the last whole tile, a vector or less is summed as such.
    func macros(_ dtype: DType, _ product: MatrixProduct) -> [(key: String, value: String)] {
        let isNarrow = vectors > 1 && (1...lanes).contains(product.n % columns)
        // Without copies, a last tile of transposed rows reaches back for what it lacks.
        let packs = packsA || product.transposeA && product.m < rows
        return [
            ("REAL", dtype.valueType), ("VW", "\(lanes)"), ("NV", "\(vectors)"), ("MR", "\(rows)"),
            ("ROWS", "\(blockRows)"), ("COLS", "\(blockColumns)"), ("DEPTH", "\(depth)"),
            ("PACK_A", packs ? "1" : "0"), ("NARROW", isNarrow ? "1" : "0"),
        ]
    }
}

extension Int {
    func dividedUp(by divisor: Int) -> Int { (self + divisor - 1) / divisor }
    func roundedUp(to unit: Int) -> Int { dividedUp(by: unit) * unit }
}
