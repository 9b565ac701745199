import IbexGraph

extension Ops.Elementwise: ReferenceExactOp {
    func computeExactly(_ inputs: [ReferenceTensor], _ results: [TensorType]) -> [ReferenceTensor] {
        let operand = inputs[inputs.count - 1].type.dtype
        let arrays = inputs.map(Scalar.read)
        let values = (0..<inputs[0].count).map { index in
            function.compute(arrays.map { $0[index] }, operand)
        }
        return [Scalar.write(values, results[0])]
    }
}

extension Ops.Cast: ReferenceExactOp {
    func computeExactly(_ inputs: [ReferenceTensor], _ results: [TensorType]) -> [ReferenceTensor] {
        [Scalar.write(Scalar.read(inputs[0]), results[0])]
    }
}

extension Ops.Fill: ReferenceOp {
    package func compute(_ call: ReferenceCall) -> [[Double]] {
        [[Double](repeating: value, count: call.results[0].shape.elementCount)]
    }
}

/// One number: whole and exact, or in double precision.
enum Scalar {
    case whole(Int64)
    case real(Double)

    var double: Double {
        switch self {
        case .whole(let value): Double(value)
        case .real(let value): value
        }
    }

    var integer: Int64 {
        switch self {
        case .whole(let value): value
        case .real(let value): Int64(holding: value)
        }
    }

    static func read(_ tensor: ReferenceTensor) -> [Scalar] {
        tensor.type.dtype.isFloatingPoint
            ? tensor.doubles.map { .real($0) } : tensor.integers.map { .whole($0) }
    }

    /// The number as an element of a type.
    func converted(to dtype: DType) -> Scalar {
        Scalar.read(Scalar.write([self], TensorType([1], dtype)))[0]
    }

    static func write(_ values: [Scalar], _ type: TensorType) -> ReferenceTensor {
        switch (type.dtype, values.first) {
        case (.bool, _): ReferenceTensor(type, values.map { $0.double })
        case (_, .whole?) where !type.dtype.isFloatingPoint:
            ReferenceTensor(type, integers: values.map(\.integer))
        default: ReferenceTensor(type, values.map(\.double))
        }
    }
}

extension ElementwiseFunction {
    /// The function of operands of a type; whole numbers wrap around as they do in memory.
    func compute(_ operands: [Scalar], _ dtype: DType) -> Scalar {
        if name == "where" { return operands[0].double != 0 ? operands[1] : operands[2] }
        guard !dtype.isFloatingPoint else { return .real(evaluate(operands.map(\.double))) }
        let value = integerValue(operands.map(\.integer)) ?? Int64(holding: evaluate(operands.map(\.double)))
        return Scalar.whole(value).converted(to: yieldsBool ? .bool : dtype)
    }

    private func integerValue(_ x: [Int64]) -> Int64? {
        func quotient() -> Int64 { x[1] == 0 ? 0 : x[0].dividedReportingOverflow(by: x[1]).partialValue }
        func modulus() -> Int64 { x[1] == 0 ? 0 : x[0].remainderReportingOverflow(dividingBy: x[1]).partialValue }
        func crosses() -> Bool { modulus() != 0 && (x[0] < 0) != (x[1] < 0) }
        switch name {
        case "add": return x[0] &+ x[1]
        case "subtract": return x[0] &- x[1]
        case "multiply": return x[0] &* x[1]
        case "divide": return quotient()
        case "floorDivide": return crosses() ? quotient() - 1 : quotient()
        case "remainder": return crosses() ? modulus() + x[1] : modulus()
        case "maximum": return max(x[0], x[1])
        case "minimum": return min(x[0], x[1])
        case "negate": return 0 &- x[0]
        case "abs": return x[0] < 0 ? 0 &- x[0] : x[0]
        case "sign": return x[0].signum()
        case "square": return x[0] &* x[0]
        case "relu": return max(x[0], 0)
        case "floor", "ceil", "round": return x[0]
        case "equal": return x[0] == x[1] ? 1 : 0
        case "notEqual": return x[0] != x[1] ? 1 : 0
        case "less": return x[0] < x[1] ? 1 : 0
        case "lessEqual": return x[0] <= x[1] ? 1 : 0
        case "greater": return x[0] > x[1] ? 1 : 0
        case "greaterEqual": return x[0] >= x[1] ? 1 : 0
        default: return nil
        }
    }
}
