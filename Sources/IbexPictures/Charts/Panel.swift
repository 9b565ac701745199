/// A field with two axes: title above, ticks and titles left and below.
struct Panel {
    let title: String
    let x, y: Axis
    /// The least room for the names on the left, so that panels above each other begin at one place.
    var nameWidth = 0.0

    /// Where values lie once a panel has its place.
    struct Field {
        let area: Rect
        let x, y: Scale

        func place(_ x: Double, _ y: Double) -> Point {
            Point(area.x + self.x.position(x) * area.width, area.bottom - self.y.position(y) * area.height)
        }
    }

    /// The smallest box that a panel can be drawn in.
    static let smallest = (width: 170.0, height: 130.0)

    private var above: Double { title.isEmpty ? Font.tick.lineHeight / 2 : Font.heading.lineHeight + 8 }
    private var below: Double { 8 + Font.tick.lineHeight + (x.title.isEmpty ? 0 : 2 + Font.label.lineHeight) }

    /// How wide the names on the left are in a box of this height.
    func widthOfNames(inHeight height: Double) -> Double {
        y.ticks(up: height - above - below, .tick).labels.map(Font.tick.width).max() ?? 0
    }

    /// Draws everything but the data.
    func draw(in outer: Rect, on drawing: inout Drawing) -> Field {
        let (tick, label) = (Font.tick, Font.label)
        let (top, height) = (outer.y + above, outer.height - above - below)
        let yTicks = y.ticks(up: height, tick)
        let names = max(nameWidth, yTicks.labels.map(tick.width).max() ?? 0)
        let left = outer.x + names + 8 + (y.title.isEmpty ? 0 : label.lineHeight + 4)
        // Half a label may stand out on the right.
        let xRough = x.ticks(across: outer.right - left - 20, tick)
        let right = outer.right - max((xRough.labels.map(tick.width).max() ?? 0) / 2, 4)
        let area = Rect(left: left, top: top, right: right, bottom: top + height)
        let field = Field(area: area, x: x.scale, y: y.scale)
        drawing.frame(.panel, area)
        drawTicks(field, yTicks, x.ticks(across: area.width, tick), on: &drawing)
        if !title.isEmpty {
            let text = Font.heading.shortened(title, to: outer.right - area.x)
            drawing.text(text, .heading, at: Point(area.x, outer.y))
        }
        let xTitle = label.shortened(x.title, to: area.width)
        drawing.text(xTitle, label, .soft, at: Point(area.centre.x, outer.bottom), .centre, .bottom)
        let yTitle = label.shortened(y.title, to: area.height)
        drawing.text(yTitle, label, .soft, at: Point(outer.x, area.centre.y), .leading, .middle, upright: true)
        return field
    }

    private func drawTicks(_ field: Field, _ yTicks: Ticks, _ xTicks: Ticks, on drawing: inout Drawing) {
        let area = field.area
        for (value, name) in zip(yTicks.values, yTicks.labels) {
            let y = field.place(field.x.low, value).y
            drawing.line([Point(area.x, y), Point(area.right, y)], Stroke(color: .faint, width: 0.8))
            drawing.text(name, .tick, .soft, at: Point(area.x - 6, y), .trailing, .middle)
        }
        for (value, name) in zip(xTicks.values, xTicks.labels) {
            let x = field.place(value, field.y.low).x
            drawing.line([Point(x, area.bottom), Point(x, area.bottom + 4)], Stroke(color: .soft, width: 0.8))
            drawing.text(name, .tick, .soft, at: Point(x, area.bottom + 7), .centre, .top)
        }
        let corners = [Point(area.x, area.y), Point(area.x, area.bottom), Point(area.right, area.bottom)]
        drawing.line(corners, Stroke(color: .soft, width: 0.8))
    }
}
