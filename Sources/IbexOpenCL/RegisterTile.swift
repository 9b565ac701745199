import IbexGraph

/// The register tile of the CPU-device kernels: `rows` x `vectors` vectors of `lanes` numbers.
struct RegisterTile: Hashable, Sendable {
    let lanes: Int
    var vectors: Int
    var rows: Int

    /// The rows that one work-item of those kernels takes at most (ROW_BLOCK in their sources).
    static let rowBlock = 128

    /// The tile for a result of so many columns: sixteen accumulators where the hardware has 32 wide registers, eight
    /// where it has sixteen of half that width.
    ///
    /// - Parameter isBroad: whether four vectors a row are better where few of the columns are left empty: where the work
    ///   between the taps is much beside that of a tap.
    init(_ dtype: DType, columns: Int, _ info: OpenCLDeviceInfo, isBroad: Bool = false) {
        let wide = info.nativeFloatWidth >= 16
        lanes = (wide ? 16 : 8) * 4 / max(dtype.byteCount, 4)
        vectors = columns > lanes ? 2 : 1
        rows = wide ? 8 : 4
        if isBroad && wide && columns.roundedUp(to: 4 * lanes) * 20 <= columns * 21 { (rows, vectors) = (4, 4) }
    }

    var columns: Int { lanes * vectors }

    /// The tile with as many rows, up to half as many more, as leave the least of the last tile empty.
    func fitting(rows total: Int) -> RegisterTile {
        var fitting = self
        fitting.rows = (rows...rows * 3 / 2).min { waste($0, total) < waste($1, total) }!
        return fitting
    }

    private func waste(_ rows: Int, _ total: Int) -> Int { (total + rows - 1) / rows * rows - total }

    /// The rows that each work-item takes so that there is work for everyone.
    func rowsPerItem(rows total: Int, otherItems: Int, _ recorder: OpenCLRecorder) -> Int {
        var rows = Self.rowBlock
        while rows > self.rows, (total + rows - 1) / rows * otherItems < recorder.wantedItems { rows /= 2 }
        // All alike: a device hands items out in runs, and a short last row of items would all be in one.
        return total.dividedUp(by: total.dividedUp(by: max(rows, self.rows))).roundedUp(to: self.rows)
    }

    func macros(_ dtype: DType) -> [(key: String, value: String)] {
        [("REAL", dtype.valueType), ("VW", "\(lanes)"), ("NV", "\(vectors)"), ("MR", "\(rows)")]
    }
}
