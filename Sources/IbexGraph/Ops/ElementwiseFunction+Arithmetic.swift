import Glibc

extension ElementwiseFunction {
    package static let add = ElementwiseFunction(
        "add", arity: 2, openCL: "($0 + $1)", evaluate: { $0[0] + $0[1] },
        derivative: { [$0.upstream, $0.upstream] })

    package static let subtract = ElementwiseFunction(
        "subtract", arity: 2, openCL: "($0 - $1)", evaluate: { $0[0] - $0[1] },
        derivative: { [$0.upstream, -$0.upstream] })

    package static let multiply = ElementwiseFunction(
        "multiply", arity: 2, openCL: "($0 * $1)", evaluate: { $0[0] * $0[1] },
        derivative: { [$0.upstream * $0.inputs[1], $0.upstream * $0.inputs[0]] })

    /// Whole numbers divide towards zero.
    package static let divide = ElementwiseFunction(
        "divide", arity: 2, openCL: "($0 / $1)", integer: "($1 == 0 ? ($T)0 : $0 / $1)",
        evaluate: { $0[0] / $0[1] },
        derivative: { call in
            let quotient = call.upstream / call.inputs[1]
            return [quotient, -quotient * call.outputs[0]]
        })

    /// d/da a^b = b a^(b-1); d/db a^b = a^b ln a, zero where a is not positive.
    package static let power = ElementwiseFunction(
        "power", arity: 2, domain: .floating, openCL: "pow($0, $1)", evaluate: { pow($0[0], $0[1]) },
        derivative: { call in
            let (base, exponent) = (call.inputs[0], call.inputs[1])
            let safeBase = Tensor.where(base .> 0, base, base.filled(1))
            return [
                call.upstream * exponent * base.power(exponent - 1),
                call.upstream * call.outputs[0] * Tensor.where(base .> 0, safeBase.log(), base.filled(0)),
            ]
        })

    /// The larger operand; NaN wins. The gradient goes to the larger, to the first of two equals, as in Keras.
    package static let maximum = ElementwiseFunction(
        "maximum", arity: 2, openCL: "(($0 >= $1 || $0 != $0) ? $0 : $1)",
        evaluate: { $0[0] >= $0[1] || $0[0].isNaN ? $0[0] : $0[1] },
        derivative: { extremumDerivative($0, firstWins: $0.inputs[0] .>= $0.inputs[1]) })

    /// The smaller operand; NaN wins. The gradient goes to the smaller, to the first of two equals, as in Keras.
    package static let minimum = ElementwiseFunction(
        "minimum", arity: 2, openCL: "(($0 <= $1 || $0 != $0) ? $0 : $1)",
        evaluate: { $0[0] <= $0[1] || $0[0].isNaN ? $0[0] : $0[1] },
        derivative: { extremumDerivative($0, firstWins: $0.inputs[0] .<= $0.inputs[1]) })

    private static func extremumDerivative(_ call: OpCall, firstWins: Tensor) -> [Tensor?] {
        let zero = call.upstream.filled(0)
        return [Tensor.where(firstWins, call.upstream, zero), Tensor.where(firstWins, zero, call.upstream)]
    }

    /// a - b floor(a / b), which takes the divisor's sign, as Python's `%` does.
    package static let remainder = ElementwiseFunction(
        "remainder", arity: 2, openCL: "($0 - $1 * floor($0 / $1))",
        integer: "($1 == 0 ? ($T)0 : (($0 % $1) != 0 && (($0 % $1 < 0) != ($1 < 0)) ? $0 % $1 + $1 : $0 % $1))",
        evaluate: { $0[0] - $0[1] * ($0[0] / $0[1]).rounded(.down) },
        derivative: { [$0.upstream, -$0.upstream * ($0.inputs[0] / $0.inputs[1]).floor()] })

    package static let floorDivide = ElementwiseFunction(
        "floorDivide", arity: 2, openCL: "floor($0 / $1)",
        integer: "($1 == 0 ? ($T)0 : $0 / $1 - ((($0 % $1) != 0 && (($0 % $1 < 0) != ($1 < 0))) ? 1 : 0))",
        evaluate: { ($0[0] / $0[1]).rounded(.down) })

    package static let negate = ElementwiseFunction(
        "negate", arity: 1, openCL: "(-$0)", evaluate: { -$0[0] }, derivative: { [-$0.upstream] })

    package static let abs = ElementwiseFunction(
        "abs", arity: 1, openCL: "fabs($0)", integer: "($0 < 0 ? -$0 : $0)", evaluate: { Swift.abs($0[0]) },
        derivative: { [$0.upstream * $0.inputs[0].sign()] })

    /// -1, 0 or 1; NaN stays NaN.
    package static let sign = ElementwiseFunction(
        "sign", arity: 1, openCL: "($0 > 0 ? ($T)1 : $0 < 0 ? ($T)-1 : $0)",
        evaluate: { $0[0] > 0 ? 1 : $0[0] < 0 ? -1 : $0[0] })

    package static let square = ElementwiseFunction(
        "square", arity: 1, openCL: "($0 * $0)", evaluate: { $0[0] * $0[0] },
        derivative: { [$0.upstream * $0.inputs[0] * 2] })

    package static let reciprocal = ElementwiseFunction(
        "reciprocal", arity: 1, domain: .floating, openCL: "(1 / $0)", evaluate: { 1 / $0[0] },
        derivative: { [-$0.upstream * $0.outputs[0].square()] })

    /// max(x, 0); the gradient is taken from the result, zero at zero.
    package static let relu = ElementwiseFunction(
        "relu", arity: 1, openCL: "($0 > 0 ? $0 : ($0 != $0 ? $0 : ($T)0))",
        evaluate: { $0[0].isNaN ? $0[0] : Swift.max($0[0], 0) },
        derivative: { call in
            [Tensor.where(call.outputs[0] .> 0, call.upstream, call.upstream.filled(0))]
        })

    static let arithmetic: [ElementwiseFunction] = [
        add, subtract, multiply, divide, power, maximum, minimum, remainder, floorDivide, negate, abs, sign, square,
        reciprocal, relu,
    ]
}
