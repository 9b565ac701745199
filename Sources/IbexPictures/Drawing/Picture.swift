import CIbexCairo
import Foundation
import IbexArrays
import IbexGraph

/// A drawing of a fixed size in points, which cairo plays into a PNG or an SVG.
///
///     try history.plot().write(to: "history.png")
///
/// Text is drawn as outlines in an SVG, so that it looks the same everywhere. A page that shows several SVGs embeds each
/// as an image of its own (`<img src="data:image/svg+xml;base64,…">`), since names inside them repeat.
public struct Picture: Sendable {
    /// The size in points: CSS pixels in an SVG, pixels of a PNG at `scale: 1`.
    public let width: Double
    public let height: Double
    let marks: [Mark]
    let frames: [Frame]

    init(width: Double, height: Double, marks: [Mark], frames: [Frame] = []) {
        (self.width, self.height, self.marks, self.frames) = (width, height, marks, frames)
    }

    /// The picture as a PNG of `width * scale` by `height * scale` pixels.
    ///
    /// - Throws: `IbexError` where cairo cannot make a surface of that size: it takes 32,767 pixels a side.
    public func png(scale: Double = 2) throws -> Data {
        try pixels(scale: scale).png()
    }

    /// The picture as the text of an SVG.
    ///
    /// - Throws: `IbexError` where cairo cannot make it.
    public func svg() throws -> Data {
        let sink = ByteSink()
        let surface = cairo_svg_surface_create_for_stream(
            ByteSink.write, Unmanaged.passUnretained(sink).toOpaque(), width, height)
        defer { cairo_surface_destroy(surface) }
        try play(on: surface, scale: 1)
        cairo_surface_finish(surface)
        try Self.check(cairo_surface_status(surface))
        return SVGNumbers.renumbered(sink.data)
    }

    /// Writes the picture as the extension of the path says, `.png` or `.svg`. There is a whole file at every moment:
    /// the old one, then the new one.
    ///
    /// - Parameter scale: the pixels of a PNG per point.
    /// - Throws: `IbexError` of kind `argument` for another extension, `file` where the file cannot be written.
    public func write(to path: String, scale: Double = 2) throws {
        let data =
            switch URL(fileURLWithPath: path).pathExtension.lowercased() {
            case "png": try png(scale: scale)
            case "svg": try svg()
            case let other:
                throw IbexError(
                    .argument, at: path, found: other.isEmpty ? "no extension" : "the extension .\(other)",
                    expected: "a path that ends in .png or .svg")
            }
        try AtomicFile.write([UInt8](data), to: path)
    }

    /// The picture on white, in red, green and blue.
    func pixels(scale: Double, thinnestLine: Double = 0, drawsText: Bool = true) throws -> ImageBuffer {
        let (wide, high) = ((width * scale).rounded(.up), (height * scale).rounded(.up))
        guard scale > 0, (1...32_767).contains(wide), (1...32_767).contains(high) else {
            throw IbexError(
                .argument, at: "a picture of \(Int(width))x\(Int(height)) points", found: "scale \(scale)",
                expected: "from 1 to 32767 pixels a side", remedy: "An SVG knows no such limit.")
        }
        let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(wide), Int32(high))
        defer { cairo_surface_destroy(surface) }
        try play(on: surface, scale: scale, thinnestLine: thinnestLine, drawsText: drawsText)
        return try ImageBuffer(surface)
    }

    private func play(
        on surface: OpaquePointer?, scale: Double, thinnestLine: Double = 0, drawsText: Bool = true
    ) throws {
        try Self.check(cairo_surface_status(surface))
        guard let context = cairo_create(surface) else { return }
        defer { cairo_destroy(context) }
        cairo_set_source_rgb(context, 1, 1, 1)
        cairo_paint(context)
        cairo_scale(context, scale, scale)
        CairoPlayer(context: context, thinnestLine: thinnestLine, drawsText: drawsText).play(marks)
        try Self.check(cairo_status(context))
        cairo_surface_flush(surface)
    }

    static func check(_ status: cairo_status_t) throws {
        guard status != CAIRO_STATUS_SUCCESS else { return }
        throw IbexError(
            .memory, at: "a picture", found: String(cString: cairo_status_to_string(status)),
            expected: "a drawing that cairo can finish", remedy: "Make it smaller.")
    }
}

/// Where cairo's streams write.
final class ByteSink {
    private(set) var data = Data()

    static let write: cairo_write_func_t = { closure, bytes, count in
        guard let closure, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
        Unmanaged<ByteSink>.fromOpaque(closure).takeUnretainedValue().data.append(bytes, count: Int(count))
        return CAIRO_STATUS_SUCCESS
    }
}
