import IbexGraph

extension Tensor {
    /// A tensor of numbers from the host, made for the current device.
    ///
    ///     let x = Tensor(shape: [2, 3], scalars: [1, 2, 3, 4, 5, 6] as [Float])
    ///
    /// - Precondition: there are as many numbers as the shape has elements.
    public init<Scalar: TensorScalar>(shape: Shape, scalars: [Scalar]) {
        precondition(
            shape.elementCount == scalars.count,
            "Tensor: found \(scalars.count) numbers; expected \(shape.elementCount) for shape \(shape)")
        self.init(HostData(copying: scalars), TensorType(shape, Scalar.dtype))
    }

    package init(_ data: HostData, _ type: TensorType, device: Device? = .current) {
        self.init(Node(Ops.Constant(data, type), inputs: [], types: [type], device: device))
    }

    /// A scalar.
    public init<Scalar: TensorScalar>(_ scalar: Scalar) { self.init(shape: .scalar, scalars: [scalar]) }

    /// A vector.
    public init<Scalar: TensorScalar>(_ scalars: [Scalar]) {
        self.init(shape: [scalars.count], scalars: scalars)
    }

    /// A matrix, row by row.
    ///
    /// - Precondition: all rows are of one length.
    public init<Scalar: TensorScalar>(_ rows: [[Scalar]]) {
        let width = rows.first?.count ?? 0
        precondition(
            rows.allSatisfy { $0.count == width }, "Tensor: found rows of different lengths; expected one length")
        self.init(shape: [rows.count, width], scalars: rows.flatMap { $0 })
    }

    /// Zeros of a shape.
    public static func zeros(_ shape: Shape, _ dtype: DType = .float32) -> Tensor { .fill(0, shape, dtype) }

    /// Ones of a shape.
    public static func ones(_ shape: Shape, _ dtype: DType = .float32) -> Tensor { .fill(1, shape, dtype) }

    /// One number throughout.
    public static func full(_ value: Double, _ shape: Shape, _ dtype: DType = .float32) -> Tensor {
        .fill(value, shape, dtype)
    }

    /// The numbers, row-major, computed now if they were not.
    ///
    /// - Throws: `IbexError` where memory or the device fails, or for a type other than the tensor's own; cast first.
    public func scalars<Scalar: TensorScalar>(as type: Scalar.Type = Scalar.self) throws -> [Scalar] {
        guard Scalar.dtype == dtype else {
            throw IbexError(
                .argument, at: "scalars(as:)", found: "\(Scalar.self) for a tensor of type \(dtype.rawValue)",
                expected: "the tensor's own type", remedy: "Use cast(to: .\(Scalar.dtype.rawValue)) first.")
        }
        let bytes = try bytes()
        return [Scalar](unsafeUninitializedCapacity: elementCount) { buffer, initialized in
            UnsafeMutableRawBufferPointer(buffer).copyBytes(from: bytes)
            initialized = elementCount
        }
    }

    /// The one number of a tensor that has one.
    ///
    /// - Throws: as `scalars(as:)`, and for a tensor with more or fewer elements.
    public func item<Scalar: TensorScalar>(as type: Scalar.Type = Scalar.self) throws -> Scalar {
        guard elementCount == 1 else {
            throw IbexError(.argument, at: "item()", found: "shape \(shape)", expected: "one element")
        }
        return try scalars(as: type)[0]
    }

    /// The numbers in double precision, whatever the type.
    package func doubles() throws -> [Double] {
        switch dtype {
        case .float32: try scalars(as: Float.self).map(Double.init)
        case .float64: try scalars(as: Double.self)
        case .int32: try scalars(as: Int32.self).map(Double.init)
        case .int64: try scalars(as: Int64.self).map(Double.init)
        case .uint8: try scalars(as: UInt8.self).map(Double.init)
        case .bool: try scalars(as: Bool.self).map { $0 ? 1 : 0 }
        case .float16, .bfloat16: try cast(to: .float32).doubles()
        }
    }
}

/// A nested list of numbers as it stands in source code.
///
///     let x: Tensor = [[1, 2.5], [3, 4]]
public indirect enum TensorLiteral: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByArrayLiteral,
    ExpressibleByBooleanLiteral, Sendable
{
    case integer(Int)
    case float(Double)
    case bool(Bool)
    case list([TensorLiteral])

    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .float(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: TensorLiteral...) { self = .list(elements) }

    fileprivate var shape: [Int] {
        guard case .list(let elements) = self else { return [] }
        let inner = elements.first?.shape ?? []
        precondition(
            elements.allSatisfy { $0.shape == inner }, "Tensor: found nested lists of different lengths; expected one")
        return [elements.count] + inner
    }

    fileprivate var leaves: [TensorLiteral] {
        if case .list(let elements) = self { elements.flatMap(\.leaves) } else { [self] }
    }

    fileprivate var value: Double {
        switch self {
        case .integer(let value): Double(value)
        case .float(let value): value
        case .bool(let value): value ? 1 : 0
        case .list: 0
        }
    }
}

extension Tensor: ExpressibleByArrayLiteral {
    /// Whole numbers make `int32`, a fraction anywhere makes `float32`, truth values make `bool`.
    public init(arrayLiteral elements: TensorLiteral...) {
        let literal = TensorLiteral.list(elements)
        let shape = Shape(literal.shape)
        let leaves = literal.leaves
        let isFloat = leaves.isEmpty || leaves.contains { if case .float = $0 { true } else { false } }
        let isBool = leaves.allSatisfy { if case .bool = $0 { true } else { false } }
        if isFloat {
            self.init(shape: shape, scalars: leaves.map { Float($0.value) })
        } else if isBool {
            self.init(shape: shape, scalars: leaves.map { $0.value != 0 })
        } else {
            self.init(shape: shape, scalars: leaves.map { Int32($0.value) })
        }
    }
}
