import Foundation
import Ibex

/// A grey picture made of tiles side by side, each from its own darkest value to its own brightest.
struct Picture {
    let width, height: Int
    /// From 0, black, to 255, row by row.
    let pixels: [UInt8]

    /// - Parameters:
    ///   - tiles: (count, height, width).
    ///   - columns: how many tiles stand in a row.
    ///   - enlargement: the side of the square that a value becomes; above 1, a black line parts the tiles.
    init(tiles: Tensor, columns: Int, enlargement: Int = 1) throws {
        let (count, tileHeight, tileWidth) = (tiles.shape[0], tiles.shape[1], tiles.shape[2])
        let values = try tiles.cast(to: .float32).scalars(as: Float.self)
        let gap = enlargement > 1 ? 1 : 0
        let (cellHeight, cellWidth) = (tileHeight * enlargement + gap, tileWidth * enlargement + gap)
        (width, height) = (columns * cellWidth, (count + columns - 1) / columns * cellHeight)
        var pixels = [UInt8](repeating: 0, count: width * height)
        for tile in 0..<count {
            let own = values[tile * tileHeight * tileWidth..<(tile + 1) * tileHeight * tileWidth]
            let (low, high) = (own.min() ?? 0, own.max() ?? 0)
            let (top, left) = (tile / columns * cellHeight, tile % columns * cellWidth)
            for y in 0..<tileHeight * enlargement {
                for x in 0..<tileWidth * enlargement {
                    let value = own[own.startIndex + y / enlargement * tileWidth + x / enlargement]
                    let grey = high > low ? (value - low) / (high - low) * 255 : 0
                    pixels[(top + y) * width + left + x] = UInt8(grey.rounded())
                }
            }
        }
        self.pixels = pixels
    }

    /// Writes the picture as PGM, which image viewers know.
    func write(to path: String) throws {
        try (Data("P5\n\(width) \(height)\n255\n".utf8) + pixels).write(to: URL(fileURLWithPath: path))
    }

    /// The picture in letters, two to a pixel, the brighter the denser.
    var text: String {
        let shades = Array(" .:-=+*#%@")
        return (0..<height).map { row in
            pixels[row * width..<(row + 1) * width].map { pixel in
                String(repeating: shades[Int(pixel) * (shades.count - 1) / 255], count: 2)
            }.joined()
        }.joined(separator: "\n")
    }
}
