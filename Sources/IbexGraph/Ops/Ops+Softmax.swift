extension Ops {
    /// e^xᵢ / Σ e^xⱼ along the last axis, computed from x - max x.
    package struct Softmax: Op {
        package init() {}

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] { [try lastAxis(inputs[0])] }

        package func backward(_ call: OpCall) -> [Tensor?] {
            let y = call.outputs[0]
            let weighted = call.upstream * y
            return [weighted - y * weighted.sum(axes: [y.rank - 1], keepDims: true)]
        }
    }

    /// x - ln Σ e^xⱼ along the last axis.
    package struct LogSoftmax: Op {
        package init() {}

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] { [try lastAxis(inputs[0])] }

        package func backward(_ call: OpCall) -> [Tensor?] {
            let y = call.outputs[0]
            return [call.upstream - y.exp() * call.upstream.sum(axes: [y.rank - 1], keepDims: true)]
        }
    }

    /// Cross-entropy of each row's softmax against its labels: -Σ yⱼ ln softmax(x)ⱼ.
    ///
    /// Operands: logits [rows, classes]; labels, either [rows, classes] of the logits' type or [rows] of
    /// whole numbers. Results: the loss [rows] and the probabilities [rows, classes], from which the
    /// gradient is one kernel.
    package struct SoftmaxCrossEntropy: Op {
        package init() {}

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            let logits = try lastAxis(inputs[0])
            try checkLabels(inputs[1], logits)
            return [TensorType([logits.shape[0]], logits.dtype), logits]
        }

        package func backward(_ call: OpCall) -> [Tensor?] {
            let (probabilities, labels) = (call.outputs[1], call.inputs[1])
            var total: Tensor?
            if let loss = call.upstreams[0] {
                total = .apply(SoftmaxCrossEntropyGradient(), probabilities, labels, loss)
            }
            if let upstream = call.upstreams[1] {
                let weighted = upstream * probabilities
                let other = weighted - probabilities * weighted.sum(axes: [1], keepDims: true)
                total = total.map { $0 + other } ?? other
            }
            var labelGradient: Tensor?
            if labels.dtype.isFloatingPoint, let loss = call.upstreams[0] {
                labelGradient = -loss.expandedDims(axis: 1) * Tensor.apply(LogSoftmax(), call.inputs[0])
            }
            return [total, labelGradient]
        }
    }

    /// (p Σ y - y) u for each row: the gradient of softmax cross-entropy with respect to the logits.
    /// Operands: probabilities [rows, classes], labels as above, upstream [rows].
    package struct SoftmaxCrossEntropyGradient: Op {
        package init() {}

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            let probabilities = try lastAxis(inputs[0])
            try checkLabels(inputs[1], probabilities)
            guard inputs[2] == TensorType([probabilities.shape[0]], probabilities.dtype) else {
                throw shapeError("an upstream of type \(inputs[2])", expected: "one number for each row")
            }
            return [probabilities]
        }

        package func backward(_ call: OpCall) -> [Tensor?] {
            let (p, labels) = (call.inputs[0], call.inputs[1])
            let dense = labels.dtype.isFloatingPoint ? labels : labels.oneHot(depth: p.shape[1], dtype: p.dtype)
            let mass = dense.sum(axes: [1], keepDims: true)
            let column = call.inputs[2].expandedDims(axis: 1)
            let labelGradient =
                labels.dtype.isFloatingPoint
                ? column * ((call.upstream * p).sum(axes: [1], keepDims: true) - call.upstream) : nil
            return [
                call.upstream * mass * column, labelGradient,
                (call.upstream * (p * mass - dense)).sum(axes: [1]),
            ]
        }
    }
}

extension Op {
    fileprivate func lastAxis(_ input: TensorType) throws(IbexError) -> TensorType {
        guard input.shape.rank >= 1, input.shape[-1] > 0, input.dtype == .float32 || input.dtype == .float64 else {
            throw shapeError("\(input)", expected: "floating point with at least one class in the last axis")
        }
        return input
    }

    fileprivate func checkLabels(_ labels: TensorType, _ logits: TensorType) throws(IbexError) {
        guard logits.shape.rank == 2 else {
            throw shapeError("logits of shape \(logits.shape)", expected: "two axes: rows, classes")
        }
        let sparse = labels.dtype.isInteger && labels.shape == [logits.shape[0]]
        guard labels == logits || sparse else {
            throw shapeError(
                "labels of type \(labels) for logits \(logits)",
                expected: "one row of the logits' type for each row, or one whole number")
        }
    }
}

extension Tensor {
    /// e^xᵢ / Σ e^xⱼ along an axis: positive numbers that add up to one.
    public func softmax(axis: Int = -1) -> Tensor { softmax(axes: [axis]) }

    /// e^xᵢ / Σ e^xⱼ over several axes taken as one.
    public func softmax(axes: [Int]) -> Tensor { floating.alongLast(axes) { .apply(Ops.Softmax(), $0) } }

    /// ln softmax along an axis.
    public func logSoftmax(axis: Int = -1) -> Tensor { logSoftmax(axes: [axis]) }

    /// ln softmax over several axes taken as one.
    public func logSoftmax(axes: [Int]) -> Tensor { floating.alongLast(axes) { .apply(Ops.LogSoftmax(), $0) } }

    /// A function of the last axis applied along others, which are one axis to it; it keeps the shape.
    func alongLast(_ axes: [Int], _ place: String = #function, _ body: (Tensor) -> Tensor) -> Tensor {
        let axes = axes.map { checkedAxis($0, place) }.sorted()
        guard axes != [rank - 1] else { return body(self) }
        let last = Array((rank - axes.count)..<rank)
        let moved = movedAxes(from: axes, to: last)
        let rows = Array(moved.shape.extents.dropLast(axes.count)) + [axes.reduce(1) { $0 * shape[$1] }]
        return body(moved.reshaped(rows)).reshaped(to: moved.shape).movedAxes(from: last, to: axes)
    }
}
