/// Turns a graph into units, one for each launch, and merges them where that saves launches or passes over memory.
package struct Fusion {
    let plan: FusionPlan
    /// In an order in which they can run; merged ones are `nil`.
    var units: [FusedUnit?] = []
    /// Which unit computes a stored vertex.
    private var owner: [Int: Int] = [:]
    private var isOutput: Set<Int> = []
    private var knownReaders: [[Int]]?

    /// Beyond this many units merging is not tried: an eager chain of a million nodes must stay linear.
    private static let mostUnits = 2048

    package static func units(of graph: Graph) -> [FusedUnit] {
        var fusion = Fusion(FusionPlan(graph))
        fusion.collect()
        if fusion.units.count <= mostUnits {
            fusion.mergeReductions()
            fusion.mergeMaps()
            fusion.mergeTails()
            fusion.mergeEpilogues()
            fusion.dropUnread()
            fusion.mergeHorizontally()
            fusion.mergeRows()
            fusion.dropUnread()
        }
        return fusion.ordered().map { fusion.units[$0] }.compactMap { $0 }
    }

    private init(_ plan: FusionPlan) {
        self.plan = plan
        for output in plan.graph.outputs { isOutput.insert(plan.stored(output.value).vertex) }
    }

    private mutating func collect() {
        for (number, vertex) in plan.graph.vertices.enumerated() where plan.isStored[number] {
            switch vertex.op {
            case is Ops.Input, is Ops.Constant, is Ops.Fill, is Ops.Reshape: continue
            case is Ops.Reduce: add(plan.reduceUnit([number], tails: []))
            case _ where plan.isFusible(number): add(plan.mapUnit([number]))
            default: add(plan.kernelUnit(number))
            }
        }
    }

    private mutating func add(_ unit: FusedUnit?) {
        guard let unit else { preconditionFailure("fusion: a single vertex makes no unit") }
        for value in unit.writes { owner[value.vertex] = units.count }
        units.append(unit)
    }

    /// The units whose results a unit reads.
    private func sources(_ unit: Int) -> [Int] {
        units[unit]?.reads.compactMap { owner[$0.vertex] } ?? []
    }

    /// By unit: the units that read its results.
    private mutating func readers() -> [[Int]] {
        if let knownReaders { return knownReaders }
        var readers = [[Int]](repeating: [], count: units.count)
        for unit in units.indices {
            for source in Set(sources(unit)) where source != unit { readers[source].append(unit) }
        }
        knownReaders = readers
        return readers
    }

    /// Whether one kernel may do the work of both: no third unit lies on a path between them.
    private mutating func mayMerge(_ a: Int, _ b: Int) -> Bool {
        let readers = readers()
        return !leads(from: a, to: b, readers) && !leads(from: b, to: a, readers)
    }

    private func leads(from start: Int, to end: Int, _ readers: [[Int]], direct: Bool = false) -> Bool {
        var pending = direct ? [start] : readers[start].filter { $0 != end }
        var seen = Set(pending)
        while let next = pending.popLast() {
            for reader in readers[next] {
                if reader == end { return true }
                if seen.insert(reader).inserted { pending.append(reader) }
            }
        }
        return false
    }

    private mutating func replace(_ a: Int, and b: Int, by unit: FusedUnit) {
        let (kept, gone) = (min(a, b), max(a, b))
        for value in (units[gone]?.writes ?? []) + unit.writes { owner[value.vertex] = kept }
        units[kept] = unit
        units[gone] = nil
        knownReaders = nil
    }

    /// Which axes a unit walks, in so far as units that walk others never merge with it.
    private struct Walk: Hashable {
        var domain: Shape
        var reducedAxes = 0
    }

    /// Tries to merge pairs of units with one walk until none fits any more.
    ///
    /// - Parameters:
    ///   - walk: what two units must have in common; `nil` for a unit that takes no part.
    ///   - merged: the one unit for two; asked only where no third unit lies between them.
    private mutating func mergePairs(
        by walk: (FusedUnit) -> Walk?, _ mayTry: (FusedUnit, FusedUnit) -> Bool,
        _ merged: (FusedUnit, FusedUnit) -> FusedUnit?
    ) {
        var groups: [Walk: [Int]] = [:]
        for (number, unit) in units.enumerated() {
            if let key = unit.flatMap(walk) { groups[key, default: []].append(number) }
        }
        for group in groups.values.sorted(by: { $0[0] < $1[0] }) {
            for (position, a) in group.enumerated() {
                var next = position + 1
                while next < group.count {
                    let b = group[next]
                    next += 1
                    guard let first = units[a], let second = units[b], mayTry(first, second), mayMerge(a, b),
                        let unit = merged(first, second)
                    else { continue }
                    replace(a, and: b, by: unit)
                    next = position + 1
                }
            }
        }
    }

    /// The most buffers that one generated kernel takes.
    private static let mostBuffers = 24

    private static func fitting(_ unit: FusedUnit?) -> FusedUnit? {
        guard let unit, Set(unit.reads).count + unit.writes.count <= Fusion.mostBuffers else { return nil }
        return unit
    }

    private static func share(_ a: FusedUnit, _ b: FusedUnit) -> Bool {
        !Set(a.reads + a.writes).isDisjoint(with: b.reads + b.writes)
    }

    /// Below this many elements a launch costs more than what two units do in one.
    private static let smallSpace = 1024

    private mutating func mergeReductions() {
        let plan = plan
        mergePairs(by: { plan.reductionWalk($0).map { Walk(domain: $0.domain, reducedAxes: $0.reducedAxes) } }) {
            _, _ in
            true
        } _: { a, b in
            guard case .reduce(let first, let tails) = a.content, case .reduce(let second, let others) = b.content
            else { return nil }
            return Fusion.fitting(plan.reduceUnit(first + second, tails: (tails + others).sorted()))
        }
    }

    /// Maps over one space share a kernel when they share data, or when the space is small.
    private mutating func mergeMaps() {
        let plan = plan
        mergePairs(by: { plan.mapSpace($0).map { Walk(domain: $0) } }) { a, b in
            Fusion.share(a, b) || (plan.mapSpace(a)?.elementCount ?? 0) <= Fusion.smallSpace
        } _: { a, b in
            guard case .map(let first) = a.content, case .map(let second) = b.content else { return nil }
            return Fusion.fitting(plan.mapUnit((first + second).sorted()))
        }
    }

    /// Maps over the axes that a reduction keeps become its epilogue.
    private mutating func mergeTails() {
        let plan = plan
        func kept(_ unit: FusedUnit) -> Shape? {
            guard let walk = plan.reductionWalk(unit) else { return plan.mapSpace(unit) }
            return Shape(Array(walk.domain.extents.dropLast(walk.reducedAxes)))
        }
        mergePairs(by: { kept($0).map { Walk(domain: $0) } }) { a, b in
            let isPair = (plan.mapSpace(a) == nil) != (plan.mapSpace(b) == nil)
            return isPair && (Fusion.share(a, b) || (kept(a)?.elementCount ?? 0) <= Fusion.smallSpace)
        } _: { a, b in
            switch (a.content, b.content) {
            case (.reduce(let roots, let tails), .map(let maps)), (.map(let maps), .reduce(let roots, let tails)):
                Fusion.fitting(plan.reduceUnit(roots, tails: (tails + maps).sorted()))
            default: nil
            }
        }
        // Reductions that have become alike: the loss's total and a metric's, each with its counters.
        mergeReductions()
    }

    /// Maps over the space that a reduction folds, which read what it makes of their row, close its kernel.
    private mutating func mergeRows() {
        let plan = plan
        mergePairs(by: { (plan.mapSpace($0) ?? plan.reductionWalk($0)?.domain).map { Walk(domain: $0) } }) { a, b in
            let (map, fold) = plan.mapSpace(a) == nil ? (b, a) : (a, b)
            return plan.mapSpace(map) != nil && plan.reductionWalk(fold) != nil
                && !Set(map.reads).isDisjoint(with: fold.writes)
        } _: { a, b in
            switch (a.content, b.content) {
            case (.reduce(let roots, let tails), .map(let maps)), (.map(let maps), .reduce(let roots, let tails)):
                let written = Set((a.writes + b.writes).map(\.vertex))
                return Fusion.fitting(plan.rowsUnit(roots, tails: tails, maps: maps, needed: written.contains))
            default: return nil
            }
        }
    }

    /// Maps that alone read a kernel's result ride in the kernel's epilogue.
    private mutating func mergeEpilogues() {
        for a in units.indices {
            guard let kernel = units[a], case .kernel(let number, []) = kernel.content, !isOutput.contains(number)
            else { continue }
            let users = readers()[a]
            guard users.count == 1, let map = units[users[0]], case .map(let roots) = map.content,
                let unit = Fusion.fitting(plan.kernelUnit(number, tails: roots)), mayMerge(a, users[0])
            else { continue }
            replace(a, and: users[0], by: unit)
        }
    }

    /// Leaves out results that nothing outside their unit reads. Users come first: what they no longer read, their
    /// sources need not keep.
    private mutating func dropUnread() {
        var counts: [Int: Int] = [:]
        func count(_ unit: FusedUnit?, _ change: Int) {
            for vertex in Set(unit?.reads.map(\.vertex) ?? []) { counts[vertex, default: 0] += change }
        }
        for unit in units { count(unit, 1) }
        for number in ordered().reversed() {
            guard let unit = units[number] else { continue }
            count(unit, -1)
            let isNeeded = { [isOutput] (vertex: Int) in isOutput.contains(vertex) || counts[vertex, default: 0] > 0 }
            let needed = unit.writes.filter { isNeeded($0.vertex) }
            if !needed.isEmpty, needed.count < unit.writes.count {
                switch unit.content {
                case .map(let roots): units[number] = plan.mapUnit(roots, needed: isNeeded)
                case .reduce(let roots, let tails):
                    units[number] = plan.reduceUnit(roots, tails: tails, needed: isNeeded)
                case .rows(let roots, let tails, let maps):
                    units[number] = plan.rowsUnit(roots, tails: tails, maps: maps, needed: isNeeded) ?? unit
                case .kernel(let kernel, let tails):
                    units[number] = plan.kernelUnit(kernel, tails: tails, needed: isNeeded) ?? unit
                case .horizontal: break
                }
            }
            count(units[number], 1)
        }
        knownReaders = nil
    }

    /// Maps with one body over spaces of different sizes share a launch: the update of all parameters.
    private mutating func mergeHorizontally() {
        var groups: [[Int]] = []
        var bodies: [Expression: [Int]] = [:]
        for (number, unit) in units.enumerated() {
            guard let unit, case .map = unit.content, let op = unit.op as? Ops.Fused else { continue }
            let isFlat = op.views.allSatisfy { $0 == .contiguous(op.domain) || $0.isUniform && $0.offset == 0 }
            guard isFlat, op.domain.elementCount > 0 else { continue }
            for group in bodies[op.body] ?? [] {
                let buffers = groups[group].reduce(0) {
                    $0 + (units[$1]?.reads.count ?? 0) + (units[$1]?.writes.count ?? 0)
                }
                guard buffers + unit.reads.count + unit.writes.count <= 96,
                    patterns(of: op) == patterns(of: units[groups[group][0]]?.op)
                else { continue }
                let readers = readers()
                let independent = groups[group].allSatisfy {
                    !leads(from: $0, to: number, readers, direct: true)
                        && !leads(from: number, to: $0, readers, direct: true)
                }
                if independent {
                    groups[group].append(number)
                    break
                }
            }
            if !groups.contains(where: { $0.contains(number) }) {
                bodies[op.body, default: []].append(groups.count)
                groups.append([number])
            }
        }
        for group in groups where group.count > 1 {
            // Two groups that are free of one another member by member may still wait for each other crosswise.
            let merged = FusedUnit.horizontal(group.compactMap { units[$0] })
            let before = (units, owner)
            for number in group.dropFirst() { replace(group[0], and: number, by: merged) }
            if ordered().count < units.count(where: { $0 != nil }) {
                (units, owner) = before
                knownReaders = nil
            }
        }
    }

    /// Which operands of a flat map are one number and which are walked.
    private func patterns(of op: (any Op)?) -> [Bool] { (op as? Ops.Fused)?.views.map(\.isUniform) ?? [] }

    /// The units in an order in which each comes after what it reads; shorter than the list if there is a circle.
    private mutating func ordered() -> [Int] {
        var waiting = units.indices.map { unit in Set(sources(unit)).subtracting([unit]).count }
        let readers = readers()
        var ready = Heap(units.indices.filter { units[$0] != nil && waiting[$0] == 0 })
        var order: [Int] = []
        while let next = ready.popFirst() {
            order.append(next)
            for reader in readers[next] {
                waiting[reader] -= 1
                if waiting[reader] == 0 { ready.insert(reader) }
            }
        }
        return order
    }
}

extension FusedUnit {
    static func horizontal(_ parts: [FusedUnit]) -> FusedUnit {
        FusedUnit(
            content: .horizontal(parts),
            op: Ops.HorizontalFused(parts: parts.compactMap { ($0.op as? Ops.Fused)?.collapsed() }),
            reads: parts.flatMap(\.reads), writes: parts.flatMap(\.writes))
    }
}

/// Numbers, the smallest taken out first.
struct Heap {
    private var items: [Int]

    init(_ numbers: [Int]) { items = numbers.sorted() }

    mutating func insert(_ number: Int) {
        items.append(number)
        var child = items.count - 1
        while child > 0, items[(child - 1) / 2] > items[child] {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popFirst() -> Int? {
        guard let first = items.first else { return nil }
        let last = items.removeLast()
        guard !items.isEmpty else { return first }
        items[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < items.count && items[child] < items[least] {
                least = child
            }
            if least == parent { return first }
            items.swapAt(parent, least)
            parent = least
        }
    }
}
