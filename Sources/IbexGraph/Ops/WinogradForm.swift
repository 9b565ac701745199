/// A 3x3 convolution of stride 1, or its input gradient, as Winograd's F(4x4, 3x3) sees it: tiles of 4 x 4 results,
/// each made in 36 multiplications a channel where the direct form takes 144.
///
/// In each of the 36 cells the convolution is a matrix product [tiles, depth] x [depth, columns]; before it the image
/// and the filter are spread to cells, after it the cells are gathered to pixels. The filter gradient is the same with
/// roles changed, F(3x3, 4x4). Results differ from exact ones by at most 4e-6 of the largest sum of the products'
/// magnitudes: the cells mix the pixels of a tile, so a pixel's error follows its neighbours' size too. Measured: up to
/// 2.1e-6. Source: Lavin & Gray, "Fast Algorithms for Convolutional Neural Networks" (2016).
package struct WinogradForm: Sendable {
    package let images: Int
    /// What is read: rows, columns, channels.
    package let height, width, depth: Int
    /// What is made: rows, columns, channels.
    package let outHeight, outWidth, columns: Int
    /// Cells of zeros before the image.
    package let top, left: Int

    /// Numbers of one tile after it was spread.
    package static let cells = 36

    /// - Parameters:
    ///   - image, result: shapes [n, h, w, c] and [n, oh, ow, f] of the forward pass.
    ///   - isGradient: whether the image's gradient is made from the result's.
    /// - Returns: `nil` where the window is another, or the element type.
    package init?(
        image: Shape, result: Shape, _ window: Window, groups: Int, isGradient: Bool, _ dtype: DType
    ) {
        guard
            dtype == .float32, groups == 1, window.size == [3, 3], window.strides == [1, 1], window.dilation == [1, 1]
        else { return nil }
        let (source, target) = isGradient ? (result, image) : (image, result)
        images = image[0]
        (height, width, depth) = (source[1], source[2], source[3])
        (outHeight, outWidth, columns) = (target[1], target[2], target[3])
        top = isGradient ? 2 - window.low[0] : window.low[0]
        left = isGradient ? 2 - window.low[1] : window.low[1]
    }

    package var tileRows: Int { (outHeight + 3) / 4 }
    package var tilesAcross: Int { (outWidth + 3) / 4 }
    package var tiles: Int { images * tileRows * tilesAcross }

    /// Whether the form is faster on a CPU, in multiplications: the direct form's against the cells' products, the
    /// traffic of 36 cells for 9 taps (60 multiplications' time a cell), and the transformations, which are made again
    /// for every 64 columns.
    package var pays: Bool {
        let direct = images * outHeight * outWidth * 9 * depth * columns
        let products = Self.cells * depth * columns * (tiles + 60)
        let transformations = tiles * Self.cells * (depth * ((columns + 63) / 64) + columns) * 8
        return direct * 4 > (products + transformations) * 5
    }
}
