import IbexGraph

extension StoredArray {
    /// An array in NumPy's format, whose header is read now and whose elements later.
    ///
    /// - Parameters:
    ///   - byteCount: the size of all of it; bytes behind the elements are an error.
    ///   - reading: lets a function read it from its first byte on.
    init(
        npy place: String, byteCount: Int,
        reading: @escaping @Sendable (_ body: (ByteSource) throws -> Void) throws -> Void
    ) throws {
        var header: NPYHeader?
        // Of a packed file, a part is read: its checksum is not compared yet.
        try reading { source in header = try NPYHeader(place: place, from: source) }
        guard let header, header.endOfElements == byteCount else {
            let expected = header.map { "\($0.endOfElements)" } ?? "more"
            throw IbexError(
                .file, at: place, found: "\(byteCount) bytes", expected: "\(expected), as its header says",
                remedy: "The file is damaged: fetch or write it again.")
        }
        self.init(header.element.dtype, header.shape, place: place) { target in
            try reading { source in
                guard try NPYHeader(place: place, from: source) == header else {
                    throw IbexError(.file, at: place, found: "another header than before", expected: "the same file")
                }
                try header.read(into: target, place: place, from: source)
            }
        }
    }
}

extension NPYHeader {
    /// Reads the elements, row by row, whatever their order in the file.
    fileprivate func read(into target: UnsafeMutableRawBufferPointer, place: String, from source: ByteSource) throws {
        guard isColumnMajor, shape.rank > 1 else {
            return try element.read(into: target, isBigEndian: isBigEndian, place: place, from: source)
        }
        let columns = UnsafeMutableRawBufferPointer.allocate(byteCount: target.count, alignment: 16)
        defer { columns.deallocate() }
        try element.read(into: columns, isBigEndian: isBigEndian, place: place, from: source)
        switch element.dtype.byteCount {
        case 1: transpose(columns, into: target, UInt8.self)
        case 2: transpose(columns, into: target, UInt16.self)
        case 4: transpose(columns, into: target, UInt32.self)
        default: transpose(columns, into: target, UInt64.self)
        }
    }

    /// The element at `(i, j, k)` stands at `i + extent0 (j + extent1 k)`.
    private func transpose<Word: FixedWidthInteger & BitwiseCopyable>(
        _ columns: UnsafeMutableRawBufferPointer, into target: UnsafeMutableRawBufferPointer, _: Word.Type
    ) {
        let size = MemoryLayout<Word>.size
        let extents = shape.extents
        let strides = extents.indices.map { extents[..<$0].reduce(1, *) }
        var index = [Int](repeating: 0, count: extents.count)
        var source = 0
        for position in stride(from: 0, to: target.count, by: size) {
            target.storeBytes(
                of: columns.loadUnaligned(fromByteOffset: source * size, as: Word.self), toByteOffset: position,
                as: Word.self)
            var axis = extents.count - 1
            while axis >= 0 {
                index[axis] += 1
                source += strides[axis]
                if index[axis] < extents[axis] { break }
                source -= strides[axis] * extents[axis]
                index[axis] = 0
                axis -= 1
            }
        }
    }
}
