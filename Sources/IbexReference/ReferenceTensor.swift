import IbexGraph

/// A tensor as the reference sees it: a type and the bytes, read and written as plain numbers.
struct ReferenceTensor: Sendable {
    let type: TensorType
    var bytes: [UInt8]

    init(_ type: TensorType, bytes: [UInt8]) {
        self.type = type
        self.bytes = bytes
    }

    var count: Int { type.shape.elementCount }

    /// The elements in double precision.
    var doubles: [Double] {
        switch type.dtype {
        case .bool: read(UInt8.self) { $0 != 0 ? 1 : 0 }
        case .uint8: read(UInt8.self) { Double($0) }
        case .int32: read(Int32.self) { Double($0) }
        case .int64: read(Int64.self) { Double($0) }
        case .float16: read(UInt16.self) { Double(Float16(bitPattern: $0)) }
        case .bfloat16: read(UInt16.self) { Double(Float(bitPattern: UInt32($0) << 16)) }
        case .float32: read(Float.self) { Double($0) }
        case .float64: read(Double.self) { $0 }
        }
    }

    /// The elements as whole numbers; fractions are cut off, what is out of range is held in it, NaN is 0.
    var integers: [Int64] {
        switch type.dtype {
        case .bool: read(UInt8.self) { $0 != 0 ? 1 : 0 }
        case .uint8: read(UInt8.self) { Int64($0) }
        case .int32: read(Int32.self) { Int64($0) }
        case .int64: read(Int64.self) { $0 }
        default: doubles.map { Int64(holding: $0) }
        }
    }

    /// Rounds each number to the type: floating point to nearest, whole numbers towards zero and held in range.
    init(_ type: TensorType, _ doubles: [Double]) {
        self.type = type
        switch type.dtype {
        case .bool: bytes = doubles.map { $0 != 0 ? 1 : 0 }
        case .uint8: bytes = doubles.map { $0.isNaN ? 0 : UInt8(max(0, min(255, $0))) }
        case .int32: bytes = ReferenceTensor.pack(doubles.map { Int32(clamping: Int64(holding: $0)) })
        case .int64: bytes = ReferenceTensor.pack(doubles.map { Int64(holding: $0) })
        case .float16: bytes = ReferenceTensor.pack(doubles.map { Float16(Float($0)).bitPattern })
        case .bfloat16: bytes = ReferenceTensor.pack(doubles.map { bfloat16($0) })
        case .float32: bytes = ReferenceTensor.pack(doubles.map { Float($0) })
        case .float64: bytes = ReferenceTensor.pack(doubles)
        }
    }

    /// Keeps the low bits of each number where the type is shorter.
    init(_ type: TensorType, integers: [Int64]) {
        switch type.dtype {
        case .bool: self.init(type, bytes: integers.map { $0 != 0 ? 1 : 0 })
        case .uint8: self.init(type, bytes: integers.map { UInt8(truncatingIfNeeded: $0) })
        case .int32: self.init(type, bytes: ReferenceTensor.pack(integers.map { Int32(truncatingIfNeeded: $0) }))
        case .int64: self.init(type, bytes: ReferenceTensor.pack(integers))
        default: self.init(type, integers.map { Double($0) })
        }
    }

    private func read<Scalar: BitwiseCopyable, Result>(
        _ scalar: Scalar.Type, _ convert: (Scalar) -> Result
    ) -> [Result] {
        bytes.withUnsafeBytes { raw in
            (0..<count).map {
                convert(raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Scalar>.size, as: Scalar.self))
            }
        }
    }

    private static func pack<Scalar: BitwiseCopyable>(_ scalars: [Scalar]) -> [UInt8] {
        scalars.withUnsafeBytes { Array($0) }
    }
}

/// The upper half of the nearest float's bits, rounded to even.
private func bfloat16(_ value: Double) -> UInt16 {
    let bits = Float(value).bitPattern
    if value.isNaN { return UInt16(bits >> 16) | 0x40 }
    return UInt16((bits + 0x7fff + ((bits >> 16) & 1)) >> 16)
}

extension Int64 {
    /// The whole part, held within the range; 0 for NaN.
    init(holding value: Double) {
        if value.isNaN {
            self = 0
        } else if value >= 0x1p63 {
            self = .max
        } else if value <= -0x1p63 {
            self = .min
        } else {
            self = Int64(value)
        }
    }
}
