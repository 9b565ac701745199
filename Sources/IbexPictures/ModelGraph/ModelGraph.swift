import IbexModels

/// The layers of a model as boxes with lines between them.
struct ModelGraph {
    /// What the boxes say.
    struct Shown {
        var shapes = false
        var dtype = false
        var layerNames = false
        var isLevel = false
        var nested = false
        var activations = false
        var trainable = false
    }

    /// A drawing and the box that it takes up, from its upper left corner.
    typealias Sheet = (drawing: Drawing, width: Double, height: Double)

    private let sheets: [Sheet]
    private let edges: [RankLayout.Edge]
    private let isLevel: Bool

    init(_ model: Model, _ shown: Shown) {
        isLevel = shown.isLevel
        guard let calls = model.layerCalls else {
            sheets = model.layers.map { Self.sheet(LayerUse(layer: $0), shown) }
            // A Sequential that was not built yet is a row all the same.
            edges = model is Sequential ? sheets.indices.dropLast().map { .init(from: $0, to: $0 + 1) } : []
            return
        }
        let uses = LayerUse.uses(of: calls, in: model)
        sheets = uses.map { Self.sheet($0, shown) }
        edges = uses.enumerated().flatMap { index, use in use.sources.map { RankLayout.Edge(from: $0, to: index) } }
    }

    private static func sheet(_ use: LayerUse, _ shown: Shown) -> Sheet {
        if shown.nested, let inner = use.layer as? Model, !inner.layers.isEmpty { return cluster(inner, use, shown) }
        let box = NodeBox(title: use.title(shown), kind: use.kind, rows: use.rows(shown))
        var drawing = Drawing()
        box.draw(in: Rect(x: 0, y: 0, width: box.size.width, height: box.size.height), on: &drawing)
        return (drawing, box.size.width, box.size.height)
    }

    /// The graph of a model inside the model, in a frame of its own.
    private static func cluster(_ model: Model, _ use: LayerUse, _ shown: Shown) -> Sheet {
        let inner = ModelGraph(model, shown).drawing
        let (margin, font) = (12.0, Font(size: 11, isBold: true))
        let title = font.shortened(use.title(shown), to: 320)
        let top = margin + font.lineHeight + 8
        let width = max(inner.width, font.width(of: title)) + 2 * margin
        let height = top + inner.height + margin
        var drawing = Drawing()
        let frame = Rect(x: 0, y: 0, width: width, height: height)
        drawing.frame(.cluster, frame)
        drawing.box(frame, fill: Color(0xF4F6F8), stroke: Stroke(color: .soft, width: 1, dash: [4, 3]), corner: 5)
        drawing.text(title, font, at: Point(width / 2, margin), .centre, .top)
        drawing.add(inner.drawing, at: Point((width - inner.width) / 2, top))
        return (drawing, width, height)
    }

    var drawing: Sheet {
        let sizes = sheets.map { isLevel ? (width: $0.height, height: $0.width) : (width: $0.width, height: $0.height) }
        let layout = RankLayout(sizes, edges)
        func turned(_ point: Point) -> Point { isLevel ? Point(point.y, point.x) : point }
        var drawing = Drawing()
        for route in layout.routes {
            let path = route.map { $0.mapped(turned) }
            drawing.shape(path, stroke: Stroke(color: .soft, width: 1.3))
            if case .line(let end) = path.last { drawArrow(at: end, on: &drawing) }
        }
        for (sheet, box) in zip(sheets, layout.boxes) {
            drawing.add(sheet.drawing, at: turned(Point(box.x, box.y)))
        }
        return isLevel ? (drawing, layout.height, layout.width) : (drawing, layout.width, layout.height)
    }

    private func drawArrow(at end: Point, on drawing: inout Drawing) {
        let (long, half) = (7.0, 3.5)
        let corners =
            isLevel
            ? [end, Point(end.x - long, end.y - half), Point(end.x - long, end.y + half)]
            : [end, Point(end.x - half, end.y - long), Point(end.x + half, end.y - long)]
        drawing.shape(.polygon(corners), fill: .soft)
    }
}

extension PathPart {
    func mapped(_ change: (Point) -> Point) -> PathPart {
        switch self {
        case .move(let point): .move(change(point))
        case .line(let point): .line(change(point))
        case .curve(let a, let b, let c): .curve(change(a), change(b), change(c))
        case .circle(let centre, let radius): .circle(change(centre), radius)
        case .close: .close
        }
    }
}
