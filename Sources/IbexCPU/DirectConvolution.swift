import CIbexVector
import IbexGraph

/// A float convolution without columns: windows are read where the image lies. Images that the window
/// leaves are first copied into a border of zeros, one for each thread.
///
/// Unchecked state is plain memory of its own; threads write to disjoint parts.
final class DirectConvolution {
    private let height, width, channels: Int
    private let low: [Int]
    /// Rows and columns of the image with its border; the image itself where none is needed.
    private let paddedHeight, paddedWidth: Int
    private let needsCopy: Bool
    let outHeight, outWidth: Int
    private let groups: Int
    private let offsets: UnsafeMutablePointer<Int>
    private let panels: CPUStorage
    private let panelBytes: Int
    private let padded: CPUStorage
    private let paddedBytes: Int
    private var direct: ibex_direct
    /// Filters and channels of one group.
    private let filters, groupChannels: Int

    /// - Parameters:
    ///   - image: rows, columns and channels of what is read.
    ///   - out: rows and columns of what is made.
    ///   - reversed: whether the kernel's cells are taken in reverse, as for an input gradient.
    init(
        image: [Int], out: [Int], size: [Int], strides: [Int], dilation: [Int], low: [Int], groups: Int,
        filters: Int, reversed: Bool, site: CPUSite
    ) throws(IbexError) {
        (height, width, channels) = (image[0], image[1], image[2])
        (outHeight, outWidth) = (out[0], out[1])
        self.low = low
        self.groups = groups
        self.filters = filters / groups
        groupChannels = channels / groups
        let neededHeight = (out[0] - 1) * strides[0] + (size[0] - 1) * dilation[0] + 1
        let neededWidth = (out[1] - 1) * strides[1] + (size[1] - 1) * dilation[1] + 1
        needsCopy = low != [0, 0] || neededHeight > height || neededWidth > width
        paddedHeight = needsCopy ? neededHeight : height
        paddedWidth = needsCopy ? neededWidth : width
        paddedBytes = needsCopy ? (paddedHeight * paddedWidth * channels * 4 + 63) / 64 * 64 : 0
        padded = try site.scratch(paddedBytes * site.pool.threadCount)
        padded.pointer.initializeMemory(as: UInt8.self, repeating: 0, count: paddedBytes * site.pool.threadCount)

        let isMerged = !reversed && dilation[1] == 1 && groups == 1
        var places: [Int] = []
        for i in 0..<size[0] {
            let row = (reversed ? size[0] - 1 - i : i) * dilation[0] * paddedWidth
            if isMerged {
                places.append(row * channels)
            } else {
                for j in 0..<size[1] {
                    places.append((row + (reversed ? size[1] - 1 - j : j) * dilation[1]) * channels)
                }
            }
        }
        offsets = .allocate(capacity: places.count)
        offsets.initialize(from: places, count: places.count)
        let length = isMerged ? size[1] * channels : groupChannels
        panelBytes = ibex_panel_floats(places.count * length, self.filters) * 4
        panels = try site.scratch(panelBytes * groups)
        direct = ibex_direct(
            outWidth: out[1], rowStep: strides[0] * paddedWidth * channels, step: strides[1] * channels,
            runs: places.count, length: length, offsets: offsets, wide: ibex_has_wide(),
            filters: self.filters, outStep: filters)
    }

    deinit { offsets.deallocate() }

    /// Elements of one row of the result.
    var rowElements: Int { outWidth * direct.outStep }

    private var depth: Int { direct.runs * direct.length }

    /// Packs a kernel [cells, channels of a group, all filters] for the forward direction.
    func pack(_ filter: UnsafePointer<Float>) {
        for group in 0..<groups {
            ibex_pack_panels(
                direct.wide, depth, filters, (panels.pointer + group * panelBytes).floats, filter + group * filters,
                depth,
                direct.outStep, 0, 1)
        }
    }

    /// Packs the same kernel for the way back: what was a filter is a channel here and the other way round.
    func packTransposed(_ filter: UnsafePointer<Float>) {
        for group in 0..<groups {
            ibex_pack_panels(
                direct.wide, depth, filters, (panels.pointer + group * panelBytes).floats,
                filter + group * groupChannels,
                groupChannels, 1, filters * channels, channels)
        }
    }

    /// The image as the windows read it.
    func prepare(_ image: UnsafePointer<Float>, worker: Int) -> UnsafePointer<Float> {
        guard needsCopy else { return image }
        let target = (padded.pointer + worker * paddedBytes).floats
        let columns = max(0, -low[1])..<max(max(0, -low[1]), min(width, paddedWidth - low[1]))
        for row in 0..<height where (0..<paddedHeight).contains(row + low[0]) && !columns.isEmpty {
            let at = ((row + low[0]) * paddedWidth + columns.lowerBound + low[1]) * channels
            (target + at).update(
                from: image + (row * width + columns.lowerBound) * channels, count: columns.count * channels)
        }
        return UnsafePointer(target)
    }

    /// Rows of the result of one image; `y` is where its first row goes.
    func rows(_ rows: Range<Int>, _ y: UnsafeMutablePointer<Float>, _ image: UnsafePointer<Float>) {
        for group in 0..<groups {
            ibex_direct_rows(
                &direct, rows.count, y + rows.lowerBound * outWidth * direct.outStep + group * filters,
                image + rows.lowerBound * direct.rowStep + group * groupChannels,
                (panels.pointer + group * panelBytes).floats)
        }
    }

    /// Adds one image's share to a kernel's gradient.
    func addFilterGradient(
        _ dw: UnsafeMutablePointer<Float>, _ dy: UnsafePointer<Float>, _ image: UnsafePointer<Float>
    ) {
        for group in 0..<groups {
            ibex_direct_filter(
                &direct, outHeight, dw + group * filters, dy + group * filters, image + group * groupChannels)
        }
    }
}

extension ConvolutionPlan {
    /// Whether tiles of outputs fill the registers: float, rows of some length, filters enough for a vector.
    func suitsDirect(outWidth: Int, filters: Int) -> Bool {
        dtype == .float32 && outWidth >= 6 && filters >= 8 && !isDepthwise
    }
}
