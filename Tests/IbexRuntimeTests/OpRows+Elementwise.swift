import IbexGraph
import IbexTestSupport

/// One row of the elementwise table's test: operands inside the function's domain.
private struct FunctionRow {
    let function: ElementwiseFunction
    let samplers: [Sampler]
    var gradient = true
    var differences = true

    init(_ function: ElementwiseFunction, _ samplers: Sampler..., gradient: Bool = true, differences: Bool = true) {
        self.function = function
        self.samplers = samplers
        self.gradient = gradient
        self.differences = differences
    }
}

private let wholes: [Double] = [-3, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3]
private let inside = Sampler.uniform(-0.9, 0.9)
private let offZero = Sampler.away(from: [0], margin: 0.1)
private let offWholes = Sampler.away(from: wholes, margin: 0.02)

private let functionRows: [FunctionRow] = [
    FunctionRow(.add, .normal, .normal), FunctionRow(.subtract, .normal, .normal),
    FunctionRow(.multiply, .normal, .normal), FunctionRow(.divide, .normal, offZero),
    FunctionRow(.power, .positive, .normal), FunctionRow(.maximum, .normal, .normal),
    FunctionRow(.minimum, .normal, .normal), FunctionRow(.remainder, .normal, .positive),
    FunctionRow(.floorDivide, .normal, .positive, gradient: false), FunctionRow(.negate, .normal),
    FunctionRow(.abs, offZero), FunctionRow(.sign, offZero, gradient: false), FunctionRow(.square, .normal),
    FunctionRow(.reciprocal, offZero), FunctionRow(.relu, offZero),
    FunctionRow(.equal, .integers(-2...2), .integers(-2...2), gradient: false),
    FunctionRow(.notEqual, .integers(-2...2), .integers(-2...2), gradient: false),
    FunctionRow(.less, .integers(-2...2), .integers(-2...2), gradient: false),
    FunctionRow(.lessEqual, .integers(-2...2), .integers(-2...2), gradient: false),
    FunctionRow(.greater, .integers(-2...2), .integers(-2...2), gradient: false),
    FunctionRow(.greaterEqual, .integers(-2...2), .integers(-2...2), gradient: false),
    FunctionRow(.isNaN, .normal, gradient: false), FunctionRow(.isInfinite, .normal, gradient: false),
    FunctionRow(.isFinite, .normal, gradient: false),
    FunctionRow(.logicalAnd, .truth, .truth, gradient: false), FunctionRow(.logicalOr, .truth, .truth, gradient: false),
    FunctionRow(.logicalXor, .truth, .truth, gradient: false), FunctionRow(.logicalNot, .truth, gradient: false),
    FunctionRow(.select, .truth, .normal, .normal),
    FunctionRow(.exp, .normal), FunctionRow(.expm1, .normal), FunctionRow(.log, .positive),
    FunctionRow(.log1p, .uniform(-0.9, 3)), FunctionRow(.sqrt, .positive), FunctionRow(.rsqrt, .positive),
    FunctionRow(.sigmoid, .uniform(-8, 8)), FunctionRow(.softplus, .uniform(-8, 8)), FunctionRow(.tanh, .normal),
    FunctionRow(.erf, .normal),
    FunctionRow(.sin, .uniform(-9, 9)), FunctionRow(.cos, .uniform(-9, 9)), FunctionRow(.tan, .uniform(-1.2, 1.2)),
    FunctionRow(.asin, inside), FunctionRow(.acos, inside), FunctionRow(.atan, .normal), FunctionRow(.sinh, .normal),
    FunctionRow(.cosh, .normal), FunctionRow(.asinh, .normal), FunctionRow(.acosh, .uniform(1.1, 4)),
    FunctionRow(.atanh, inside), FunctionRow(.atan2, offZero, offZero),
    FunctionRow(.floor, offWholes, gradient: false), FunctionRow(.ceil, offWholes, gradient: false),
    FunctionRow(.round, offWholes, gradient: false),
]

