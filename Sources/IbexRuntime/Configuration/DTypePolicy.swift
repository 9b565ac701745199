import IbexGraph

/// In which type a layer computes and in which it keeps its weights, under Keras's names.
///
/// | name | computes in | weights |
/// | --- | --- | --- |
/// | `float32`, `float64`, `float16`, `bfloat16` | the same | the same |
/// | `mixed_float16` | `float16` | `float32` |
/// | `mixed_bfloat16` | `bfloat16` | `float32` |
///
/// Every name can be written and read, as Keras's files have them; but nothing is computed in half precision yet, and a
/// policy that asks for it is refused where it is set.
///
///     try Configuration.setDTypePolicy("float64")
///     try DTypePolicy("mixed_float16").variableDType     // float32
public struct DTypePolicy: Sendable, Hashable {
    public let name: String
    /// The type that a layer computes in; its floating-point inputs are cast to it.
    public let computeDType: DType
    /// The type of a layer's weights.
    public let variableDType: DType

    public static let float32 = DTypePolicy(.float32)
    public static let float64 = DTypePolicy(.float64)
    public static let mixedFloat16 = DTypePolicy("mixed_float16", .float16, .float32)
    public static let mixedBFloat16 = DTypePolicy("mixed_bfloat16", .bfloat16, .float32)

    /// The policy that computes and keeps weights in one type.
    public init(_ dtype: DType) { self.init(dtype.rawValue, dtype, dtype) }

    /// The policy of a name.
    /// - Throws: `IbexError` of kind `name` for one that is none.
    public init(_ name: String) throws(IbexError) {
        switch (name, DType(rawValue: name)) {
        case (Self.mixedFloat16.name, _): self = .mixedFloat16
        case (Self.mixedBFloat16.name, _): self = .mixedBFloat16
        case (_, let dtype?): self.init(dtype)
        default:
            throw IbexError(
                .name, at: "DTypePolicy", found: "\"\(name)\"",
                expected: "float32, float64, mixed_float16, mixed_bfloat16 or the name of another type")
        }
    }

    private init(_ name: String, _ computeDType: DType, _ variableDType: DType) {
        self.name = name
        self.computeDType = computeDType
        self.variableDType = variableDType
    }

    /// The type of weights and of computation, where Ibex computes as the policy says.
    ///
    /// - Parameter place: what asks for the policy, for the error.
    /// - Throws: `IbexError` of kind `configuration` for a policy that computes in half precision.
    package func computable(at place: String) throws(IbexError) -> DType {
        guard computeDType != .float16, computeDType != .bfloat16 else {
            throw IbexError(
                .configuration, at: place, found: "the policy \"\(name)\", which computes in \(computeDType.rawValue)",
                expected: "\"float32\" or \"float64\"",
                remedy:
                    "No device computes in half precision yet: \(computeDType.rawValue) stores values, as in "
                    + "tensor.cast(to: .\(computeDType.rawValue)). Take \"float32\", which \"\(name)\" approximates.")
        }
        return variableDType
    }
}

extension DTypePolicy: CustomStringConvertible {
    public var description: String { name }
}
