/// A place in a picture, in points from its upper left corner.
struct Point: Sendable, Hashable {
    var x, y: Double

    init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
}

/// A box in a picture, in points; `y` grows downwards.
struct Rect: Sendable, Hashable {
    var x, y, width, height: Double

    init(x: Double, y: Double, width: Double, height: Double) {
        (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }

    init(left: Double, top: Double, right: Double, bottom: Double) {
        self.init(x: left, y: top, width: max(right - left, 0), height: max(bottom - top, 0))
    }

    init(centre: Point, width: Double, height: Double) {
        self.init(x: centre.x - width / 2, y: centre.y - height / 2, width: width, height: height)
    }

    var right: Double { x + width }
    var bottom: Double { y + height }
    var centre: Point { Point(x + width / 2, y + height / 2) }

    /// The box without a margin on each side; a negative margin makes it larger.
    func inset(by margin: Double) -> Rect {
        Rect(left: x + margin, top: y + margin, right: right - margin, bottom: bottom - margin)
    }

    /// Whether more than a hair of this box lies within the other.
    func overlaps(_ other: Rect, hair: Double = 0.01) -> Bool {
        min(right, other.right) - max(x, other.x) > hair && min(bottom, other.bottom) - max(y, other.y) > hair
    }

    /// Whether the other box lies within this one, but for a hair.
    func contains(_ other: Rect, hair: Double = 0.01) -> Bool {
        other.x >= x - hair && other.y >= y - hair && other.right <= right + hair && other.bottom <= bottom + hair
    }

    /// `rows` by `columns` boxes of one size with gaps between them, row by row.
    func cells(rows: Int, columns: Int, gap: Double = 0) -> [Rect] {
        let wide = (width - gap * Double(columns - 1)) / Double(columns)
        let high = (height - gap * Double(rows - 1)) / Double(rows)
        return (0..<rows * columns).map { index in
            let (row, column) = (Double(index / columns), Double(index % columns))
            return Rect(x: x + column * (wide + gap), y: y + row * (high + gap), width: wide, height: high)
        }
    }
}
