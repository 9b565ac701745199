/// A row of the elementwise table: everything that is known of one function of one to three numbers.
///
/// The OpenCL expression writes operands as `$0`, `$1`, `$2` and their type as `$T`. The vectorised C
/// expression for the CPU stands under the same name in `CIbexVector`; the closure in double precision
/// defines what is right.
package final class ElementwiseFunction: Sendable {
    package let name: String
    package let arity: Int
    /// Which element types the function takes.
    package let domain: Domain
    /// Whether the result is `bool`, whatever the operands are.
    package let yieldsBool: Bool
    package let openCL: String
    /// The expression for whole numbers where it differs.
    package let openCLInteger: String?
    package let evaluate: @Sendable ([Double]) -> Double
    package let derivative: @Sendable (OpCall) -> [Tensor?]

    package enum Domain: Sendable, Hashable {
        case any, numeric, floating, logical

        var expectation: String {
            switch self {
            case .any: "any compute type"
            case .numeric: "numbers"
            case .floating: "floating point"
            case .logical: "bool"
            }
        }
    }

    package init(
        _ name: String, arity: Int, domain: Domain = .numeric, yieldsBool: Bool = false,
        openCL: String, integer: String? = nil,
        evaluate: @escaping @Sendable ([Double]) -> Double,
        derivative: @escaping @Sendable (OpCall) -> [Tensor?] = { call in call.inputs.map { _ in nil } }
    ) {
        self.name = name
        self.arity = arity
        self.domain = domain
        self.yieldsBool = yieldsBool
        self.openCL = openCL
        openCLInteger = integer
        self.evaluate = evaluate
        self.derivative = derivative
    }

    package func accepts(_ dtype: DType) -> Bool {
        switch domain {
        case .any: dtype != .float16 && dtype != .bfloat16
        case .numeric: dtype != .float16 && dtype != .bfloat16 && dtype != .bool
        case .floating: dtype == .float32 || dtype == .float64
        case .logical: dtype == .bool
        }
    }

    /// The function with this name, where the table has one.
    package static func named(_ name: String) -> ElementwiseFunction? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// The whole table.
    package static let all: [ElementwiseFunction] =
        arithmetic + comparisons + logic + exponentials + trigonometry + rounding
}

extension ElementwiseFunction: Hashable {
    package static func == (a: ElementwiseFunction, b: ElementwiseFunction) -> Bool { a.name == b.name }
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
