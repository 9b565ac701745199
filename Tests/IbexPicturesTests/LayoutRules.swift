import Testing

@testable import IbexPictures

extension Picture {
    var texts: [TextMark] { marks.compactMap { if case .text(let text) = $0 { text } else { nil } } }
    var words: [String] { texts.map(\.text) }

    /// What a reader would complain about: text over text, text half in a frame, anything beyond the edge.
    var flaws: [String] {
        let page = Rect(x: 0, y: 0, width: width, height: height)
        var flaws: [String] = []
        let texts = texts
        for text in texts {
            if !page.contains(text.box) { flaws.append("\"\(text.text)\" at \(text.box) leaves the page of \(page)") }
            if text.font.size < 6.5 { flaws.append("\"\(text.text)\" is too small") }
            for frame in frames where frame.rect.overlaps(text.box) {
                if frame.kind == .image || !frame.rect.contains(text.box, hair: 0.5) {
                    flaws.append("\"\(text.text)\" at \(text.box) lies over the \(frame.kind) at \(frame.rect)")
                }
            }
        }
        // Only neighbours from top to bottom can overlap.
        let sorted = texts.sorted { $0.box.y < $1.box.y }
        for (index, text) in sorted.enumerated() {
            for other in sorted[(index + 1)...].prefix(while: { $0.box.y < text.box.bottom })
            where other.box.overlaps(text.box) {
                flaws.append("\"\(text.text)\" at \(text.box) lies over \"\(other.text)\" at \(other.box)")
            }
        }
        for (index, frame) in frames.enumerated() {
            if !page.contains(frame.rect) { flaws.append("the \(frame.kind) at \(frame.rect) leaves the page") }
            for other in frames[(index + 1)...] where frame.rect.overlaps(other.rect) {
                let isNested = [frame, other].contains { $0.kind == .cluster }
                if !isNested { flaws.append("the \(frame.kind) at \(frame.rect) lies over the \(other.kind)") }
            }
        }
        for case .shape(let path, _, _) in marks where !path.points.allSatisfy({ page.contains($0) }) {
            flaws.append("a shape leaves the page: \(path)")
        }
        return Array(flaws.prefix(5))
    }

    /// The texts that lie within a panel, where the data is.
    var wordsInPanels: [String] {
        let panels = frames.filter { $0.kind == .panel }
        return texts.filter { text in panels.contains { $0.rect.overlaps(text.box) } }.map(\.text)
    }
}

extension Rect {
    func contains(_ point: Point) -> Bool {
        point.x.isFinite && point.y.isFinite
            && inset(by: -0.01).overlaps(Rect(centre: point, width: 1e-3, height: 1e-3), hair: 0)
    }
}

extension Path {
    /// The points that the parts name; a curve lies within them.
    var points: [Point] {
        flatMap { part -> [Point] in
            switch part {
            case .move(let point), .line(let point): [point]
            case .curve(let a, let b, let c): [a, b, c]
            case .circle(let centre, let radius):
                [Point(centre.x - radius, centre.y - radius), Point(centre.x + radius, centre.y + radius)]
            case .close: []
            }
        }
    }
}
