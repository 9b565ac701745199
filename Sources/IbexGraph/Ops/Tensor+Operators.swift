infix operator .== : ComparisonPrecedence
infix operator .!= : ComparisonPrecedence
infix operator .& : LogicalConjunctionPrecedence
infix operator .| : LogicalDisjunctionPrecedence

extension Tensor {
    public static func + (a: Tensor, b: Tensor) -> Tensor { promoting(.add, a, b) }
    public static func - (a: Tensor, b: Tensor) -> Tensor { promoting(.subtract, a, b) }
    public static func * (a: Tensor, b: Tensor) -> Tensor { promoting(.multiply, a, b) }
    /// The quotient in floating point, as Python's `/`.
    public static func / (a: Tensor, b: Tensor) -> Tensor { promoting(.divide, a.floating, b.floating) }
    public static prefix func - (a: Tensor) -> Tensor { elementwise(.negate, a) }

    public static func + (a: Tensor, b: Double) -> Tensor { a + a.scalar(b) }
    public static func - (a: Tensor, b: Double) -> Tensor { a - a.scalar(b) }
    public static func * (a: Tensor, b: Double) -> Tensor { a * a.scalar(b) }
    public static func / (a: Tensor, b: Double) -> Tensor { a / a.floating.scalar(b) }
    public static func + (a: Double, b: Tensor) -> Tensor { b.scalar(a) + b }
    public static func - (a: Double, b: Tensor) -> Tensor { b.scalar(a) - b }
    public static func * (a: Double, b: Tensor) -> Tensor { b.scalar(a) * b }
    public static func / (a: Double, b: Tensor) -> Tensor { b.floating.scalar(a) / b }

    public static func += (a: inout Tensor, b: Tensor) { a = a + b }
    public static func -= (a: inout Tensor, b: Tensor) { a = a - b }
    public static func *= (a: inout Tensor, b: Tensor) { a = a * b }
    public static func /= (a: inout Tensor, b: Tensor) { a = a / b }

    /// Comparisons yield `bool` tensors, element by element.
    public static func .== (a: Tensor, b: Tensor) -> Tensor { promoting(.equal, a, b) }
    public static func .!= (a: Tensor, b: Tensor) -> Tensor { promoting(.notEqual, a, b) }
    public static func .< (a: Tensor, b: Tensor) -> Tensor { promoting(.less, a, b) }
    public static func .<= (a: Tensor, b: Tensor) -> Tensor { promoting(.lessEqual, a, b) }
    public static func .> (a: Tensor, b: Tensor) -> Tensor { promoting(.greater, a, b) }
    public static func .>= (a: Tensor, b: Tensor) -> Tensor { promoting(.greaterEqual, a, b) }
    public static func .== (a: Tensor, b: Double) -> Tensor { a .== a.scalar(b) }
    public static func .!= (a: Tensor, b: Double) -> Tensor { a .!= a.scalar(b) }
    public static func .< (a: Tensor, b: Double) -> Tensor { a .< a.scalar(b) }
    public static func .<= (a: Tensor, b: Double) -> Tensor { a .<= a.scalar(b) }
    public static func .> (a: Tensor, b: Double) -> Tensor { a .> a.scalar(b) }
    public static func .>= (a: Tensor, b: Double) -> Tensor { a .>= a.scalar(b) }

    /// Logical operators on `bool` tensors; other types count as true where they are not zero.
    public static func .& (a: Tensor, b: Tensor) -> Tensor {
        elementwise(.logicalAnd, a.cast(to: .bool), b.cast(to: .bool))
    }
    public static func .| (a: Tensor, b: Tensor) -> Tensor {
        elementwise(.logicalOr, a.cast(to: .bool), b.cast(to: .bool))
    }
    public static func .^ (a: Tensor, b: Tensor) -> Tensor {
        elementwise(.logicalXor, a.cast(to: .bool), b.cast(to: .bool))
    }
    public static prefix func ! (a: Tensor) -> Tensor { elementwise(.logicalNot, a.cast(to: .bool)) }
}
