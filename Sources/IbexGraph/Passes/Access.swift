/// How positions of an iteration space lead to elements of a value: each axis of the value is walked by
/// one axis of the space, from `start` in steps of `step`, or stands still.
package struct Access: Hashable, Sendable {
    package struct Coordinate: Hashable, Sendable {
        /// The axis of the iteration space; `nil` where the value's axis stands still.
        var axis: Int?
        var start: Int
        var step: Int

        static let still = Coordinate(axis: nil, start: 0, step: 0)
    }

    package var coordinates: [Coordinate]

    /// Walks a tensor of this shape along the axes of a space that leaves out its extents of 1; the first
    /// such axis is `firstAxis`.
    package static func whole(_ shape: Shape, firstAxis: Int = 0) -> Access {
        var axis = firstAxis
        return Access(
            coordinates: shape.extents.map { extent in
                guard extent != 1 else { return .still }
                defer { axis += 1 }
                return Coordinate(axis: axis, start: 0, step: 1)
            })
    }

    /// Whether every element of a value of `shape` is read at its own row-major position in `domain`.
    package func isIdentity(shape: Shape, domain: Shape) -> Bool {
        var next = 0
        for (coordinate, extent) in zip(coordinates, shape.extents) where extent != 1 {
            guard coordinate == Coordinate(axis: next, start: 0, step: 1) else { return false }
            next += 1
        }
        return next == domain.rank
    }

    /// The view that reads a contiguous tensor of `shape` through this access.
    package func view(shape: Shape, domainRank: Int) -> View {
        var view = View(strides: [Int](repeating: 0, count: domainRank))
        for (coordinate, stride) in zip(coordinates, shape.strides) {
            view.offset += coordinate.start * stride
            if let axis = coordinate.axis { view.strides[axis] += coordinate.step * stride }
        }
        return view
    }

    /// The access to a movement op's operand, given the access to its result; `nil` where the op
    /// is not a regular walk.
    package func through(_ op: any Op, operand: Shape, result: Shape) -> Access? {
        switch op {
        case is Ops.Broadcast:
            let added = result.rank - operand.rank
            return Access(
                coordinates: operand.extents.indices.map { axis in
                    operand[axis] == 1 ? .still : coordinates[axis + added]
                })
        case let transpose as Ops.Transpose:
            var moved = coordinates
            for (position, axis) in transpose.permutation.enumerated() { moved[axis] = coordinates[position] }
            return Access(coordinates: moved)
        case let slice as Ops.Slice:
            return Access(
                coordinates: coordinates.enumerated().map { axis, coordinate in
                    Coordinate(
                        axis: coordinate.axis, start: slice.starts[axis] + slice.steps[axis] * coordinate.start,
                        step: slice.steps[axis] * coordinate.step)
                })
        case is Ops.Reshape:
            guard operand.withoutUnitAxes == result.withoutUnitAxes else { return nil }
            var walked = zip(coordinates, result.extents).filter { $1 != 1 }.map(\.0).makeIterator()
            return Access(coordinates: operand.extents.map { $0 == 1 ? .still : walked.next() ?? .still })
        default:
            return nil
        }
    }
}

extension Shape {
    /// The shape without its extents of 1.
    package var withoutUnitAxes: Shape { Shape(extents.filter { $0 != 1 }) }
}
