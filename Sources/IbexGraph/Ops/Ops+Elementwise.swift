extension Ops {
    /// A function of the elementwise table, applied to operands of one shape.
    package struct Elementwise: Op {
        package let function: ElementwiseFunction

        package init(_ function: ElementwiseFunction) { self.function = function }

        package var name: String { function.name }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            guard inputs.count == function.arity else {
                throw shapeError("\(inputs.count) operands", expected: "\(function.arity)")
            }
            guard inputs.allSatisfy({ $0.shape == inputs[0].shape }) else {
                throw shapeError(
                    "shapes " + inputs.map(\.shape.description).joined(separator: " and "),
                    expected: "shapes that broadcast to one another",
                    remedy: "Axes are matched from the last; an extent must be equal or 1.")
            }
            let operands = function.name == "where" ? Array(inputs.dropFirst()) : inputs
            guard operands.allSatisfy({ $0.dtype == operands[0].dtype }) else {
                throw shapeError(
                    "operands of types " + operands.map(\.dtype.rawValue).joined(separator: " and "),
                    expected: "operands of one type", remedy: "Cast one of them.")
            }
            let dtype = operands[0].dtype
            guard function.accepts(dtype) else {
                throw shapeError(
                    "an operand of type \(dtype.rawValue)", expected: function.domain.expectation,
                    remedy: "Cast it first, for example with cast(to: .float32).")
            }
            return [TensorType(inputs[0].shape, function.yieldsBool ? .bool : dtype)]
        }

        package func backward(_ call: OpCall) -> [Tensor?] { function.derivative(call) }
    }

    /// A change of element type. Fractions are cut off; anything but zero is `true`.
    package struct Cast: Op {
        package let dtype: DType

        package init(_ dtype: DType) { self.dtype = dtype }

        package func resultTypes(_ inputs: [TensorType]) throws(IbexError) -> [TensorType] {
            [TensorType(inputs[0].shape, dtype)]
        }

        package func backward(_ call: OpCall) -> [Tensor?] {
            let source = call.inputs[0].dtype
            return [source.isFloatingPoint && dtype.isFloatingPoint ? call.upstream.cast(to: source) : nil]
        }
    }
}

extension Tensor {
    /// The same numbers in another element type; fractions are cut off when it holds whole numbers.
    public func cast(to dtype: DType) -> Tensor { self.dtype == dtype ? self : .apply(Ops.Cast(dtype), self) }

    /// Applies a function of the table after broadcasting the operands to one shape.
    package static func elementwise(_ function: ElementwiseFunction, _ operands: Tensor...) -> Tensor {
        let op = Ops.Elementwise(function)
        var shape = operands[0].shape
        for operand in operands.dropFirst() {
            guard let common = shape.broadcast(with: operand.shape) else {
                let error = op.shapeError(
                    "shapes " + operands.map(\.shape.description).joined(separator: " and "),
                    expected: "shapes that broadcast to one another",
                    remedy: "Axes are matched from the last; an extent must be equal or 1.")
                preconditionFailure(error.description)
            }
            shape = common
        }
        return apply(op, operands.map { $0.broadcast(to: shape) })[0]
    }

    /// Applies a function of two operands after promoting them to one type.
    package static func promoting(_ function: ElementwiseFunction, _ a: Tensor, _ b: Tensor) -> Tensor {
        let dtype = a.dtype.promoted(with: b.dtype)
        return elementwise(function, a.cast(to: dtype), b.cast(to: dtype))
    }

    /// The operand as floating point: whole numbers become `float32`.
    package var floating: Tensor { dtype.isFloatingPoint ? self : cast(to: .float32) }
}
