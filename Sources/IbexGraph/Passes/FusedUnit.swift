/// A kernel in the making: what one launch will compute.
package struct FusedUnit {
    package enum Content {
        /// An op with a kernel of its own, and the elementwise vertices that ride in its epilogue.
        case kernel(Int, tails: [Int])
        /// Elementwise vertices over one space.
        case map([Int])
        /// Reductions over one space, and elementwise vertices over the axes that stay.
        case reduce([Int], tails: [Int])
        /// A reduction whose values, and those of its tails, elementwise vertices over the folded space read at once.
        case rows([Int], tails: [Int], maps: [Int])
        /// Units of one structure in one launch.
        case horizontal([FusedUnit])
    }

    package var content: Content
    /// The op to be lowered; its operands; its results.
    package var op: any Op
    package var reads: [Graph.Value]
    package var writes: [Graph.Value]
}

extension FusionPlan {
    /// The unit for an op with a kernel of its own.
    func kernelUnit(_ number: Int) -> FusedUnit {
        let vertex = graph.vertices[number]
        return FusedUnit(
            content: .kernel(number, tails: []), op: vertex.op, reads: vertex.inputs.map { stored($0) },
            writes: vertex.types.indices.map { Graph.Value(number, $0) })
    }

    /// The unit that computes elementwise vertices of one space; `nil` where they cannot share a kernel.
    ///
    /// - Parameter needed: the vertices among them that something else reads; the others stay inside.
    func mapUnit(_ roots: [Int], needed: (Int) -> Bool = { _ in true }) -> FusedUnit? {
        let domain = graph.vertices[roots[0]].types[0].shape.withoutUnitAxes
        var emitter = Emitter(self, domain: domain, own: Set(roots))
        let results = roots.filter(needed)
        for root in results { emitter.addResult(Graph.Value(root), .whole(graph.vertices[root].types[0].shape)) }
        guard !emitter.leaves.contains(where: { roots.contains($0.value.vertex) }) else { return nil }
        let op = Ops.Fused(
            domain: domain, views: emitter.leaves.map(\.view), constants: emitter.constants,
            body: emitter.expression)
        return FusedUnit(
            content: .map(roots), op: op, reads: emitter.leaves.map(\.value),
            writes: results.map { Graph.Value($0) })
    }

    /// The unit that computes reductions over one space and elementwise vertices over their results.
    func reduceUnit(_ roots: [Int], tails: [Int], needed: (Int) -> Bool = { _ in true }) -> FusedUnit? {
        reduceUnit(roots, tails: tails, results: (roots + tails).filter(needed))
    }

    private func reduceUnit(_ roots: [Int], tails: [Int], results: [Int]) -> FusedUnit? {
        let space = reductionSpace(roots[0])
        var body = Emitter(self, domain: space.domain, own: [])
        var given: [Graph.Value: Int] = [:]
        for (index, root) in roots.enumerated() {
            body.addResult(graph.vertices[root].inputs[0], reductionSpace(root).access, computing: false)
            given[Graph.Value(root)] = index
        }
        let members = Set(roots + tails)
        guard !body.leaves.contains(where: { members.contains($0.value.vertex) }) else { return nil }
        let kinds = roots.compactMap { (graph.vertices[$0].op as? Ops.Reduce)?.kind }
        let kept = Shape(Array(space.domain.extents.dropLast(space.reducedAxes)))
        var op = Ops.Fused(
            domain: space.domain, reducedAxes: space.reducedAxes, views: body.leaves.map(\.view),
            constants: body.constants, body: body.expression, reductions: kinds)
        guard !tails.isEmpty || results != roots else {
            return FusedUnit(
                content: .reduce(roots, tails: []), op: op, reads: body.leaves.map(\.value),
                writes: roots.map { Graph.Value($0) })
        }
        var epilogue = Emitter(self, domain: kept, own: Set(tails), given: given, constants: body.constants)
        for result in results {
            epilogue.addResult(Graph.Value(result), .whole(graph.vertices[result].types[0].shape))
        }
        guard !epilogue.leaves.contains(where: { members.contains($0.value.vertex) }) else { return nil }
        op.epilogue = epilogue.expression
        op.epilogueViews = epilogue.leaves.map(\.view)
        op.constants = epilogue.constants
        return FusedUnit(
            content: .reduce(roots, tails: tails), op: op, reads: (body.leaves + epilogue.leaves).map(\.value),
            writes: results.map { Graph.Value($0) })
    }

