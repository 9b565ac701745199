/// The type of a tensor's elements.
///
/// Compute happens in `float32`, `float64`, `int32`, `int64`, `uint8` and `bool`; `float16` and
/// `bfloat16` are storage types, to be cast before anything is computed.
public enum DType: String, Sendable, Hashable, CaseIterable, Codable {
    case bool
    case uint8
    case int32
    case int64
    case float16
    case bfloat16
    case float32
    case float64

    /// The size of one element, in bytes.
    public var byteCount: Int {
        switch self {
        case .bool, .uint8: 1
        case .float16, .bfloat16: 2
        case .int32, .float32: 4
        case .int64, .float64: 8
        }
    }

    /// Whether the type holds fractions.
    public var isFloatingPoint: Bool {
        switch self {
        case .float16, .bfloat16, .float32, .float64: true
        case .bool, .uint8, .int32, .int64: false
        }
    }

    /// Whether the type holds whole numbers; `bool` is not one of them.
    public var isInteger: Bool {
        switch self {
        case .uint8, .int32, .int64: true
        case .bool, .float16, .bfloat16, .float32, .float64: false
        }
    }

    /// The type that holds the result of an operation on two types, as NumPy promotes, with one
    /// difference that Keras shares: a whole number beside a `float32` stays `float32`.
    public func promoted(with other: DType) -> DType {
        if self == other { return self }
        if isFloatingPoint != other.isFloatingPoint { return isFloatingPoint ? self : other }
        if isFloatingPoint, byteCount == 2, other.byteCount == 2 { return .float32 }
        return rank >= other.rank ? self : other
    }

    private var rank: Int { DType.allCases.firstIndex(of: self) ?? 0 }
}

extension DType {
    /// The value as an element of this type holds it.
    package func rounded(_ value: Double) -> Double {
        switch self {
        case .float64: value
        case .float32: Double(Float(value))
        case .float16: Double(Float16(value))
        case .bfloat16: Double(Float(bitPattern: UInt32(Float(value).bfloat16Bits) << 16))
        case .int32: Double(Int32(converting: value))
        case .int64: Double(Int64(converting: value))
        case .uint8: Double(UInt8(converting: value))
        case .bool: value != 0 ? 1 : 0
        }
    }

    /// Whether the type is one that matrix products and windows compute in.
    package var isReal: Bool { self == .float32 || self == .float64 }
}

extension Float {
    /// The nearest bfloat16, half to even; NaN stays NaN.
    package var bfloat16Bits: UInt16 {
        if isNaN { return UInt16(truncatingIfNeeded: bitPattern >> 16) | 0x40 }
        return UInt16(truncatingIfNeeded: (bitPattern + 0x7FFF + (bitPattern >> 16 & 1)) >> 16)
    }
}

/// A Swift scalar that a tensor can hold.
public protocol TensorScalar: Sendable, BitwiseCopyable {
    /// The element type of a tensor made from an array of this scalar.
    static var dtype: DType { get }
    /// The nearest value of this type.
    init(converting value: Double)
    /// The value in double precision.
    var doubleValue: Double { get }
}

extension Float: TensorScalar {
    public static var dtype: DType { .float32 }
    public init(converting value: Double) { self = Float(value) }
    public var doubleValue: Double { Double(self) }
}
extension Double: TensorScalar {
    public static var dtype: DType { .float64 }
    public init(converting value: Double) { self = value }
    public var doubleValue: Double { self }
}
extension Int32: TensorScalar {
    public static var dtype: DType { .int32 }
    public init(converting value: Double) { self = Int32(clamping: value) }
    public var doubleValue: Double { Double(self) }
}
extension Int64: TensorScalar {
    public static var dtype: DType { .int64 }
    public init(converting value: Double) { self = Int64(clamping: value) }
    public var doubleValue: Double { Double(self) }
}
/// A Swift `Int` is held as `int64`; literals without context become `int32` (see `Tensor`).
extension Int: TensorScalar {
    public static var dtype: DType { .int64 }
    public init(converting value: Double) { self = Int(clamping: value) }
    public var doubleValue: Double { Double(self) }
}
extension UInt8: TensorScalar {
    public static var dtype: DType { .uint8 }
    public init(converting value: Double) { self = UInt8(clamping: value) }
    public var doubleValue: Double { Double(self) }
}
extension Bool: TensorScalar {
    public static var dtype: DType { .bool }
    public init(converting value: Double) { self = value != 0 }
    public var doubleValue: Double { self ? 1 : 0 }
}

extension FixedWidthInteger {
    /// The whole part of `value`, held within the type's range; zero for NaN.
    init(clamping value: Double) {
        if value.isNaN {
            self = 0
        } else if value >= Double(Self.max) {
            self = .max
        } else if value <= Double(Self.min) {
            self = .min
        } else {
            self = Self(value)
        }
    }
}
