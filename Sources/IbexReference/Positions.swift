import IbexGraph

extension Shape {
    /// The coordinates of each element, in row-major order.
    var positions: [[Int]] {
        (0..<elementCount).map { index in
            var rest = index
            var coordinates = [Int](repeating: 0, count: rank)
            for axis in extents.indices.reversed() {
                coordinates[axis] = rest % extents[axis]
                rest /= extents[axis]
            }
            return coordinates
        }
    }

    /// The place of an element in row-major order.
    func index(_ coordinates: [Int]) -> Int {
        var index = 0
        for axis in extents.indices { index = index * extents[axis] + coordinates[axis] }
        return index
    }
}

extension View {
    /// The place in its operand of the element for a position.
    func index(_ coordinates: [Int]) -> Int {
        var index = offset
        for axis in coordinates.indices { index += coordinates[axis] * strides[axis] }
        return index
    }
}
