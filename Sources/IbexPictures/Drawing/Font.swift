import CIbexCairo

/// The letters of a picture: DejaVu Sans, or what the machine has instead; where it has no fonts at all, the plain
/// letters that cairo brings along. Widths are those of the letters that will be drawn.
struct Font: Sendable, Hashable {
    var size: Double
    var isBold = false

    static let title = Font(size: 14, isBold: true)
    static let heading = Font(size: 12, isBold: true)
    static let label = Font(size: 11)
    static let tick = Font(size: 10)

    /// How far a line of text reaches above and below its base line.
    var ascent: Double { size * 0.93 }
    var descent: Double { size * 0.24 }
    var lineHeight: Double { ascent + descent }

    /// How far a line of text reaches.
    func width(of text: String) -> Double {
        var extents = cairo_text_extents_t()
        withCairoFont { cairo_scaled_font_text_extents($0, text, &extents) }
        return max(extents.x_advance, extents.x_bearing + extents.width)
    }

    /// The text, or as much of its beginning as fits, with an ellipsis.
    func shortened(_ text: String, to room: Double) -> String {
        let line = text.replacing(/\s+/, with: " ")
        guard width(of: line) > room else { return line }
        var (low, high) = (0, line.count)
        while low < high {
            let middle = (low + high + 1) / 2
            if width(of: line.prefix(middle) + "…") <= room { low = middle } else { high = middle - 1 }
        }
        return low == 0 ? "" : line.prefix(low) + "…"
    }

    /// The letters that cairo picks.
    func withFace(_ body: (OpaquePointer?) -> Void) {
        let face = cairo_toy_font_face_create(
            "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
        defer { cairo_font_face_destroy(face) }
        body(face)
    }

    /// Letters that are not moved to whole pixels: text is as wide at every scale, in PNG and SVG.
    static func withOptions(_ body: (OpaquePointer?) -> Void) {
        let options = cairo_font_options_create()
        defer { cairo_font_options_destroy(options) }
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
        body(options)
    }

    private func withCairoFont(_ body: (OpaquePointer?) -> Void) {
        withFace { face in
            Self.withOptions { options in
                var matrix = cairo_matrix_t()
                var identity = cairo_matrix_t()
                cairo_matrix_init_scale(&matrix, size, size)
                cairo_matrix_init_identity(&identity)
                let font = cairo_scaled_font_create(face, &matrix, &identity, options)
                defer { cairo_scaled_font_destroy(font) }
                body(font)
            }
        }
    }
}
