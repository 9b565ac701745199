import CIbexVector
import Testing

/// Both shapes of tile against the plain sum, on every processor that has them. Whole numbers keep sums exact.
@Suite struct DirectTileTests {
    private let height = 11
    private let width = 17
    private let channels = 5
    private let rows = 3
    private let columns = 3
    private var outHeight: Int { height - rows + 1 }
    private var outWidth: Int { width - columns + 1 }
    private var depth: Int { rows * columns * channels }

    private func numbers(_ count: Int, _ step: Int) -> [Float] { (0..<count).map { Float($0 * step % 7 - 3) } }

    /// The cell `k` of the window at an output.
    private func cell(_ y: Int, _ x: Int, _ k: Int) -> Int {
        let (i, rest) = (k / (columns * channels), k % (columns * channels))
        return ((y + i) * width + x) * channels + rest
    }

    @Test(arguments: [false, true], [16, 37, 48, 64])
    func agreesWithThePlainSum(_ wide: Bool, _ filters: Int) {
        if wide && ibex_has_wide() == 0 { return }
        let flag: Int32 = wide ? 1 : 0
        let image = numbers(height * width * channels, 5)
        let filter = numbers(depth * filters, 3)
        var panels = [Float](repeating: 0, count: ibex_panel_floats(depth, filters))
        ibex_pack_panels(flag, depth, filters, &panels, filter, depth, filters, 0, 1)
        let offsets = (0..<rows).map { $0 * width * channels }
        var y = [Float](repeating: 0, count: outHeight * outWidth * filters)
        var dw = [Float](repeating: 0, count: depth * filters)
        offsets.withUnsafeBufferPointer { offsets in
            var direct = ibex_direct(
                outWidth: outWidth, rowStep: width * channels, step: channels, runs: rows,
                length: columns * channels, offsets: offsets.baseAddress, wide: flag, filters: filters,
                outStep: filters)
            ibex_direct_rows(&direct, outHeight, &y, image, panels)
            if filters % 16 == 0 { ibex_direct_filter(&direct, outHeight, &dw, y, image) }
        }
        var wrong = 0
        var sums = [Float](repeating: 0, count: depth * filters)
        for row in 0..<outHeight {
            for column in 0..<outWidth {
                let at = (row * outWidth + column) * filters
                for f in 0..<filters {
                    var sum: Float = 0
                    for k in 0..<depth {
                        sum += image[cell(row, column, k)] * filter[k * filters + f]
                        sums[k * filters + f] += image[cell(row, column, k)] * y[at + f]
                    }
                    if sum != y[at + f] { wrong += 1 }
                }
            }
        }
        #expect(wrong == 0)
        if filters % 16 == 0 { #expect(dw == sums) }
    }
}