    /// The unit that folds rows and computes elementwise vertices over the same rows from what it folded; `nil` where they
    /// read a folded value anywhere but in its own row.
    func rowsUnit(
        _ roots: [Int], tails: [Int], maps: [Int], needed: (Int) -> Bool = { _ in true }
    ) -> FusedUnit? {
        guard let map = mapUnit(maps, needed: needed), !map.writes.isEmpty,
            mapSpace(map) == reductionSpace(roots[0]).domain
        else { return nil }
        let stored = (roots + tails).filter(needed)
        let read = (roots + tails).filter { !needed($0) && map.reads.contains(Graph.Value($0)) }
        guard let fold = reduceUnit(roots, tails: tails, results: stored + read), var op = fold.op as? Ops.Fused
        else { return nil }
        let given = Dictionary(uniqueKeysWithValues: (stored + read).enumerated().map { (Graph.Value($1), $0) })
        var closing = Emitter(
            self, domain: op.domain, own: Set(maps), given: given, over: op.kept, constants: op.constants)
        for result in map.writes {
            closing.addResult(result, .whole(graph.vertices[result.vertex].types[0].shape))
        }
        let members = Set(roots + tails + maps)
        guard !(fold.reads + closing.leaves.map(\.value)).contains(where: { members.contains($0.vertex) }) else {
            return nil
        }
        op.closing = Ops.Fused.Closing(
            expression: closing.expression, views: closing.leaves.map(\.view), storedValues: stored.count)
        op.constants = closing.constants
        return FusedUnit(
            content: .rows(roots, tails: tails, maps: maps), op: op, reads: fold.reads + closing.leaves.map(\.value),
            writes: stored.map { Graph.Value($0) } + map.writes)
    }

    /// The space that a unit of maps walks; `nil` for another unit.
    func mapSpace(_ unit: FusedUnit) -> Shape? {
        guard case .map(let roots) = unit.content else { return nil }
        return graph.vertices[roots[0]].types[0].shape.withoutUnitAxes
    }

    /// The space that a unit of reductions alone walks; `nil` for another unit.
    func reductionWalk(_ unit: FusedUnit) -> (domain: Shape, reducedAxes: Int)? {
        guard case .reduce(let roots, _) = unit.content else { return nil }
        let space = reductionSpace(roots[0])
        return (space.domain, space.reducedAxes)
    }

    /// The space that a reduction walks: the axes that stay, then those that are folded, without
    /// extents of 1; at least one axis is folded.
    func reductionSpace(_ root: Int) -> (domain: Shape, reducedAxes: Int, access: Access) {
        let vertex = graph.vertices[root]
        let shape = graph.type(vertex.inputs[0]).shape
        let axes = (vertex.op as? Ops.Reduce)?.axes ?? []
        let kept = shape.extents.indices.filter { !axes.contains($0) && shape[$0] != 1 }
        let folded = axes.filter { shape[$0] != 1 }
        var access = Access(coordinates: shape.extents.map { _ in .still })
        for (position, axis) in (kept + folded).enumerated() {
            access.coordinates[axis] = Access.Coordinate(axis: position, start: 0, step: 1)
        }
        let extents = (kept + folded).map { shape[$0] }
        return folded.isEmpty ? (Shape(extents + [1]), 1, access) : (Shape(extents), folded.count, access)
    }

    /// The kernel's unit with elementwise vertices in its epilogue; `nil` where they do more than an epilogue may: read
    /// the result elsewhere than at its own position, or another operand in an odd walk.
    ///
    /// - Parameter needed: the vertices among them that something else reads; the others stay inside.
    func kernelUnit(_ number: Int, tails: [Int], needed: (Int) -> Bool = { _ in true }) -> FusedUnit? {
        let vertex = graph.vertices[number]
        guard var op = vertex.op as? any EpilogueOp, op.epilogue == nil else { return nil }
        let shape = vertex.types[0].shape
        guard tails.allSatisfy({ graph.vertices[$0].types[0].shape == shape }), shape.elementCount > 0 else {
            return nil
        }
        let domain = shape.withoutUnitAxes
        let members = Set(tails + [number])
        var emitter = Emitter(self, domain: domain, own: Set(tails), given: [Graph.Value(number): 0])
        let results = tails.filter(needed)
        for result in results { emitter.addResult(Graph.Value(result), .whole(shape)) }
        guard !emitter.leaves.contains(where: { members.contains($0.value.vertex) }) else { return nil }
        let whole = View.contiguous(domain)
        let isAllowed = emitter.leaves.allSatisfy { leaf in
            let outer = leaf.view.strides.dropLast()
            return leaf.view == whole
                || leaf.view.offset == 0 && outer.allSatisfy { $0 == 0 } && (leaf.view.strides.last ?? 0) <= 1
        }
        guard isAllowed else { return nil }
        op.epilogue = Epilogue(
            expression: emitter.expression, constants: emitter.constants,
            views: emitter.leaves.map { leaf in
                var strides = leaf.view.strides.makeIterator()
                return View(strides: shape.extents.map { $0 == 1 ? 0 : strides.next() ?? 0 })
            })
        return FusedUnit(
            content: .kernel(number, tails: tails), op: op,
            reads: vertex.inputs.map { stored($0) } + emitter.leaves.map(\.value),
            writes: results.map { Graph.Value($0) })
    }
}
