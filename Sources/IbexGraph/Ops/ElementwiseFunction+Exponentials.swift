import Glibc

extension ElementwiseFunction {
    private static func floating(
        _ name: String, _ openCL: String, _ evaluate: @escaping @Sendable (Double) -> Double,
        derivative: @escaping @Sendable (OpCall) -> Tensor
    ) -> ElementwiseFunction {
        ElementwiseFunction(
            name, arity: 1, domain: .floating, openCL: openCL, evaluate: { evaluate($0[0]) },
            derivative: { [derivative($0)] })
    }

    package static let exp = floating("exp", "exp_$T($0)", { Glibc.exp($0) }) { $0.upstream * $0.outputs[0] }
    package static let expm1 = floating("expm1", "expm1_$T($0)", { Glibc.expm1($0) }) {
        $0.upstream * ($0.outputs[0] + 1)
    }
    package static let log = floating("log", "log_$T($0)", { Glibc.log($0) }) { $0.upstream / $0.inputs[0] }
    package static let log1p = floating("log1p", "log1p_$T($0)", { Glibc.log1p($0) }) {
        $0.upstream / ($0.inputs[0] + 1)
    }
    package static let sqrt = floating("sqrt", "sqrt($0)", { $0.squareRoot() }) {
        $0.upstream * 0.5 / $0.outputs[0]
    }
    package static let rsqrt = floating("rsqrt", "rsqrt($0)", { 1 / $0.squareRoot() }) {
        $0.upstream * -0.5 * $0.outputs[0] / $0.inputs[0]
    }

    /// 1 / (1 + e^-x), written so that neither end overflows.
    package static let sigmoid = floating(
        "sigmoid", "sigmoid_$T($0)",
        { $0 >= 0 ? 1 / (1 + Glibc.exp(-$0)) : Glibc.exp($0) / (1 + Glibc.exp($0)) }
    ) {
        $0.upstream * $0.outputs[0] * (1 - $0.outputs[0])
    }

    /// ln(1 + e^x) = max(x, 0) + log1p(e^-|x|).
    package static let softplus = floating(
        "softplus", "softplus_$T($0)",
        { $0.isNaN ? $0 : Swift.max($0, 0) + Glibc.log1p(Glibc.exp(-Swift.abs($0))) }
    ) {
        $0.upstream * $0.inputs[0].sigmoid()
    }

    package static let tanh = floating("tanh", "tanh_$T($0)", { Glibc.tanh($0) }) {
        $0.upstream * (1 - $0.outputs[0].square())
    }

    /// The error function; its derivative is 2/√π e^(-x²).
    package static let erf = floating("erf", "erf_$T($0)", { Glibc.erf($0) }) {
        $0.upstream * (2 / Double.pi.squareRoot()) * (-$0.inputs[0].square()).exp()
    }

    static let exponentials = [exp, expm1, log, log1p, sqrt, rsqrt, sigmoid, softplus, tanh, erf]

    package static let sin = floating("sin", "sin($0)", { Glibc.sin($0) }) { $0.upstream * $0.inputs[0].cos() }
    package static let cos = floating("cos", "cos($0)", { Glibc.cos($0) }) { -$0.upstream * $0.inputs[0].sin() }
    package static let tan = floating("tan", "tan($0)", { Glibc.tan($0) }) {
        $0.upstream * ($0.outputs[0].square() + 1)
    }
    package static let asin = floating("asin", "asin($0)", { Glibc.asin($0) }) {
        $0.upstream * (1 - $0.inputs[0].square()).rsqrt()
    }
    package static let acos = floating("acos", "acos($0)", { Glibc.acos($0) }) {
        -$0.upstream * (1 - $0.inputs[0].square()).rsqrt()
    }
    package static let atan = floating("atan", "atan($0)", { Glibc.atan($0) }) {
        $0.upstream / ($0.inputs[0].square() + 1)
    }
    package static let sinh = floating("sinh", "sinh($0)", { Glibc.sinh($0) }) {
        $0.upstream * $0.inputs[0].cosh()
    }
    package static let cosh = floating("cosh", "cosh($0)", { Glibc.cosh($0) }) {
        $0.upstream * $0.inputs[0].sinh()
    }
    package static let asinh = floating("asinh", "asinh($0)", { Glibc.asinh($0) }) {
        $0.upstream * ($0.inputs[0].square() + 1).rsqrt()
    }
    package static let acosh = floating("acosh", "acosh($0)", { Glibc.acosh($0) }) {
        $0.upstream * ($0.inputs[0].square() - 1).rsqrt()
    }
    package static let atanh = floating("atanh", "atanh($0)", { Glibc.atanh($0) }) {
        $0.upstream / (1 - $0.inputs[0].square())
    }

    /// The angle of (x, y) from the x axis: operands are y, x.
    package static let atan2 = ElementwiseFunction(
        "atan2", arity: 2, domain: .floating, openCL: "atan2($0, $1)", evaluate: { Glibc.atan2($0[0], $0[1]) },
        derivative: { call in
            let (y, x) = (call.inputs[0], call.inputs[1])
            let scale = call.upstream / (x.square() + y.square())
            return [scale * x, -scale * y]
        })

    static let trigonometry = [sin, cos, tan, asin, acos, atan, sinh, cosh, asinh, acosh, atanh, atan2]

    package static let floor = ElementwiseFunction(
        "floor", arity: 1, openCL: "floor($0)", integer: "$0", evaluate: { $0[0].rounded(.down) })
    package static let ceil = ElementwiseFunction(
        "ceil", arity: 1, openCL: "ceil($0)", integer: "$0", evaluate: { $0[0].rounded(.up) })
    /// Half goes to the even neighbour, as IEEE 754, NumPy and Keras round.
    package static let round = ElementwiseFunction(
        "round", arity: 1, openCL: "rint($0)", integer: "$0", evaluate: { $0[0].rounded(.toNearestOrEven) })

    static let rounding = [floor, ceil, round]

    /// Whether a value takes tens of steps to compute: a chain with such a function waits for the processor, not for memory.
    package var isTranscendental: Bool { Self.transcendental.contains(name) }

    private static let transcendental = Set(
        (exponentials.filter { $0 != sqrt && $0 != rsqrt } + trigonometry + [power]).map(\.name))
}
