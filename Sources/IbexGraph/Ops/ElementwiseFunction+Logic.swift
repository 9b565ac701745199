extension ElementwiseFunction {
    private static func comparison(
        _ name: String, _ symbol: String, domain: Domain = .numeric,
        _ compare: @escaping @Sendable (Double, Double) -> Bool
    ) -> ElementwiseFunction {
        ElementwiseFunction(
            name, arity: 2, domain: domain, yieldsBool: true, openCL: "($0 \(symbol) $1)",
            evaluate: { compare($0[0], $0[1]) ? 1 : 0 })
    }

    package static let equal = comparison("equal", "==", domain: .any) { $0 == $1 }
    package static let notEqual = comparison("notEqual", "!=", domain: .any) { $0 != $1 }
    package static let less = comparison("less", "<") { $0 < $1 }
    package static let lessEqual = comparison("lessEqual", "<=") { $0 <= $1 }
    package static let greater = comparison("greater", ">") { $0 > $1 }
    package static let greaterEqual = comparison("greaterEqual", ">=") { $0 >= $1 }

    package static let isNaN = ElementwiseFunction(
        "isNaN", arity: 1, domain: .floating, yieldsBool: true, openCL: "($0 != $0)",
        evaluate: { $0[0].isNaN ? 1 : 0 })
    package static let isInfinite = ElementwiseFunction(
        "isInfinite", arity: 1, domain: .floating, yieldsBool: true, openCL: "(isinf($0) != 0)",
        evaluate: { $0[0].isInfinite ? 1 : 0 })
    package static let isFinite = ElementwiseFunction(
        "isFinite", arity: 1, domain: .floating, yieldsBool: true, openCL: "(isfinite($0) != 0)",
        evaluate: { $0[0].isFinite ? 1 : 0 })

    package static let logicalAnd = ElementwiseFunction(
        "logicalAnd", arity: 2, domain: .logical, yieldsBool: true, openCL: "($0 && $1)",
        evaluate: { $0[0] != 0 && $0[1] != 0 ? 1 : 0 })
    package static let logicalOr = ElementwiseFunction(
        "logicalOr", arity: 2, domain: .logical, yieldsBool: true, openCL: "($0 || $1)",
        evaluate: { $0[0] != 0 || $0[1] != 0 ? 1 : 0 })
    package static let logicalXor = ElementwiseFunction(
        "logicalXor", arity: 2, domain: .logical, yieldsBool: true, openCL: "($0 != $1)",
        evaluate: { ($0[0] != 0) != ($0[1] != 0) ? 1 : 0 })
    package static let logicalNot = ElementwiseFunction(
        "logicalNot", arity: 1, domain: .logical, yieldsBool: true, openCL: "(!$0)",
        evaluate: { $0[0] == 0 ? 1 : 0 })

    /// The second operand where the first is true, the third elsewhere. The first is `bool`.
    package static let select = ElementwiseFunction(
        "where", arity: 3, domain: .any, openCL: "($0 ? $1 : $2)",
        evaluate: { $0[0] != 0 ? $0[1] : $0[2] },
        derivative: { call in
            let zero = call.upstream.filled(0)
            return [
                nil, Tensor.where(call.inputs[0], call.upstream, zero),
                Tensor.where(call.inputs[0], zero, call.upstream),
            ]
        })

    static let comparisons = [equal, notEqual, less, lessEqual, greater, greaterEqual, isNaN, isInfinite, isFinite]
    static let logic = [logicalAnd, logicalOr, logicalXor, logicalNot, select]
}
