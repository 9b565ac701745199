extension Tensor {
    public func abs() -> Tensor { .elementwise(.abs, self) }
    /// -1, 0 or 1.
    public func sign() -> Tensor { .elementwise(.sign, self) }
    public func square() -> Tensor { .elementwise(.square, self) }
    public func sqrt() -> Tensor { .elementwise(.sqrt, floating) }
    /// 1 / √x.
    public func rsqrt() -> Tensor { .elementwise(.rsqrt, floating) }
    /// 1 / x.
    public func reciprocal() -> Tensor { .elementwise(.reciprocal, floating) }
    public func exp() -> Tensor { .elementwise(.exp, floating) }
    /// e^x - 1, exact near zero.
    public func expm1() -> Tensor { .elementwise(.expm1, floating) }
    /// The natural logarithm.
    public func log() -> Tensor { .elementwise(.log, floating) }
    /// ln(1 + x), exact near zero.
    public func log1p() -> Tensor { .elementwise(.log1p, floating) }
    public func sin() -> Tensor { .elementwise(.sin, floating) }
    public func cos() -> Tensor { .elementwise(.cos, floating) }
    public func tan() -> Tensor { .elementwise(.tan, floating) }
    public func asin() -> Tensor { .elementwise(.asin, floating) }
    public func acos() -> Tensor { .elementwise(.acos, floating) }
    public func atan() -> Tensor { .elementwise(.atan, floating) }
    public func sinh() -> Tensor { .elementwise(.sinh, floating) }
    public func cosh() -> Tensor { .elementwise(.cosh, floating) }
    public func tanh() -> Tensor { .elementwise(.tanh, floating) }
    public func asinh() -> Tensor { .elementwise(.asinh, floating) }
    public func acosh() -> Tensor { .elementwise(.acosh, floating) }
    public func atanh() -> Tensor { .elementwise(.atanh, floating) }
    /// The error function, 2/√π ∫₀ˣ e^(-t²) dt.
    public func erf() -> Tensor { .elementwise(.erf, floating) }
    /// 1 / (1 + e^-x).
    public func sigmoid() -> Tensor { .elementwise(.sigmoid, floating) }
    /// ln(1 + e^x), without overflow.
    public func softplus() -> Tensor { .elementwise(.softplus, floating) }
    /// max(x, 0).
    public func relu() -> Tensor { .elementwise(.relu, self) }
    public func floor() -> Tensor { .elementwise(.floor, self) }
    public func ceil() -> Tensor { .elementwise(.ceil, self) }
    /// The nearest whole number; half goes to the even one.
    public func round() -> Tensor { .elementwise(.round, self) }
    public func isNaN() -> Tensor { .elementwise(.isNaN, floating) }
    public func isInfinite() -> Tensor { .elementwise(.isInfinite, floating) }
    public func isFinite() -> Tensor { .elementwise(.isFinite, floating) }

    /// `self` raised to `exponent`, in floating point.
    public func power(_ exponent: Tensor) -> Tensor { .promoting(.power, floating, exponent) }
    public func power(_ exponent: Double) -> Tensor { power(floating.scalar(exponent)) }
    /// The larger of the two, elementwise; NaN wins.
    public func maximum(_ other: Tensor) -> Tensor { .promoting(.maximum, self, other) }
    public func maximum(_ other: Double) -> Tensor { maximum(scalar(other)) }
    /// The smaller of the two, elementwise; NaN wins.
    public func minimum(_ other: Tensor) -> Tensor { .promoting(.minimum, self, other) }
    public func minimum(_ other: Double) -> Tensor { minimum(scalar(other)) }
    /// a - b floor(a / b): the sign of the divisor, as Python's `%`.
    public func remainder(_ divisor: Tensor) -> Tensor { .promoting(.remainder, self, divisor) }
    /// The quotient rounded down.
    public func floorDivided(by divisor: Tensor) -> Tensor { .promoting(.floorDivide, self, divisor) }
    /// The angle of the point (`x`, `self`), in radians.
    public func atan2(_ x: Tensor) -> Tensor { .promoting(.atan2, floating, x) }

    /// Every element held within `range`; the gradient is zero outside it.
    public func clipped(to range: ClosedRange<Double>) -> Tensor {
        let inside = (self .>= scalar(range.lowerBound)) .& (self .<= scalar(range.upperBound))
        let bound = maximum(range.lowerBound).minimum(range.upperBound).stopGradient()
        return .where(inside, self, bound)
    }

    /// The first tensor's element where `condition` holds, the second's elsewhere; all are broadcast.
    public static func `where`(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
        let dtype = a.dtype.promoted(with: b.dtype)
        return elementwise(.select, condition.cast(to: .bool), a.cast(to: dtype), b.cast(to: dtype))
    }

    /// A number as a scalar of this tensor's type; one that the type cannot hold takes the next that can: `int32`,
    /// `int64`, and `float32` for a fraction.
    package func scalar(_ value: Double) -> Tensor {
        let candidates: [DType] = dtype.isFloatingPoint ? [] : [dtype == .bool ? .int32 : dtype, .int32, .int64]
        let fitting = candidates.first { $0.byteCount >= dtype.byteCount && $0.rounded(value) == value }
        return .fill(value, .scalar, dtype.isFloatingPoint ? dtype : fitting ?? .float32)
    }
}
