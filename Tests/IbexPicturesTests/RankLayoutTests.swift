import Testing

@testable import IbexPictures

@Suite struct RankLayoutTests {
    /// Points of a route, sixteen to a curve.
    private func samples(_ route: Path) -> [Point] {
        var points: [Point] = []
        for part in route {
            switch part {
            case .move(let point), .line(let point):
                if let last = points.last {
                    points += (1...16).map { step in
                        let t = Double(step) / 16
                        return Point(last.x + (point.x - last.x) * t, last.y + (point.y - last.y) * t)
                    }
                } else {
                    points.append(point)
                }
            case .curve(let b, let c, let d):
                let a = points[points.count - 1]
                points += (1...16).map { step in
                    let t = Double(step) / 16
                    let (u, v) = (1 - t, t)
                    let (p, q, r, s) = (u * u * u, 3 * u * u * v, 3 * u * v * v, v * v * v)
                    return Point(
                        p * a.x + q * b.x + r * c.x + s * d.x, p * a.y + q * b.y + r * c.y + s * d.y)
                }
            case .circle, .close: break
            }
        }
        return points
    }

    private func check(_ sizes: [(width: Double, height: Double)], _ edges: [RankLayout.Edge]) {
        let layout = RankLayout(sizes, edges)
        let page = Rect(x: 0, y: 0, width: layout.width, height: layout.height)
        for (index, box) in layout.boxes.enumerated() {
            #expect(page.contains(box) && box.width == sizes[index].width && box.height == sizes[index].height)
            for other in layout.boxes[(index + 1)...] { #expect(!box.overlaps(other)) }
        }
        for (edge, route) in zip(edges, layout.routes) {
            let points = samples(route)
            #expect(points.allSatisfy { page.contains($0) })
            #expect(points.first == Point(layout.boxes[edge.from].centre.x, layout.boxes[edge.from].bottom))
            #expect(points.last?.y == layout.boxes[edge.to].y)
            for box in layout.boxes {
                let inside = box.inset(by: 0.5)
                #expect(!points.contains { inside.contains($0) }, "a line crosses the box at \(box)")
            }
        }
    }

    /// A row of numbers that is the same every time.
    private struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(sides))
        }
    }

    @Test(arguments: 1...30) func anyGraph(seed: Int) {
        var dice = Dice(state: UInt64(seed))
        let count = 2 + dice.roll(28)
        let sizes = (0..<count).map { _ in (width: Double(40 + dice.roll(200)), height: Double(20 + dice.roll(120))) }
        let edges = (1..<count).flatMap { to in
            (0..<dice.roll(4)).map { _ in RankLayout.Edge(from: dice.roll(to), to: to) }
        }
        check(sizes, edges)
    }

    @Test func aChainIsStraight() {
        let sizes = [(width: 80.0, height: 20.0), (width: 200, height: 40), (width: 60, height: 30)]
        let layout = RankLayout(sizes, [.init(from: 0, to: 1), .init(from: 1, to: 2)])
        #expect(layout.boxes.map(\.centre.x) == [100, 100, 100])
        #expect(layout.boxes.map(\.y) == [0, 20 + RankLayout.rankGap, 60 + 2 * RankLayout.rankGap])
    }

    /// Two crossed lines are uncrossed by swapping.
    @Test func crossingsAreSorted() {
        let sizes = [(width: Double, height: Double)](repeating: (50, 20), count: 6)
        let pairs = [(0, 2), (0, 4), (1, 3), (2, 5), (4, 5)]
        let layout = RankLayout(sizes, pairs.map { .init(from: $0.0, to: $0.1) })
        let places = layout.boxes.map(\.centre.x)
        #expect((places[0] < places[1]) == (places[2] < places[3]))
        #expect((places[0] < places[1]) == (places[4] < places[3]))
    }

    @Test func longestPathsAndLateInputs() {
        let edges = [(0, 2), (2, 3), (1, 3), (0, 3)].map { RankLayout.Edge(from: $0.0, to: $0.1) }
        #expect(RankOrder.ranks(4, edges) == [0, 1, 1, 2])
    }

    /// The nearest row of places that keeps distances of 10: by hand, the mean of what pulls each way.
    @Test func spacing() {
        #expect(Spacing.nearest(to: [0, 20], weights: [1, 1], distances: [10]) == [0, 20])
        #expect(Spacing.nearest(to: [5, 5], weights: [1, 1], distances: [10]) == [0, 10])
        #expect(Spacing.nearest(to: [5, 5], weights: [3, 1], distances: [10]) == [2.5, 12.5])
        #expect(Spacing.nearest(to: [9, 0, 30], weights: [1, 1, 1], distances: [10, 10]) == [-0.5, 9.5, 30])
    }
}
