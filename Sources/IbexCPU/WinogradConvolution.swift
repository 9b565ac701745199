import CIbexVector
import IbexGraph

/// A float convolution by Winograd's form: bands of tiles are spread to cells, multiplied cell by cell, and gathered.
///
/// Unchecked state is plain memory of its own; threads write to disjoint parts.
final class WinogradConvolution {
    let form: WinogradForm
    private let bandRows: Int
    /// The filter's cells, packed for the products, and on their way there.
    private let panels, loose: CPUStorage
    private let panelFloats: Int
    /// For each thread, a band's cells of what is read, and of what is made.
    private let read, made: CPUStorage
    private let bandTiles: Int
    private var direct: ibex_direct
    private let noOffset: UnsafeMutablePointer<Int>

    /// `nil` where the direct form is better, or where channels do not fill vectors.
    ///
    /// - Parameter hasPanels: whether filters are read; a filter gradient makes them.
    init?(_ form: WinogradForm?, hasPanels: Bool, _ site: CPUSite) throws(IbexError) {
        guard let form, form.pays, form.depth % 16 == 0, form.columns % 16 == 0 else { return nil }
        self.form = form
        // Cells of a band that the second-level cache holds, but products of some height.
        let fitting = 600_000 / (WinogradForm.cells * 4 * (form.depth + form.columns))
        let wanted = max(fitting, 24) / form.tilesAcross
        let bands = (form.tileRows + max(wanted, 1) - 1) / max(wanted, 1)
        bandRows = (form.tileRows + bands - 1) / bands
        bandTiles = bandRows * form.tilesAcross
        panelFloats = ibex_panel_floats(form.depth, form.columns)
        let filterFloats = hasPanels ? WinogradForm.cells * form.depth * form.columns : 0
        panels = try site.scratch(hasPanels ? WinogradForm.cells * panelFloats * 4 : 0)
        loose = try site.scratch(filterFloats * 4)
        let band = WinogradForm.cells * bandTiles * 4 * site.pool.threadCount
        read = try site.scratch(band * form.depth)
        made = try site.scratch(band * form.columns)
        noOffset = .allocate(capacity: 1)
        noOffset.initialize(to: 0)
        direct = ibex_direct(
            outWidth: bandTiles, rowStep: 0, step: form.depth, runs: 1, length: form.depth, offsets: noOffset,
            wide: ibex_has_wide(), filters: form.columns, outStep: form.columns)
    }

    deinit { noOffset.deallocate() }

    /// Bands of an image, each up to `bandRows` rows of tiles.
    var bands: Int { (form.tileRows + bandRows - 1) / bandRows }

    /// Elements of the result that a band of image `image` makes.
    func elements(_ image: Int, band: Int) -> Range<Int> {
        let row = form.outWidth * form.columns
        let start = image * form.outHeight * row
        return (start + band * bandRows * 4 * row)..<(start + min((band + 1) * bandRows * 4, form.outHeight) * row)
    }

    /// Spreads a filter [3, 3, c, f] and packs its cells; `turned` for the way back.
    func pack(_ filter: UnsafePointer<Float>, turned: Bool) {
        let (c, f) = turned ? (form.columns, form.depth) : (form.depth, form.columns)
        ibex_winograd_filters(c, f, turned ? 1 : 0, loose.pointer.floats, filter)
        for cell in 0..<WinogradForm.cells {
            ibex_pack_panels(
                direct.wide, form.depth, form.columns, panels.pointer.floats + cell * panelFloats,
                loose.pointer.floats + cell * form.depth * form.columns, form.depth, form.columns, 0, 1)
        }
    }

    /// The cells of one thread, and how far they lie apart.
    private func cells(_ storage: CPUStorage, _ channels: Int, worker: Int) -> (UnsafeMutablePointer<Float>, Int) {
        let step = bandTiles * channels
        return (storage.pointer.floats + worker * WinogradForm.cells * step, step)
    }

    /// Rows of tiles that a band has.
    private func rows(_ band: Int) -> Range<Int> { (band * bandRows)..<min((band + 1) * bandRows, form.tileRows) }

    private func spread(_ image: UnsafePointer<Float>, band: Int, worker: Int) -> (UnsafeMutablePointer<Float>, Int) {
        let (cells, step) = cells(read, form.depth, worker: worker)
        ibex_winograd_tiles(
            form.height, form.width, form.depth, form.top, form.left, rows(band).lowerBound, rows(band).count,
            form.tilesAcross, step, cells, image)
        return (cells, step)
    }

    /// One band of the result of one image; both begin where that image and its result do.
    func run(_ y: UnsafeMutablePointer<Float>, _ image: UnsafePointer<Float>, band: Int, worker: Int) {
        let (source, sourceStep) = spread(image, band: band, worker: worker)
        let (sums, sumStep) = cells(made, form.columns, worker: worker)
        var product = direct
        product.outWidth = rows(band).count * form.tilesAcross
        for cell in 0..<WinogradForm.cells {
            ibex_direct_rows(
                &product, 1, sums + cell * sumStep, source + cell * sourceStep,
                panels.pointer.floats + cell * panelFloats)
        }
        ibex_winograd_pixels(
            form.outHeight, form.outWidth, form.columns, rows(band).lowerBound, rows(band).count, form.tilesAcross,
            sumStep, y, sums)
    }

    /// Adds one image's share to the cells of a filter's gradient [36, depth, columns].
    func addFilterGradient(
        _ sums: UnsafeMutablePointer<Float>, _ slope: UnsafePointer<Float>, _ image: UnsafePointer<Float>, worker: Int
    ) {
        for band in 0..<bands {
            let (source, sourceStep) = spread(image, band: band, worker: worker)
            let (slopes, slopeStep) = cells(made, form.columns, worker: worker)
            ibex_winograd_slopes(
                form.outHeight, form.outWidth, form.columns, rows(band).lowerBound, rows(band).count, form.tilesAcross,
                slopeStep, slopes, slope)
            var product = direct
            product.outWidth = rows(band).count * form.tilesAcross
            for cell in 0..<WinogradForm.cells {
                ibex_direct_filter(
                    &product, 1, sums + cell * form.depth * form.columns, slopes + cell * slopeStep,
                    source + cell * sourceStep)
            }
        }
    }
}

extension EpilogueOp {
    /// Bands of all images, each finished while it is in cache.
    func launch(
        _ winograd: WinogradConvolution, _ epilogue: EpilogueProgram, _ pool: ThreadPool, source: Int, filter: Int,
        turned: Bool
    ) -> CPULaunch {
        let form = winograd.form
        let sourceFloats = form.height * form.width * form.depth
        let resultFloats = form.outHeight * form.outWidth * form.columns
        return CPULaunch { buffers in
            winograd.pack(buffers[filter].floats, turned: turned)
            let images = UnsafePointer(buffers[source].floats)
            let y = epilogue.begin(buffers)
            pool.run(chunks: form.images * winograd.bands) { chunk, worker in
                let (image, band) = (chunk / winograd.bands, chunk % winograd.bands)
                winograd.run(
                    y.floats + image * resultFloats, images + image * sourceFloats, band: band, worker: worker)
                epilogue.finish(worker: worker, winograd.elements(image, band: band))
            }
        }
    }
}
