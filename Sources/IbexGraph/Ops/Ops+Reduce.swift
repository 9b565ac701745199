extension Ops {
    /// One number from all elements along some axes; the axes go away.
    package struct Reduce: Op {
        package enum Kind: String, Sendable, Hashable, CaseIterable {
            case sum, product, maximum, minimum, any, all, argMax, argMin

            /// Whether the result is the position of an element; the first of equals wins.
            package var isPosition: Bool { self == .argMax || self == .argMin }
        }

        package let kind: Kind
        /// In rising order; exactly one for `argMax` and `argMin`.
        package let axes: [Int]

        package init(_ kind: Kind, axes: [Int]) {
            self.kind = kind
            self.axes = axes
        }

        package var name: String { kind.rawValue }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            let type = inputs[0]
            guard axes.allSatisfy({ (0..<type.shape.rank).contains($0) }), Set(axes).count == axes.count else {
                throw shapeError("axes \(axes) for shape \(type.shape)", expected: "axes of it, each once")
            }
            if kind.isPosition || kind == .maximum || kind == .minimum {
                guard axes.allSatisfy({ type.shape[$0] > 0 }) else {
                    throw shapeError("shape \(type.shape), empty along axes \(axes)", expected: "at least one element")
                }
            }
            guard type.dtype != .float16, type.dtype != .bfloat16 else {
                throw shapeError(type.dtype.rawValue, expected: "a compute type", remedy: "Cast it to float32 first.")
            }
            if kind.isPosition && axes.count != 1 { throw shapeError("axes \(axes)", expected: "one axis") }
            if (kind == .any || kind == .all) != (type.dtype == .bool) {
                throw shapeError(
                    "\(type.dtype.rawValue)", expected: kind == .any || kind == .all ? "bool" : "numbers",
                    remedy: "Cast it first.")
            }
            let kept = type.shape.extents.indices.filter { !axes.contains($0) }.map { type.shape[$0] }
            return [TensorType(Shape(kept), kind.isPosition ? .int32 : type.dtype)]
        }

        package func backward(_ call: OpCall) -> [Tensor?] {
            let input = call.inputs[0]
            func spread(_ tensor: Tensor) -> Tensor {
                let extents = input.shape.extents.enumerated().map { axes.contains($0) ? 1 : $1 }
                return tensor.reshaped(to: Shape(extents)).broadcast(to: input.shape)
            }
            switch kind {
            case .sum: return [spread(call.upstream)]
            case .maximum, .minimum:
                // Equal elements share the gradient, as in Keras.
                let hit = (input .== spread(call.outputs[0])).cast(to: input.dtype)
                return [hit * spread(call.upstream / hit.sum(axes: axes))]
            case .product:
                return [productGradient(input, call, spread)]
            case .any, .all, .argMax, .argMin: return [nil]
            }
        }

        /// The product of the others, element by element, without dividing by a zero.
        private func productGradient(_ input: Tensor, _ call: OpCall, _ spread: (Tensor) -> Tensor) -> Tensor {
            let isZero = (input .== 0.0).cast(to: input.dtype)
            let zeros = spread(isZero.sum(axes: axes))
            let withoutZeros = Tensor.where(input .== 0.0, input.filled(1), input)
            let rest = spread(withoutZeros.product(axes: axes)) / withoutZeros
            let others = Tensor.where(zeros - isZero .> 0.0, input.filled(0), rest)
            return spread(call.upstream) * others
        }
    }
}

extension Tensor {
    private func reduced(_ kind: Ops.Reduce.Kind, _ axes: [Int]?, _ keepDims: Bool) -> Tensor {
        let axes = (axes?.map { $0 < 0 ? $0 + rank : $0 } ?? Array(0..<rank)).sorted()
        let result = Tensor.apply(Ops.Reduce(kind, axes: axes), self)
        guard keepDims else { return result }
        return result.reshaped(to: Shape(shape.extents.enumerated().map { axes.contains($0) ? 1 : $1 }))
    }

    /// The sum along the axes, all of them where none are named; `bool` and `uint8` add up as `int32`.
    public func sum(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        widened.reduced(.sum, axes, keepDims)
    }
    public func sum(axis: Int, keepDims: Bool = false) -> Tensor { sum(axes: [axis], keepDims: keepDims) }

    /// The mean along the axes, in floating point.
    public func mean(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        let total = floating.reduced(.sum, axes, keepDims)
        return total / (Double(elementCount) / Double(Swift.max(total.elementCount, 1)))
    }
    public func mean(axis: Int, keepDims: Bool = false) -> Tensor { mean(axes: [axis], keepDims: keepDims) }

    /// The product along the axes; `bool` and `uint8` multiply as `int32`.
    public func product(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        widened.reduced(.product, axes, keepDims)
    }

    /// Numbers that add up without running over: `bool` and `uint8` as `int32`.
    var widened: Tensor { dtype == .bool || dtype == .uint8 ? cast(to: .int32) : self }

    /// The largest element along the axes; NaN wins.
    public func max(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor { reduced(.maximum, axes, keepDims) }
    public func max(axis: Int, keepDims: Bool = false) -> Tensor { max(axes: [axis], keepDims: keepDims) }
    /// The smallest element along the axes; NaN wins.
    public func min(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor { reduced(.minimum, axes, keepDims) }
    public func min(axis: Int, keepDims: Bool = false) -> Tensor { min(axes: [axis], keepDims: keepDims) }
    public func any(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        cast(to: .bool).reduced(.any, axes, keepDims)
    }
    public func all(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        cast(to: .bool).reduced(.all, axes, keepDims)
    }

    /// The position of the largest element along an axis, the first of equals, as `int32`.
    public func argmax(axis: Int, keepDims: Bool = false) -> Tensor { reduced(.argMax, [axis], keepDims) }
    /// The position of the smallest element along an axis, the first of equals, as `int32`.
    public func argmin(axis: Int, keepDims: Bool = false) -> Tensor { reduced(.argMin, [axis], keepDims) }

    /// The variance along the axes: mean (x - mean x)², divided by the number of elements.
    public func variance(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        (floating - mean(axes: axes, keepDims: true)).square().mean(axes: axes, keepDims: keepDims)
    }

    /// The standard deviation along the axes: the root of `variance`.
    public func standardDeviation(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        variance(axes: axes, keepDims: keepDims).sqrt()
    }

    /// How many elements along the axes are not zero, as `int32`.
    public func countNonzero(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        cast(to: .bool).sum(axes: axes, keepDims: keepDims)
    }

    /// ln Σ e^x along the axes, without overflow.
    public func logSumExp(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        let x = floating
        let peak = x.max(axes: axes, keepDims: true).stopGradient()
        let shift = Tensor.where(peak.isFinite(), peak, peak.filled(0))
        let result = (x - shift).exp().sum(axes: axes, keepDims: true).log() + shift
        return keepDims ? result : result.reshaped(to: x.reduced(.sum, axes, false).shape)
    }
}
