import CIbexCairo
import Foundation
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

    /// The pixels as a PNG of the same channels. Where opacity is 0, the colour is not kept.
    ///
    /// - Throws: `IbexError` where memory does not suffice.
    public func png() throws -> Data {
        let surface = makeSurface(keepsGrey: true)
        defer { cairo_surface_destroy(surface) }
        let sink = ByteSink()
        try Picture.check(
            cairo_surface_write_to_png_stream(surface, ByteSink.write, Unmanaged.passUnretained(sink).toOpaque()))
        return sink.data
    }

    /// The pixels for cairo; the caller destroys the surface.
    ///
    /// - Parameter keepsGrey: whether grey pixels stay one byte, which cairo takes for opacity when it draws.
    func makeSurface(keepsGrey: Bool = false) -> OpaquePointer? {
        let format =
            switch channels {
            case 4: CAIRO_FORMAT_ARGB32
            case 1 where keepsGrey: CAIRO_FORMAT_A8
            default: CAIRO_FORMAT_RGB24
            }
        let surface = cairo_image_surface_create(format, Int32(width), Int32(height))
        cairo_surface_flush(surface)
        guard let bytes = cairo_image_surface_get_data(surface) else { return surface }
        let stride = Int(cairo_image_surface_get_stride(surface))
        for row in 0..<height {
            if format == CAIRO_FORMAT_A8 {
                for column in 0..<width { bytes[row * stride + column] = pixels[row * width + column] }
            } else {
                let words = UnsafeMutableRawPointer(bytes + row * stride).assumingMemoryBound(to: UInt32.self)
                for column in 0..<width { words[column] = word(row * width + column) }
            }
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
