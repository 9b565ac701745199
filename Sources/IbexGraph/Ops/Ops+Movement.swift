extension Ops {
    /// The same elements in row-major order under another shape.
    package struct Reshape: Op {
        package let shape: Shape

        package init(_ shape: Shape) { self.shape = shape }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            guard inputs[0].shape.elementCount == shape.elementCount else {
                throw shapeError(
                    "shape \(inputs[0].shape) with \(inputs[0].shape.elementCount) elements for \(shape)",
                    expected: "a shape with as many elements")
            }
            return [TensorType(shape, inputs[0].dtype)]
        }

        package func backward(_ call: OpCall) -> [Tensor?] { [call.upstream.reshaped(to: call.inputs[0].shape)] }
    }

    /// Axes in another order: axis `i` of the result is axis `permutation[i]` of the operand.
    package struct Transpose: Op {
        package let permutation: [Int]

        package init(_ permutation: [Int]) { self.permutation = permutation }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            guard permutation.sorted() == Array(0..<inputs[0].shape.rank) else {
                throw shapeError(
                    "permutation \(permutation) for shape \(inputs[0].shape)",
                    expected: "each of its \(inputs[0].shape.rank) axes once")
            }
            return [TensorType(Shape(permutation.map { inputs[0].shape.extents[$0] }), inputs[0].dtype)]
        }

        package func backward(_ call: OpCall) -> [Tensor?] { [call.upstream.transposed(inverse)] }

        package var inverse: [Int] {
            var inverse = permutation
            for (position, axis) in permutation.enumerated() { inverse[axis] = position }
            return inverse
        }
    }

    /// Extents of 1 stretched, axes added in front: NumPy's broadcasting.
    package struct Broadcast: Op {
        package let shape: Shape

        package init(_ shape: Shape) { self.shape = shape }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            guard inputs[0].shape.broadcast(with: shape) == shape else {
                throw shapeError(
                    "shape \(inputs[0].shape) for \(shape)", expected: "a shape that broadcasts to it",
                    remedy: "Axes are matched from the last; an extent must be equal or 1.")
            }
            return [TensorType(shape, inputs[0].dtype)]
        }

        package func backward(_ call: OpCall) -> [Tensor?] { [call.upstream.sum(to: call.inputs[0].shape)] }
    }

    /// A regular part of each axis: `count` elements from `start`, `step` apart. A negative step
    /// walks backwards.
    package struct Slice: Op {
        package let starts: [Int]
        package let counts: [Int]
        package let steps: [Int]

        package init(starts: [Int], counts: [Int], steps: [Int]) {
            self.starts = starts
            self.counts = counts
            self.steps = steps
        }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            let shape = inputs[0].shape
            guard starts.count == shape.rank, counts.count == shape.rank, steps.count == shape.rank else {
                throw shapeError("\(starts.count) ranges for shape \(shape)", expected: "one for each axis")
            }
            for axis in 0..<shape.rank where counts[axis] > 0 {
                let last = starts[axis] + (counts[axis] - 1) * steps[axis]
                guard (0..<shape[axis]).contains(starts[axis]), (0..<shape[axis]).contains(last), steps[axis] != 0
                else {
                    throw shapeError(
                        "elements \(starts[axis]) to \(last) of axis \(axis) in shape \(shape)",
                        expected: "elements within 0..<\(shape[axis])")
                }
            }
            return [TensorType(Shape(counts), inputs[0].dtype)]
        }

        package func backward(_ call: OpCall) -> [Tensor?] {
            let backwards = steps.indices.filter { steps[$0] < 0 }
            let upstream = backwards.isEmpty ? call.upstream : call.upstream.flipped(axes: backwards)
            var low: [Int] = []
            var high: [Int] = []
            for axis in steps.indices {
                let last = starts[axis] + (counts[axis] - 1) * steps[axis]
                let first = min(starts[axis], last)
                low.append(counts[axis] == 0 ? 0 : first)
                high.append(call.inputs[0].shape[axis] - (counts[axis] == 0 ? 0 : max(starts[axis], last) + 1))
            }
            return [.apply(Ops.Pad(low: low, high: high, interior: steps.map { Swift.abs($0) - 1 }), upstream)]
        }
    }

    /// Cells of one value around the edges (`low`, `high`) and between neighbours (`interior`).
    package struct Pad: Op {
        package let low: [Int]
        package let high: [Int]
        package let interior: [Int]
        package let value: Double

        package init(low: [Int], high: [Int], interior: [Int]? = nil, value: Double = 0) {
            self.low = low
            self.high = high
            self.interior = interior ?? low.map { _ in 0 }
            self.value = value
        }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            let shape = inputs[0].shape
            guard low.count == shape.rank, high.count == shape.rank, interior.count == shape.rank else {
                throw shapeError("padding of \(low.count) axes for shape \(shape)", expected: "one pair for each axis")
            }
            guard (low + high + interior).allSatisfy({ $0 >= 0 }) else {
                throw shapeError("padding low \(low), high \(high), interior \(interior)", expected: "none negative")
            }
            let extents = shape.extents.indices.map { axis in
                low[axis] + high[axis] + shape[axis] + Swift.max(shape[axis] - 1, 0) * interior[axis]
            }
            return [TensorType(Shape(extents), inputs[0].dtype)]
        }

        package func backward(_ call: OpCall) -> [Tensor?] {
            let slice = Ops.Slice(
                starts: low, counts: call.inputs[0].shape.extents, steps: interior.map { $0 + 1 })
            return [.apply(slice, call.upstream)]
        }
    }

    /// Operands laid end to end along one axis.
    package struct Concatenate: Op {
        package let axis: Int

        package init(axis: Int) { self.axis = axis }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            guard let first = inputs.first else { throw shapeError("no operands", expected: "at least one") }
            guard (0..<first.shape.rank).contains(axis) else {
                throw shapeError("axis \(axis) for shape \(first.shape)", expected: "an axis of it")
            }
            var extent = 0
            for input in inputs {
                guard input.dtype == first.dtype, input.shape.rank == first.shape.rank,
                    input.shape.replacing(axis: axis, with: 0) == first.shape.replacing(axis: axis, with: 0)
                else {
                    throw shapeError(
                        inputs.map(\.description).joined(separator: ", "),
                        expected: "one type, and shapes that differ in axis \(axis) only")
                }
                extent += input.shape[axis]
            }
            return [TensorType(first.shape.replacing(axis: axis, with: extent), first.dtype)]
        }

        package func backward(_ call: OpCall) -> [Tensor?] {
            var start = 0
            return call.inputs.map { input in
                defer { start += input.shape[axis] }
                return call.upstream.narrowed(axis: axis, start: start, count: input.shape[axis])
            }
        }
    }
}
