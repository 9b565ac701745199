/// The ranks of a layout and the order within each.
struct RankOrder {
    /// A box, or the bend of a line that passes a rank.
    struct Vertex {
        let box: Int?
    }

    /// The boxes first, then the bends.
    private(set) var vertices: [Vertex]
    /// The vertices of each rank from left to right.
    private(set) var rows: [[Int]]
    /// The neighbours of each vertex in the rank above and in the one below.
    private(set) var above, below: [[Int]]
    /// The bends of each line, from above.
    private(set) var bends: [[Int]]

    /// The rank of each box: one more than the highest of those that lead to it. A box that nothing leads to stands just
    /// above the first that it leads to.
    static func ranks(_ count: Int, _ edges: [RankLayout.Edge]) -> [Int] {
        var ranks = [Int](repeating: 0, count: count)
        let into = Dictionary(grouping: edges, by: \.to)
        let outOf = Dictionary(grouping: edges, by: \.from)
        for box in 0..<count {
            ranks[box] = into[box]?.map { ranks[$0.from] + 1 }.max() ?? 0
        }
        for box in (0..<count).reversed() where into[box] == nil {
            ranks[box] = outOf[box]?.map { ranks[$0.to] - 1 }.min() ?? 0
        }
        return ranks
    }

    init(ranks: [Int], edges: [RankLayout.Edge]) {
        vertices = ranks.indices.map(Vertex.init)
        rows = (0...(ranks.max() ?? 0)).map { rank in ranks.indices.filter { ranks[$0] == rank } }
        above = ranks.map { _ in [] }
        below = above
        bends = []
        for edge in edges {
            var own: [Int] = []
            var before = edge.from
            for rank in ranks[edge.from] + 1..<max(ranks[edge.to], ranks[edge.from] + 1) {
                let bend = vertices.count
                vertices.append(Vertex(box: nil))
                above.append([])
                below.append([])
                rows[rank].append(bend)
                own.append(bend)
                join(before, bend)
                before = bend
            }
            join(before, edge.to)
            bends.append(own)
        }
    }

    private mutating func join(_ upper: Int, _ lower: Int) {
        below[upper].append(lower)
        above[lower].append(upper)
    }

    /// Orders ranks by the mean place of neighbours, downwards and upwards in turn, and keeps the order with the fewest
    /// crossings.
    mutating func sort() {
        var best = (crossings: crossings(), rows: rows)
        for pass in 0..<12 where best.crossings > 0 {
            let isDown = pass % 2 == 0
            for rank in isDown ? Array(rows.indices) : rows.indices.reversed() {
                sort(rank, by: isDown ? above : below)
            }
            let crossings = crossings()
            if crossings < best.crossings { best = (crossings, rows) }
        }
        rows = best.rows
    }

    private var places: [Int] {
        var places = [Int](repeating: 0, count: vertices.count)
        for row in rows { for (place, vertex) in row.enumerated() { places[vertex] = place } }
        return places
    }

    private mutating func sort(_ rank: Int, by neighbours: [[Int]]) {
        let places = places
        let means = rows[rank].map { vertex -> Double in
            let near = neighbours[vertex]
            guard !near.isEmpty else { return Double(places[vertex]) }
            return near.reduce(0) { $0 + Double(places[$1]) } / Double(near.count)
        }
        let sorted = rows[rank].indices.sorted { (means[$0], $0) < (means[$1], $1) }
        rows[rank] = sorted.map { rows[rank][$0] }
    }

    /// How many pairs of lines between neighbouring ranks cross.
    private func crossings() -> Int {
        let places = places
        return rows.reduce(0) { total, row in
            let ends = row.flatMap { vertex in below[vertex].map { places[$0] }.sorted() }
            return total
                + ends.indices.reduce(0) { sum, first in
                    sum + ends[(first + 1)...].reduce(0) { $0 + ($1 < ends[first] ? 1 : 0) }
                }
        }
    }
}
