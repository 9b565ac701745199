import CIbexCairo
import Foundation
import IbexArrays
import IbexGraph

/// Pixels of 8 bits: grey, colour, or colour with opacity.
///
///     let image = try ImageBuffer(width: 2, height: 1, channels: 1, pixels: [0, 255])
///     try image.png().write(to: url)
public struct ImageBuffer: Sendable, Hashable {
    public let width, height: Int
    /// 1 for grey, 3 for red, green and blue, 4 with opacity.
    public let channels: Int
    /// Row by row from the top, the channels of a pixel side by side.
    public let pixels: [UInt8]

    /// - Throws: `IbexError` of kind `argument` for extents that are not positive or above 32,767, another number of
    ///   channels, or pixels that do not fit in number.
    public init(width: Int, height: Int, channels: Int = 1, pixels: [UInt8]) throws(IbexError) {
        guard [1, 3, 4].contains(channels), (1...32_767).contains(width), (1...32_767).contains(height) else {
            throw IbexError(
                .argument, at: "ImageBuffer", found: "\(width)x\(height) pixels with \(channels) channels",
                expected: "from 1 to 32767 pixels a side, with 1, 3 or 4 channels")
        }
        guard pixels.count == width * height * channels else {
            throw IbexError(
                .argument, at: "ImageBuffer", found: "\(pixels.count) numbers",
                expected: "\(width * height * channels) for \(width)x\(height) pixels with \(channels) channels")
        }
        (self.width, self.height, self.channels, self.pixels) = (width, height, channels, pixels)
    }

    /// What cairo has drawn on an opaque surface: red, green and blue.
    init(_ surface: OpaquePointer?) throws(IbexError) {
        cairo_surface_flush(surface)
        let (width, height) = (
            Int(cairo_image_surface_get_width(surface)), Int(cairo_image_surface_get_height(surface))
        )
        let stride = Int(cairo_image_surface_get_stride(surface))
        var pixels: [UInt8] = []
        pixels.reserveCapacity(width * height * 3)
        if let bytes = cairo_image_surface_get_data(surface) {
            for row in 0..<height {
                let words = UnsafeRawPointer(bytes + row * stride).assumingMemoryBound(to: UInt32.self)
                for column in 0..<width {
                    let word = words[column]
                    for shift in [16, 8, 0] as [UInt32] { pixels.append(UInt8((word >> shift) & 0xFF)) }
                }
            }
        }
        try self.init(width: width, height: height, channels: 3, pixels: pixels)
    }

    /// The pixels as a PNG of the same channels.
    ///
    /// - Throws: `IbexError` where memory does not suffice.
    public func png() throws -> Data {
        Data(try PNGImage(width: width, height: height, channels: channels, pixels: pixels[...]).encoded())
    }

    /// The pixels for cairo; the caller destroys the surface.
    func makeSurface() -> OpaquePointer? {
        let format = channels == 4 ? CAIRO_FORMAT_ARGB32 : CAIRO_FORMAT_RGB24
        let surface = cairo_image_surface_create(format, Int32(width), Int32(height))
        cairo_surface_flush(surface)
        guard let bytes = cairo_image_surface_get_data(surface) else { return surface }
        let stride = Int(cairo_image_surface_get_stride(surface))
        for row in 0..<height {
            let words = UnsafeMutableRawPointer(bytes + row * stride).assumingMemoryBound(to: UInt32.self)
            for column in 0..<width { words[column] = word(row * width + column) }
        }
        cairo_surface_mark_dirty(surface)
        return surface
    }

    /// A pixel as cairo keeps it: opacity, red, green and blue in one number, the colours times the opacity.
    private func word(_ index: Int) -> UInt32 {
        let start = index * channels
        guard channels > 1 else { return UInt32(pixels[start]) * 0x01_0101 }
        let opacity = channels == 4 ? UInt32(pixels[start + 3]) : 255
        return (0..<3).reduce(opacity) { $0 << 8 | (UInt32(pixels[start + $1]) * opacity + 127) / 255 }
    }
}
