extension Ops {
    /// The largest element of each window, [batch, rows, columns, channels]; padding never wins.
    package struct MaxPool2D: Op {
        package var window: Window

        package init(_ window: Window) { self.window = window }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            [try pooledType(window, inputs[0])]
        }

        package func backward(_ call: OpCall) -> [Tensor?] {
            [.apply(MaxPool2DGradient(window), call.inputs[0], call.outputs[0], call.upstream)]
        }
    }

    /// Hands the upstream of each window to the first element that equals its maximum.
    /// Operands: x, the pooled y, the upstream y'.
    package struct MaxPool2DGradient: Op {
        package var window: Window

        package init(_ window: Window) { self.window = window }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            let pooled = try pooledType(window, inputs[0])
            guard inputs[1] == pooled, inputs[2] == pooled else {
                throw shapeError("operands of types \(inputs[1]) and \(inputs[2])", expected: "\(pooled)")
            }
            return [inputs[0]]
        }

        /// Linear in the upstream: its gradient picks the winners' elements.
        package func backward(_ call: OpCall) -> [Tensor?] {
            let (x, y) = (call.inputs[0], call.inputs[1])
            return [nil, nil, .apply(MaxPool2DPick(window), x, y, call.upstream)]
        }
    }

    /// The elements of `values` that stand where each window of x has its first maximum.
    /// Operands: x, the pooled y, values of x's shape.
    package struct MaxPool2DPick: Op {
        package var window: Window

        package init(_ window: Window) { self.window = window }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            let pooled = try pooledType(window, inputs[0])
            guard inputs[1] == pooled, inputs[2] == inputs[0] else {
                throw shapeError("operands of types \(inputs[1]) and \(inputs[2])", expected: "\(pooled), \(inputs[0])")
            }
            return [pooled]
        }

        package func backward(_ call: OpCall) -> [Tensor?] {
            [nil, nil, .apply(MaxPool2DGradient(window), call.inputs[0], call.inputs[1], call.upstream)]
        }
    }

    /// The mean of each window's real cells; padding is not counted.
    package struct AveragePool2D: Op {
        package var window: Window

        package init(_ window: Window) { self.window = window }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            [try pooledType(window, inputs[0])]
        }

        package func backward(_ call: OpCall) -> [Tensor?] {
            [.apply(AveragePool2DGradient(window, input: call.inputs[0].shape), call.upstream)]
        }
    }

    /// Spreads the upstream of each window evenly over its real cells; operand: the upstream.
    package struct AveragePool2DGradient: Op {
        package var window: Window
        package var input: Shape

        package init(_ window: Window, input: Shape) {
            self.window = window
            self.input = input
        }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            let type = TensorType(input, inputs[0].dtype)
            let pooled = try pooledType(window, type)
            guard inputs[0] == pooled else { throw shapeError("\(inputs[0])", expected: "\(pooled)") }
            return [type]
        }

        package func backward(_ call: OpCall) -> [Tensor?] { [.apply(AveragePool2D(window), call.upstream)] }
    }
}

extension Op {
    fileprivate func pooledType(_ window: Window, _ input: TensorType) throws(IbexError) -> TensorType {
        try window.validate(self, input: input.shape)
        guard input.dtype.isReal else {
            throw shapeError("\(input.dtype.rawValue)", expected: "floating point", remedy: "Cast it.")
        }
        let x = input.shape
        let shape = Shape([x[0], window.positions(0, input: x[1]), window.positions(1, input: x[2]), x[3]])
        return TensorType(shape, input.dtype)
    }
}
