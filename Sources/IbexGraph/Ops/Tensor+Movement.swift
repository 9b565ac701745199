extension Tensor {
    /// The same elements in row-major order under another shape; one extent may be -1 and is worked out.
    ///
    ///     let flat = images.reshaped(-1, 784)
    public func reshaped(_ extents: Int...) -> Tensor { reshaped(extents) }

    public func reshaped(_ extents: [Int]) -> Tensor {
        guard let hole = extents.firstIndex(of: -1) else { return reshaped(to: Shape(extents)) }
        var extents = extents
        extents[hole] = 1
        let rest = extents.reduce(1, *)
        guard rest > 0, elementCount % rest == 0 else {
            let error = Ops.Reshape(shape).shapeError(
                "shape \(shape) for an extent of -1 beside \(rest) elements",
                expected: "a whole number of times \(rest) elements")
            preconditionFailure(error.description)
        }
        extents[hole] = elementCount / rest
        return reshaped(to: Shape(extents))
    }

    public func reshaped(to shape: Shape) -> Tensor { self.shape == shape ? self : .apply(Ops.Reshape(shape), self) }

    /// Axes in another order: axis `i` of the result is axis `permutation[i]` of this tensor.
    public func transposed(_ permutation: [Int]) -> Tensor {
        permutation == Array(0..<rank) ? self : .apply(Ops.Transpose(permutation), self)
    }

    /// All axes in reverse order.
    public func transposed() -> Tensor { transposed(Array((0..<rank).reversed())) }

    /// Axes moved to other places; those that are not named keep their order.
    ///
    ///     images.movedAxis(from: 1, to: -1)        // [n, c, h, w] to [n, h, w, c]
    public func movedAxis(from source: Int, to destination: Int) -> Tensor {
        movedAxes(from: [source], to: [destination])
    }

    /// Axes moved to other places, one destination for each; those that are not named keep their order.
    public func movedAxes(from sources: [Int], to destinations: [Int]) -> Tensor {
        let sources = sources.map { checkedAxis($0) }
        let destinations = destinations.map { checkedAxis($0) }
        precondition(
            sources.count == destinations.count && Set(sources).count == sources.count
                && Set(destinations).count == destinations.count,
            "movedAxes: found axes \(sources) to \(destinations); expected each once, and as many of both")
        var permutation = (0..<rank).filter { !sources.contains($0) }
        for (source, destination) in zip(sources, destinations).sorted(by: { $0.1 < $1.1 }) {
            permutation.insert(source, at: destination)
        }
        return transposed(permutation)
    }

    /// Two axes exchanged.
    public func swappedAxes(_ axis1: Int, _ axis2: Int) -> Tensor {
        var permutation = Array(0..<rank)
        permutation.swapAt(checkedAxis(axis1), checkedAxis(axis2))
        return transposed(permutation)
    }

    /// The last two axes exchanged.
    package func matrixTransposed() -> Tensor {
        transposed(Array(0..<rank - 2) + [rank - 1, rank - 2])
    }

    /// Extents of 1 stretched and axes added in front, as NumPy broadcasts.
    public func broadcast(to shape: Shape) -> Tensor {
        self.shape == shape ? self : .apply(Ops.Broadcast(shape), self)
    }

    /// The sum over the axes along which a tensor of `shape` would be broadcast to this one.
    package func sum(to shape: Shape) -> Tensor {
        guard self.shape != shape else { return self }
        let added = rank - shape.rank
        let axes = (0..<rank).filter { $0 < added || (shape[$0 - added] == 1 && self.shape[$0] != 1) }
        return sum(axes: axes).reshaped(to: shape)
    }

    /// An axis of extent 1 put in at `axis`; -1 puts it last.
    public func expandedDims(axis: Int) -> Tensor {
        var extents = shape.extents
        extents.insert(1, at: axis < 0 ? axis + rank + 1 : axis)
        return reshaped(to: Shape(extents))
    }

    /// Axes of extent 1 taken out: those named, or all.
    public func squeezed(axes: [Int]? = nil) -> Tensor {
        let removed = Set(axes?.map { $0 < 0 ? $0 + rank : $0 } ?? (0..<rank).filter { shape[$0] == 1 })
        precondition(removed.allSatisfy { shape[$0] == 1 }, "squeezed: found \(shape); expected 1 in axes \(removed)")
        return reshaped(to: Shape(shape.extents.indices.filter { !removed.contains($0) }.map { shape[$0] }))
    }

    /// The elements in reverse order along each of the axes.
    public func flipped(axes: [Int]) -> Tensor {
        let axes = Set(axes.map { $0 < 0 ? $0 + rank : $0 })
        return .apply(
            Ops.Slice(
                starts: (0..<rank).map { axes.contains($0) ? Swift.max(shape[$0] - 1, 0) : 0 }, counts: shape.extents,
                steps: (0..<rank).map { axes.contains($0) ? -1 : 1 }), self)
    }

    /// Cells of `value` added before (`low`) and after (`high`) each axis.
    public func padded(low: [Int], high: [Int], value: Double = 0) -> Tensor {
        .apply(Ops.Pad(low: low, high: high, value: value), self)
    }

    /// `count` elements of one axis, from `start`.
    package func narrowed(axis: Int, start: Int, count: Int) -> Tensor {
        strided(axis: axis, start: start, count: count, step: 1)
    }

    /// `count` elements of one axis, from `start`, `step` (1 or more) apart.
    package func strided(axis: Int, start: Int, count: Int, step: Int) -> Tensor {
        var starts = [Int](repeating: 0, count: rank)
        var steps = starts.map { _ in 1 }
        (starts[axis], steps[axis]) = (start, step)
        let counts = shape.replacing(axis: axis, with: count).extents
        guard counts != shape.extents else { return self }
        return .apply(Ops.Slice(starts: starts, counts: counts, steps: steps), self)
    }

    /// Tensors laid end to end along an axis, promoted to one type.
    public static func concatenated(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
        precondition(!tensors.isEmpty, "concatenated: found no tensors; expected at least one")
        let dtype = tensors.dropFirst().reduce(tensors[0].dtype) { $0.promoted(with: $1.dtype) }
        let axis = axis < 0 ? axis + tensors[0].rank : axis
        return apply(Ops.Concatenate(axis: axis), tensors.map { $0.cast(to: dtype) })[0]
    }

    /// Tensors of one shape laid along a new axis.
    public static func stacked(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
        concatenated(tensors.map { $0.expandedDims(axis: axis) }, axis: axis)
    }

    /// The parts of an axis between cuts: at [2, 5], elements 0..<2, 2..<5 and the rest.
    ///
    /// - Precondition: cuts rise within the axis.
    public func split(at cuts: [Int], axis: Int = 0) -> [Tensor] {
        let axis = checkedAxis(axis)
        let edges = [0] + cuts + [shape[axis]]
        precondition(
            edges == edges.sorted(), "split: found cuts \(cuts); expected rising ones within 0...\(shape[axis])")
        return zip(edges, edges.dropFirst()).map { narrowed(axis: axis, start: $0, count: $1 - $0) }
    }

    /// `count` parts of an axis, all of one extent.
    ///
    /// - Precondition: the axis's extent is a multiple of `count`.
    public func split(_ count: Int, axis: Int = 0) -> [Tensor] {
        let extent = shape[checkedAxis(axis)]
        precondition(
            count > 0 && extent % count == 0, "split: found \(count) parts of \(extent) elements; expected equal parts")
        return split(at: (1..<count).map { $0 * extent / count }, axis: axis)
    }

    /// The parts of an axis, one for each element; the axis goes away.
    public func unstacked(axis: Int = 0) -> [Tensor] {
        split(shape[checkedAxis(axis)], axis: axis).map { $0.squeezed(axes: [axis]) }
    }
}
