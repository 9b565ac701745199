import IbexGraph

extension Layer {
    /// An axis counted from the front.
    ///
    /// - Throws: `IbexError` where the input has no such axis.
    func axis(_ axis: Int, of input: Shape) throws(IbexError) -> Int {
        guard (-input.rank..<input.rank).contains(axis) else {
            throw argumentError(
                "axis \(axis) for an input of shape \(input)",
                expected: "an axis from \(-input.rank) to \(input.rank - 1)")
        }
        return axis < 0 ? axis + input.rank : axis
    }

    /// Axes counted from the front, in rising order.
    ///
    /// - Throws: `IbexError` where the input lacks one of them, or where one is named twice.
    func axes(_ axes: Axes, of input: Shape) throws(IbexError) -> [Int] {
        var result: [Int] = []
        for axis in axes.values { result.append(try self.axis(axis, of: input)) }
        guard !result.isEmpty, Set(result).count == result.count else {
            throw argumentError("axes \(axes.values)", expected: "at least one axis, each once")
        }
        return result.sorted()
    }

    /// The input's shape where it has the axes that the layer was built for.
    func single(_ inputs: [Shape], rank: Int, _ axes: String) throws(IbexError) -> Shape {
        let input = try single(inputs)
        guard input.rank == rank else { throw shapeError(input, expected: "\(rank) axes: \(axes)") }
        return input
    }

    /// Checks that some extents are still those that the weights were made for.
    func checkExtents(_ input: Shape, along axes: [Int]) throws(IbexError) {
        guard let built = inputShapes.first else { return }
        for axis in axes where built.rank != input.rank || built[axis] != input[axis] {
            throw shapeError(
                input, expected: "\(built.rank) axes with \(built[axis]) along axis \(axis), as the layer was built for"
            )
        }
    }
}

extension Shape {
    /// A shape with the extents along some axes, and 1 along the others: what broadcasts along the others.
    func keeping(_ axes: [Int]) -> Shape { Shape(extents.indices.map { axes.contains($0) ? self[$0] : 1 }) }

    /// All axes but some.
    func axes(except axes: [Int]) -> [Int] { extents.indices.filter { !axes.contains($0) } }
}
