/// The order of units, with the further condition that whoever overwrites an input comes after its readers.
struct UnitOrder {
    private let units: [FusedUnit]
    private var writers: [Graph.Value: Int] = [:]
    /// By unit: units that must come before it.
    private var before: [Set<Int>]

    init(_ units: [FusedUnit]) {
        self.units = units
        for (number, unit) in units.enumerated() {
            for value in unit.writes { writers[value] = number }
        }
        before = units.map { _ in [] }
        for (number, unit) in units.enumerated() {
            before[number] = Set(unit.reads.compactMap { writers[$0] }).subtracting([number])
        }
    }

    func writer(of value: Graph.Value) -> Int? { writers[value] }

    /// Makes `writer` come after every other reader of `old`, unless one of them waits for `writer`.
    mutating func letRunAfterReaders(of old: Graph.Value?, writer: Int) -> Bool {
        guard let old else { return true }
        let readers = units.indices.filter { $0 != writer && units[$0].reads.contains(old) }
        guard !readers.contains(where: { waits($0, for: writer) }) else { return false }
        before[writer].formUnion(readers)
        return true
    }

    private func waits(_ unit: Int, for other: Int) -> Bool {
        var pending = [unit]
        var seen: Set<Int> = []
        while let next = pending.popLast() {
            if next == other { return true }
            if seen.insert(next).inserted { pending.append(contentsOf: before[next]) }
        }
        return false
    }

    /// The units in order. One that waits for nothing comes just before the first that waits for it: till then its result
    /// would only take up memory, and the caches.
    func sorted() -> [FusedUnit] {
        var after = [[Int]](repeating: [], count: units.count)
        for (number, earlier) in before.enumerated() {
            for unit in earlier { after[unit].append(number) }
        }
        var isHeldBack = units.indices.map { before[$0].isEmpty && !after[$0].isEmpty }
        var waiting = before.map { earlier in earlier.count { !isHeldBack[$0] } }
        var ready = Heap(units.indices.filter { waiting[$0] == 0 && !isHeldBack[$0] })
        var order: [FusedUnit] = []
        while let next = ready.popFirst() {
            for unit in before[next].sorted() where isHeldBack[unit] {
                order.append(units[unit])
                isHeldBack[unit] = false
            }
            order.append(units[next])
            for unit in after[next] {
                waiting[unit] -= 1
                if waiting[unit] == 0 { ready.insert(unit) }
            }
        }
        precondition(order.count == units.count, "plan: units wait for each other in a circle")
        return order
    }
}
