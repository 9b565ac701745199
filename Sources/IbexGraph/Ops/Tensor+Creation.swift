extension Tensor {
    /// The whole numbers from 0 up to `count`, that one left out: [count].
    public static func arange(_ count: Int, dtype: DType = .int32) -> Tensor { arange(0, count, dtype: dtype) }

    /// The whole numbers from `start` up to `stop`, that one left out, `step` apart.
    ///
    ///     Tensor.arange(1, 9, step: 3)         // 1, 4, 7
    ///
    /// - Precondition: `step` is not zero.
    public static func arange(_ start: Int, _ stop: Int, step: Int = 1, dtype: DType = .int32) -> Tensor {
        let numbers = stride(from: start, to: stop, by: step).map { Double($0) }
        return constant(numbers, [numbers.count], dtype)
    }

    /// The numbers from `start` up to `stop`, that one left out, `step` apart.
    ///
    /// - Precondition: `step` is not zero.
    public static func arange(_ start: Double, _ stop: Double, step: Double = 1, dtype: DType = .float32) -> Tensor {
        let numbers = Array(stride(from: start, to: stop, by: step))
        return constant(numbers, [numbers.count], dtype)
    }

    /// `count` numbers evenly spread from `start` to `stop`, that one included or, without `endpoint`, left out.
    ///
    ///     Tensor.linspace(-1, 1, count: 5)     // -1, -0.5, 0, 0.5, 1
    public static func linspace(
        _ start: Double, _ stop: Double, count: Int = 50, endpoint: Bool = true, dtype: DType = .float32
    ) -> Tensor {
        let steps = Double(Swift.max(endpoint ? count - 1 : count, 1))
        return constant((0..<count).map { start + (stop - start) * Double($0) / steps }, [count], dtype)
    }

    /// A matrix of zeros with ones on one diagonal, `k` columns right of the main one: [rows, columns].
    ///
    ///     Tensor.eye(3)
    public static func eye(_ rows: Int, _ columns: Int? = nil, k: Int = 0, dtype: DType = .float32) -> Tensor {
        (diagonalNumbers(rows, columns ?? rows) .== Double(k)).cast(to: dtype)
    }

    /// Coordinates of a grid: each vector stretched over all axes, one axis for each vector.
    ///
    /// Vectors of a and b numbers give two matrices, [b, a] with `.xy`, where the first vector runs along columns,
    /// and [a, b] with `.ij`.
    ///
    /// - Precondition: the tensors are vectors or scalars.
    public static func meshgrid(_ vectors: [Tensor], indexing: GridIndexing = .xy) -> [Tensor] {
        precondition(
            vectors.allSatisfy { $0.rank <= 1 }, "meshgrid: found shapes \(vectors.map(\.shape)); expected vectors")
        var axes = Array(vectors.indices)
        if indexing == .xy && axes.count > 1 { axes.swapAt(0, 1) }
        var extents = vectors.map(\.elementCount)
        for (number, axis) in axes.enumerated() { extents[axis] = vectors[number].elementCount }
        return zip(vectors, axes).map { vector, axis in
            let line = extents.indices.map { $0 == axis ? extents[$0] : 1 }
            return vector.reshaped(line).broadcast(to: Shape(extents))
        }
    }

    /// Numbers of the host as a tensor without a device of its own.
    package static func constant(_ numbers: [Double], _ shape: Shape, _ dtype: DType) -> Tensor {
        let data: HostData
        switch dtype {
        case .float64: data = HostData(copying: numbers)
        case .float32: data = HostData(copying: numbers.map { Float($0) })
        case .int64: data = HostData(copying: numbers.map { Int64(converting: $0) })
        case .int32: data = HostData(copying: numbers.map { Int32(converting: $0) })
        case .bool, .uint8, .float16, .bfloat16: return constant(numbers, shape, .float32).cast(to: dtype)
        }
        return .apply(Ops.Constant(data, TensorType(shape, dtype)))
    }

    /// The number of the diagonal that each element of a matrix stands on: column - row.
    static func diagonalNumbers(_ rows: Int, _ columns: Int) -> Tensor {
        arange(columns) - arange(rows).reshaped(-1, 1)
    }
}

/// Whether the first vector of a grid runs along its second axis, as coordinates are drawn, or along its first.
public enum GridIndexing: String, Sendable, Hashable { case xy, ij }
