/// Places for boxes with lines between them: each box below all that lead to it, in ranks, with few crossings and no
/// line through a box.
///
/// Ranks by longest path; a line over several ranks gets a place of its own in each (a bend), order within ranks by
/// barycentres, places by least squares. K. Sugiyama, S. Tagawa, M. Toda, "Methods for Visual Understanding of
/// Hierarchical System Structures", 1981.
struct RankLayout {
    struct Edge: Hashable {
        let from, to: Int
    }

    /// Where each box lies.
    private(set) var boxes: [Rect] = []
    /// The way of each line: between two ranks it bends, within a rank it runs straight down.
    private(set) var routes: [Path] = []
    private(set) var width = 0.0
    private(set) var height = 0.0

    static let boxGap = 22.0
    static let rankGap = 34.0
    private static let bendGap = 14.0

    /// - Parameters:
    ///   - sizes: of the boxes, each after those that lead to it.
    ///   - edges: from a box to a later one.
    init(_ sizes: [(width: Double, height: Double)], _ edges: [Edge]) {
        let ranks = RankOrder.ranks(sizes.count, edges)
        var order = RankOrder(ranks: ranks, edges: edges)
        order.sort()
        let widths = order.vertices.map { $0.box.map { sizes[$0].width } ?? 0 }
        let centres = Self.centres(order, widths)
        let left = zip(centres, widths).map { $0 - $1 / 2 }.min() ?? 0
        var top = 0.0
        var bands: [(top: Double, bottom: Double)] = []
        boxes = sizes.map { Rect(x: 0, y: 0, width: $0.width, height: $0.height) }
        for rank in order.rows {
            let high = rank.compactMap { order.vertices[$0].box.map { sizes[$0].height } }.max() ?? 0
            for vertex in rank {
                guard let box = order.vertices[vertex].box else { continue }
                boxes[box].x = centres[vertex] - left - sizes[box].width / 2
                boxes[box].y = top + (high - sizes[box].height) / 2
            }
            bands.append((top, top + high))
            top += high + Self.rankGap
        }
        height = max(top - Self.rankGap, 0)
        width = (zip(centres, widths).map { $0 + $1 / 2 }.max() ?? 0) - left
        routes = route(edges, order, centres.map { $0 - left }, ranks, bands)
    }

    /// Where the middles of the vertices lie from left to right.
    private static func centres(_ order: RankOrder, _ widths: [Double]) -> [Double] {
        var centres = [Double](repeating: 0, count: widths.count)
        func distances(_ row: [Int]) -> [Double] {
            zip(row, row.dropFirst()).map { a, b in
                let isBend = order.vertices[a].box == nil || order.vertices[b].box == nil
                return (widths[a] + widths[b]) / 2 + (isBend ? bendGap : boxGap)
            }
        }
        for row in order.rows {
            var x = 0.0
            for (vertex, distance) in zip(row, [0] + distances(row)) {
                x += distance
                centres[vertex] = x
            }
            for vertex in row { centres[vertex] -= x / 2 }
        }
        // Downwards and upwards in turn, downwards at last: what has one box above it stands right below.
        for pass in 0..<25 {
            let isDown = pass % 2 == 0
            for row in isDown ? order.rows : order.rows.reversed() {
                let wanted = row.map { vertex in
                    let near = isDown ? order.above[vertex] : order.below[vertex]
                    return near.isEmpty ? centres[vertex] : near.reduce(0) { $0 + centres[$1] } / Double(near.count)
                }
                // A line that goes on for ranks had better be straight.
                let weights = row.map { order.vertices[$0].box == nil ? 4.0 : 1 }
                let placed = Spacing.nearest(to: wanted, weights: weights, distances: distances(row))
                for (vertex, x) in zip(row, placed) { centres[vertex] = x }
            }
        }
        return centres
    }

    private func route(
        _ edges: [Edge], _ order: RankOrder, _ centres: [Double], _ ranks: [Int],
        _ bands: [(top: Double, bottom: Double)]
    ) -> [Path] {
        // Lines into one box end side by side, in the order in which they come.
        var ends = [Double](repeating: 0, count: edges.count)
        for (_, into) in Dictionary(grouping: edges.indices, by: { edges[$0].to }) {
            let box = boxes[edges[into[0]].to]
            let step = min(16, box.width / Double(into.count + 1))
            func before(_ edge: Int) -> Double { centres[order.bends[edge].last ?? edges[edge].from] }
            let sorted = into.sorted { (before($0), $0) < (before($1), $1) }
            for (place, edge) in sorted.enumerated() {
                ends[edge] = box.centre.x + (Double(place) - Double(into.count - 1) / 2) * step
            }
        }
        return edges.enumerated().map { index, edge in
            let (source, target) = (boxes[edge.from], boxes[edge.to])
            var at = Point(source.centre.x, source.bottom)
            var path: Path = [.move(at)]
            func bend(to x: Double, in rank: Int) {
                let (from, to) = (bands[rank - 1].bottom, bands[rank].top)
                path += [.line(Point(at.x, from))]
                let middle = (from + to) / 2
                path += [.curve(Point(at.x, middle), Point(x, middle), Point(x, to))]
                at = Point(x, to)
            }
            for (step, vertex) in order.bends[index].enumerated() {
                let rank = ranks[edge.from] + step + 1
                bend(to: centres[vertex], in: rank)
                at = Point(at.x, bands[rank].bottom)
                path += [.line(at)]
            }
            bend(to: ends[index], in: ranks[edge.to])
            path += [.line(Point(at.x, target.y))]
            return path
        }
    }
}

/// Places in a row that keep their distances.
enum Spacing {
    /// The places nearest to the wanted ones, by weighted least squares, of which each lies at least a distance behind the
    /// one before.
    ///
    /// Without the distances this is a regression that never falls; neighbours that are out of order are pooled.
    static func nearest(to wanted: [Double], weights: [Double], distances: [Double]) -> [Double] {
        var offsets = [0.0]
        for distance in distances { offsets.append((offsets.last ?? 0) + distance) }
        var pools: [(mean: Double, weight: Double, count: Int)] = []
        for index in wanted.indices {
            var pool = (mean: wanted[index] - offsets[index], weight: weights[index], count: 1)
            while let last = pools.last, last.mean > pool.mean {
                let weight = last.weight + pool.weight
                pool = ((last.mean * last.weight + pool.mean * pool.weight) / weight, weight, last.count + pool.count)
                pools.removeLast()
            }
            pools.append(pool)
        }
        let means = pools.flatMap { pool in [Double](repeating: pool.mean, count: pool.count) }
        return zip(means, offsets).map { $0 + $1 }
    }
}
