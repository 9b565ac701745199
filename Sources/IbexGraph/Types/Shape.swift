/// The extents of a tensor, outermost axis first. A scalar has none.
///
///     let images: Shape = [128, 28, 28, 1]     // batch, height, width, channels
///     images.rank                              // 4
///     images.elementCount                      // 100352
public struct Shape: Sendable, Hashable, ExpressibleByArrayLiteral {
    /// The extent of each axis; none is negative.
    public let extents: [Int]

    /// - Precondition: no extent is negative.
    public init(_ extents: [Int]) {
        precondition(extents.allSatisfy { $0 >= 0 }, "Shape: found a negative extent in \(extents)")
        self.extents = extents
    }

    public init(arrayLiteral elements: Int...) { self.init(elements) }

    /// The shape of a scalar.
    public static let scalar = Shape([])

    /// The number of axes.
    public var rank: Int { extents.count }

    /// The product of all extents: 1 for a scalar.
    public var elementCount: Int { extents.reduce(1, *) }

    /// The extent of an axis; a negative index counts from the end.
    public subscript(axis: Int) -> Int { extents[axis < 0 ? axis + rank : axis] }

    /// How many elements apart two neighbours along each axis lie in a row-major tensor.
    public var strides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] * extents[axis + 1]
        }
        return strides
    }

    /// The shape with one extent replaced; a negative axis counts from the end.
    public func replacing(axis: Int, with extent: Int) -> Shape {
        var extents = extents
        extents[axis < 0 ? axis + rank : axis] = extent
        return Shape(extents)
    }

    /// An axis counted from the first; a negative one counts from the end.
    ///
    /// - Throws: `IbexError` of kind `shape` where there is no such axis.
    package func axis(_ axis: Int, at place: String) throws(IbexError) -> Int {
        guard (-rank..<rank).contains(axis) else {
            throw IbexError(
                .shape, at: place, found: "axis \(axis) for shape \(self)",
                expected: rank == 0 ? "a tensor with axes" : "an axis within \(-rank)..<\(rank)")
        }
        return axis < 0 ? axis + rank : axis
    }

    /// The shape that both shapes broadcast to, NumPy's rule: axes are matched from the last, and
    /// an extent of 1 stretches. `nil` where they do not fit.
    public func broadcast(with other: Shape) -> Shape? {
        if self == other { return self }
        let rank = max(self.rank, other.rank)
        var result = [Int](repeating: 1, count: rank)
        for back in 1...max(rank, 1) where back <= rank {
            let a = back <= self.rank ? extents[self.rank - back] : 1
            let b = back <= other.rank ? other.extents[other.rank - back] : 1
            guard a == b || a == 1 || b == 1 else { return nil }
            result[rank - back] = a == 1 ? b : a
        }
        return Shape(result)
    }
}

extension Shape: CustomStringConvertible {
    /// As Python prints a tuple: `(128, 10)`, `(3,)`, `()`.
    public var description: String {
        rank == 1 ? "(\(extents[0]),)" : "(" + extents.map(String.init).joined(separator: ", ") + ")"
    }
}

/// What is known of a tensor before it is computed: shape and element type.
public struct TensorType: Sendable, Hashable, CustomStringConvertible {
    public var shape: Shape
    public var dtype: DType

    public init(_ shape: Shape, _ dtype: DType) {
        self.shape = shape
        self.dtype = dtype
    }

    /// The size of a contiguous tensor of this type, in bytes.
    public var byteCount: Int { shape.elementCount * dtype.byteCount }

    public var description: String { "\(dtype.rawValue)\(shape)" }
}
