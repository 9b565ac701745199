import IbexGraph

/// The type of an array's elements in a file, which may be one that `DType` does not have.
package enum ElementType: Sendable, Hashable, CaseIterable {
    case bool
    case uint8, uint16, uint32, uint64
    case int8, int16, int32, int64
    case float16, bfloat16, float32, float64

    package init(_ dtype: DType) {
        self =
            switch dtype {
            case .bool: .bool
            case .uint8: .uint8
            case .int32: .int32
            case .int64: .int64
            case .float16: .float16
            case .bfloat16: .bfloat16
            case .float32: .float32
            case .float64: .float64
            }
    }

    /// The size of one element in the file, in bytes.
    package var byteCount: Int {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .float16, .bfloat16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        }
    }

    /// The type that it is read as: the same, else the narrowest that holds all of its values; `uint64` as `int64`,
    /// which holds half of them.
    package var dtype: DType {
        switch self {
        case .bool: .bool
        case .uint8: .uint8
        case .int8, .int16, .uint16, .int32: .int32
        case .uint32, .uint64, .int64: .int64
        case .float16: .float16
        case .bfloat16: .bfloat16
        case .float32: .float32
        case .float64: .float64
        }
    }
}

extension ElementType {
    /// Reads elements in the file's form and leaves them in the machine's byte order, as the type `dtype`.
    ///
    /// Elements that need no change but the order of their bytes go straight to the target.
    ///
    /// - Throws: what the source throws; `IbexError` of kind `file` for a `uint64` that `int64` does not hold.
    package func read(
        into target: UnsafeMutableRawBufferPointer, isBigEndian: Bool, place: String, from source: ByteSource
    ) throws {
        switch self {
        case .int8: try widen(Int8.self, to: Int32.self, target, isBigEndian, source)
        case .int16: try widen(Int16.self, to: Int32.self, target, isBigEndian, source)
        case .uint16: try widen(UInt16.self, to: Int32.self, target, isBigEndian, source)
        case .uint32: try widen(UInt32.self, to: Int64.self, target, isBigEndian, source)
        default:
            try source(target)
            if isBigEndian { swapBytes(of: target) }
        }
        if self == .bool { for index in target.indices where target[index] > 1 { target[index] = 1 } }
        if self == .uint64 { try requireSigned(target, place) }
    }

    private func widen<Narrow: FixedWidthInteger & BitwiseCopyable, Wide: FixedWidthInteger & BitwiseCopyable>(
        _: Narrow.Type, to: Wide.Type, _ target: UnsafeMutableRawBufferPointer, _ isBigEndian: Bool,
        _ source: ByteSource
    ) throws {
        let count = target.count / MemoryLayout<Wide>.size
        var piece = [Narrow](repeating: 0, count: min(count, 1 << 16))
        for start in stride(from: 0, to: count, by: max(piece.count, 1)) {
            let size = min(piece.count, count - start)
            try piece.withUnsafeMutableBytes {
                try source(UnsafeMutableRawBufferPointer(rebasing: $0[..<(size * MemoryLayout<Narrow>.size)]))
            }
            for index in 0..<size {
                let value = isBigEndian ? piece[index].byteSwapped : piece[index]
                target.storeBytes(
                    of: Wide(truncatingIfNeeded: value), toByteOffset: (start + index) * MemoryLayout<Wide>.size,
                    as: Wide.self)
            }
        }
    }

    private func swapBytes(of target: UnsafeMutableRawBufferPointer) {
        switch byteCount {
        case 2: swapBytes(of: target, UInt16.self)
        case 4: swapBytes(of: target, UInt32.self)
        case 8: swapBytes(of: target, UInt64.self)
        default: break
        }
    }

    private func swapBytes<Word: FixedWidthInteger & BitwiseCopyable>(
        of target: UnsafeMutableRawBufferPointer, _: Word.Type
    ) {
        for offset in stride(from: 0, to: target.count, by: MemoryLayout<Word>.size) {
            let word = target.loadUnaligned(fromByteOffset: offset, as: Word.self)
            target.storeBytes(of: word.byteSwapped, toByteOffset: offset, as: Word.self)
        }
    }

    private func requireSigned(_ target: UnsafeMutableRawBufferPointer, _ place: String) throws {
        for offset in stride(from: 0, to: target.count, by: 8) {
            let value = target.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            guard value <= UInt64(Int64.max) else {
                throw IbexError(
                    .file, at: place, found: "the number \(value) in an array of uint64",
                    expected: "numbers up to \(Int64.max), which int64 holds", remedy: "Store it as float64.")
            }
        }
    }
}

extension Shape {
    /// The shape of these extents; `nil` where one is negative, or where elements of 8 bytes would take more bytes
    /// than there are numbers for, as an extent out of a damaged file may.
    package init?(checking extents: [Int]) {
        var byteCount = 8
        for extent in extents {
            let (product, overflow) = byteCount.multipliedReportingOverflow(by: max(extent, 1))
            guard extent >= 0, !overflow else { return nil }
            byteCount = product
        }
        self.init(extents)
    }
}
