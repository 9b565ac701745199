import CIbexCairo
import Foundation
import IbexArrays
import IbexGraph

/// A drawing of a fixed size in points, which cairo plays into a PNG or an SVG.
///
///     try history.plot().write(to: "history.png")
public struct Picture: Sendable {
    /// The size in points: CSS pixels in an SVG, pixels of a PNG at `scale: 1`.
    public let width: Double
    public let height: Double
    let draw: @Sendable (OpaquePointer) -> Void

    init(width: Double, height: Double, draw: @escaping @Sendable (OpaquePointer) -> Void) {
        self.width = width
        self.height = height
        self.draw = draw
    }

    /// The picture as a PNG of `width * scale` by `height * scale` pixels.
    ///
    /// - Throws: `IbexError` where cairo cannot make a surface of that size.
    public func png(scale: Double = 2) throws -> Data {
        let surface = cairo_image_surface_create(
            CAIRO_FORMAT_RGB24, Int32((width * scale).rounded(.up)), Int32((height * scale).rounded(.up)))
        defer { cairo_surface_destroy(surface) }
        try play(on: surface, scale: scale)
        let sink = ByteSink()
        try Self.check(
            cairo_surface_write_to_png_stream(surface, ByteSink.write, Unmanaged.passUnretained(sink).toOpaque()))
        return sink.data
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
        return sink.data
    }

    private func play(on surface: OpaquePointer?, scale: Double) throws {
        try Self.check(cairo_surface_status(surface))
        guard let context = cairo_create(surface) else { return }
        defer { cairo_destroy(context) }
        cairo_scale(context, scale, scale)
        draw(context)
        try Self.check(cairo_status(context))
        cairo_surface_flush(surface)
    }

    private static func check(_ status: cairo_status_t) throws {
        guard status != CAIRO_STATUS_SUCCESS else { return }
        throw IbexError(
            .file, at: "a picture", found: String(cString: cairo_status_to_string(status)),
            expected: "a drawing that cairo can finish", remedy: "make it smaller")
    }
}

/// Where cairo's streams write.
private final class ByteSink {
    var data = Data()

    static let write: cairo_write_func_t = { closure, bytes, count in
        guard let closure, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
        Unmanaged<ByteSink>.fromOpaque(closure).takeUnretainedValue().data.append(bytes, count: Int(count))
        return CAIRO_STATUS_SUCCESS
    }
}
