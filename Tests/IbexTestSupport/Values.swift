import IbexGraph

/// The contents of a tensor on the host, in row-major order: what tests compare.
///
/// Every element is held as `Double`; `int64` elements, which a `Double` cannot always hold, are
/// kept beside it exactly.
///
///     let want = Values([2, 2], .float32, [1, 2, 3, 4])
public struct Values: Sendable, Hashable {
    public let shape: Shape
    public let dtype: DType
    public let scalars: [Double]
    /// The elements of an `int64` tensor; `nil` for other types.
    public let integers: [Int64]?

    /// - Precondition: there are as many scalars as the shape has elements.
    public init(_ shape: Shape, _ dtype: DType, _ scalars: [Double]) {
        precondition(
            scalars.count == shape.elementCount, "Values: found \(scalars.count) scalars for the shape \(shape)")
        self.shape = shape
        self.dtype = dtype
        self.scalars = scalars
        self.integers = dtype == .int64 ? scalars.map { Int64(converting: $0) } : nil
    }

    /// - Precondition: there are as many integers as the shape has elements.
    public init(_ shape: Shape, integers: [Int64]) {
        precondition(
            integers.count == shape.elementCount, "Values: found \(integers.count) integers for the shape \(shape)")
        self.shape = shape
        self.dtype = .int64
        self.scalars = integers.map(Double.init)
        self.integers = integers
    }

    /// Scalars in their own type.
    public init<Scalar: TensorScalar>(_ shape: Shape, of scalars: [Scalar]) {
        if Scalar.dtype == .int64, let integers = scalars as? [Int64] {
            self.init(shape, integers: integers)
        } else {
            self.init(shape, Scalar.dtype, scalars.map(\.doubleValue))
        }
    }

    /// The largest magnitude among the finite elements; 0 where there is none.
    public var peak: Double {
        scalars.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
    }

    /// The elements in a Swift type.
    public func scalars<Scalar: TensorScalar>(as type: Scalar.Type) -> [Scalar] {
        if let integers = integers as? [Scalar] { return integers }
        return scalars.map { Scalar(converting: $0) }
    }

    /// The same scalars as another type, rounded to `Float` for `float32`.
    public func cast(to dtype: DType) -> Values {
        Values(shape, dtype, dtype == .float32 ? scalars.map { Double(Float($0)) } : scalars)
    }

    /// The same scalars in another shape of as many elements.
    public func reshaped(_ shape: Shape) -> Values {
        if let integers { return Values(shape, integers: integers) }
        return Values(shape, dtype, scalars)
    }

    /// The index along each axis of the element at `offset`.
    public func index(of offset: Int) -> [Int] {
        zip(shape.strides, shape.extents).map { offset / $0 % $1 }
    }
}
