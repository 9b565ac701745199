import IbexGraph

extension Values {
    /// The elements as they lie in memory.
    public var bytes: [UInt8] {
        func pack<Scalar: BitwiseCopyable>(_ scalars: [Scalar]) -> [UInt8] { scalars.withUnsafeBytes { Array($0) } }
        switch dtype {
        case .bool: return scalars.map { $0 != 0 ? 1 : 0 }
        case .uint8: return scalars.map { UInt8($0) }
        case .int32: return pack(scalars.map { Int32($0) })
        case .int64: return pack(integers ?? scalars.map { Int64($0) })
        case .float16: return pack(scalars.map { Float16($0).bitPattern })
        case .bfloat16: return pack(scalars.map { UInt16(truncatingIfNeeded: Float($0).bitPattern >> 16) })
        case .float32: return pack(scalars.map { Float($0) })
        case .float64: return pack(scalars)
        }
    }

    /// Elements read from memory.
    public init(_ shape: Shape, _ dtype: DType, bytes: [UInt8]) {
        func read<Scalar: BitwiseCopyable>(_ type: Scalar.Type) -> [Scalar] {
            bytes.withUnsafeBytes { raw in
                (0..<shape.elementCount).map {
                    raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Scalar>.size, as: Scalar.self)
                }
            }
        }
        switch dtype {
        case .bool, .uint8: self.init(shape, dtype, read(UInt8.self).map(Double.init))
        case .int32: self.init(shape, dtype, read(Int32.self).map(Double.init))
        case .int64: self.init(shape, integers: read(Int64.self))
        case .float16: self.init(shape, dtype, read(UInt16.self).map { Double(Float16(bitPattern: $0)) })
        case .bfloat16: self.init(shape, dtype, read(UInt16.self).map { Double(Float(bitPattern: UInt32($0) << 16)) })
        case .float32: self.init(shape, dtype, read(Float.self).map(Double.init))
        case .float64: self.init(shape, dtype, read(Double.self))
        }
    }
}

/// Runs one op as a program of one step, without a graph and its passes around it.
///
/// `inPlace` names the input whose buffer also receives result 0.
///
/// - Throws: the rule's error, or the backend's.
package func run(
    _ op: some Op, _ inputs: [Values], on backend: some Backend, inPlace: Int? = nil
) throws -> [Values] {
    let types = inputs.map { TensorType($0.shape, $0.dtype) }
    let results = try op.resultTypes(types)
    var buffers = types.indices.map { Program.Buffer(home: .input($0), byteCount: types[$0].byteCount) }
    var places: [Int] = []
    for (index, type) in results.enumerated() {
        if index == 0, let inPlace {
            places.append(inPlace)
        } else {
            buffers.append(Program.Buffer(home: .output(index), byteCount: type.byteCount))
            places.append(buffers.count - 1)
        }
    }
    let step = Program.Step(
        op: op, inputs: types.enumerated().map { .init(buffer: $0, type: $1) },
        outputs: results.enumerated().map { .init(buffer: places[$0], type: $1) })
    let program = Program(
        buffers: buffers, steps: [step], arenas: [], inputTypes: types, outputTypes: results)
    let given = try inputs.map { values in
        let storage = try backend.makeStorage(byteCount: values.bytes.count)
        try values.bytes.withUnsafeBytes { try backend.write($0, to: storage) }
        return storage
    }
    let made = try results.map { try backend.makeStorage(byteCount: $0.byteCount) }
    try backend.prepare(program).run(inputs: given, outputs: made)
    return try results.enumerated().map { index, type in
        var bytes = [UInt8](repeating: 0, count: type.byteCount)
        let storage = index == 0 && inPlace != nil ? given[inPlace ?? 0] : made[index]
        try bytes.withUnsafeMutableBytes { try backend.read(storage, into: $0) }
        return Values(type.shape, type.dtype, bytes: bytes)
    }
}
