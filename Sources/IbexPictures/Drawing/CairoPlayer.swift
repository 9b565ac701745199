import CIbexCairo

/// Plays marks on a cairo context.
struct CairoPlayer {
    let context: OpaquePointer
    /// No line is thinner than this many points.
    var thinnestLine = 0.0
    var drawsText = true

    func play(_ marks: [Mark]) {
        cairo_set_line_cap(context, CAIRO_LINE_CAP_BUTT)
        cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
        for mark in marks {
            switch mark {
            case .shape(let path, let fill, let stroke): draw(path, fill, stroke)
            case .text(let text): if drawsText { draw(text) }
            case .image(let image, let rect): draw(image, in: rect)
            }
        }
    }

    private func set(_ color: Color) { cairo_set_source_rgb(context, color.red, color.green, color.blue) }

    private func draw(_ path: Path, _ fill: Color?, _ stroke: Stroke?) {
        cairo_new_path(context)
        for part in path {
            switch part {
            case .move(let point): cairo_move_to(context, point.x, point.y)
            case .line(let point): cairo_line_to(context, point.x, point.y)
            case .curve(let a, let b, let c): cairo_curve_to(context, a.x, a.y, b.x, b.y, c.x, c.y)
            case .circle(let centre, let radius):
                cairo_new_sub_path(context)
                cairo_arc(context, centre.x, centre.y, radius, 0, 2 * Double.pi)
                cairo_close_path(context)
            case .close: cairo_close_path(context)
            }
        }
        if let fill {
            set(fill)
            cairo_fill_preserve(context)
        }
        if let stroke {
            set(stroke.color)
            cairo_set_line_width(context, max(stroke.width, thinnestLine))
            cairo_set_dash(context, stroke.dash, Int32(stroke.dash.count), 0)
            cairo_stroke_preserve(context)
        }
        cairo_new_path(context)
    }

    private func draw(_ text: TextMark) {
        set(text.color)
        text.font.withFace { cairo_set_font_face(context, $0) }
        Font.withOptions { cairo_set_font_options(context, $0) }
        cairo_set_font_size(context, text.font.size)
        cairo_save(context)
        defer { cairo_restore(context) }
        if text.isUpright {
            cairo_translate(context, text.box.x + text.font.ascent, text.box.bottom)
            cairo_rotate(context, -Double.pi / 2)
        } else {
            cairo_translate(context, text.box.x, text.box.y + text.font.ascent)
        }
        cairo_move_to(context, 0, 0)
        cairo_show_text(context, text.text)
    }

    private func draw(_ image: ImageBuffer, in rect: Rect) {
        guard let surface = image.makeSurface() else { return }
        defer { cairo_surface_destroy(surface) }
        cairo_save(context)
        defer { cairo_restore(context) }
        cairo_translate(context, rect.x, rect.y)
        cairo_scale(context, rect.width / Double(image.width), rect.height / Double(image.height))
        cairo_set_source_surface(context, surface, 0, 0)
        // Pixels stay squares.
        cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST)
        cairo_rectangle(context, 0, 0, Double(image.width), Double(image.height))
        cairo_fill(context)
    }
}