private let specials: [Double] = [
    0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2, -2, 2.5, .infinity, -.infinity, .nan, 1e-3, -1e-3, 80, -80, 1e4, -1e4, 3e38,
    -3e38,
    2e-38, -2e-38,
]
private let pairable: [Double] = [0, -0.0, 1, -1, 2, -3, 0.5, .infinity, -.infinity, .nan]

extension OpRow {
    /// Every function of the table over a shape, in a type; or those named.
    static func elementwise(
        _ shape: Shape, _ dtype: DType = .float32, layouts: [Layout] = [.contiguous],
        only names: Set<String>? = nil
    ) -> [OpRow] {
        functionRows.compactMap { row in
            let function = row.function
            if let names, !names.contains(function.name) { return nil }
            let logical = function.domain == .logical
            guard logical ? dtype == .float32 : function.accepts(dtype) else { return nil }
            let operands = row.samplers.enumerated().map { position, sampler in
                let truth = logical || (function.name == "where" && position == 0)
                let type: DType = truth ? .bool : dtype
                return Operand(shape: shape, dtype: type, sampler: truth ? .truth : sampler)
            }
            return row.made(operands, layouts: layouts, tag: "\(dtype.rawValue)\(shape)")
        }
    }

    /// Every function at zeros, infinities, NaN and the ends of the range.
    static func elementwiseSpecials() -> [OpRow] {
        functionRows.compactMap { row in
            let function = row.function
            guard function.domain != .logical, function.name != "where" else { return nil }
            let operands: [Operand]
            if function.arity == 1 {
                operands = [Operand(shape: [specials.count], special: specials)]
            } else {
                let count = pairable.count
                operands = [
                    Operand(
                        shape: [count * count], special: pairable.flatMap { [Double](repeating: $0, count: count) }),
                    Operand(shape: [count * count], special: (0..<count).flatMap { _ in pairable }),
                ]
            }
            var special = row.made(operands, layouts: [.contiguous], tag: "specials")
            special.checksDifferences = false
            return special
        }
    }

    /// Functions of whole numbers.
    static func elementwiseIntegers(_ dtype: DType) -> [OpRow] {
        let signed = dtype != .uint8
        return functionRows.compactMap { row in
            let function = row.function
            guard function.accepts(dtype), signed || !["negate"].contains(function.name) else { return nil }
            let comparing = function.yieldsBool
            let operands = (0..<function.arity).map { position -> Operand in
                if function.name == "where", position == 0 {
                    return Operand(shape: [5, 21], dtype: .bool, sampler: .truth)
                }
                let range = comparing ? 0...3 : position == 0 ? (signed ? -25...25 : 10...15) : 1...9
                return Operand(shape: [5, 21], dtype: dtype, sampler: .integers(range))
            }
            return OpRow(
                op: "Elementwise", name: "\(function.name) \(dtype.rawValue)", operands: operands, keepsTypes: true,
                apply: { [Tensor.apply(Ops.Elementwise(function), $0)[0]] })
        }
    }

    /// The functions that the rows cover.
    static var coveredFunctions: Set<String> { Set(functionRows.map(\.function.name)) }
}

extension FunctionRow {
    fileprivate func made(_ operands: [OpRow.Operand], layouts: [Layout], tag: String) -> OpRow {
        let function = function
        let double = operands.contains { $0.dtype == .float64 }
        return OpRow(
            op: "Elementwise", name: "\(function.name) \(tag)", operands: operands, layouts: layouts,
            tolerance: double ? Tolerance(absolute: 1e-13, relative: 1e-12) : Tolerance(absolute: 2e-7, relative: 3e-6),
            gradientTolerance: gradient
                ? (double ? Tolerance(absolute: 1e-12, relative: 1e-11) : Tolerance(absolute: 2e-6, relative: 1e-5))
                : nil,
            checksDifferences: differences,
            apply: { [Tensor.apply(Ops.Elementwise(function), $0)[0]] })
    }
}
