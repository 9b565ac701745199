import IbexGraph
import IbexRuntime

/// The container `.safetensors`: named arrays, and texts about them.
///
/// The format: the header's length in 8 bytes, little endian; the header, a JSON object, filled up with blanks to a
/// multiple of 8 bytes; the arrays one behind the other, row by row, little endian. A file in which arrays overlap, leave
/// holes or do not have the sizes of their shapes is refused, as is a header above 100 MB.
/// Source: Hugging Face, <https://github.com/huggingface/safetensors>, "Format".
///
///     let file = try SafetensorsFile(path: "weights.safetensors")
///     let kernel = try file.array("dense/kernel").tensor()
package struct SafetensorsFile: Sendable {
    package let place: String
    /// In the order in which they lie in the file.
    package let arrays: [(name: String, array: StoredArray)]
    package let metadata: [String: String]
    private let places: [String: Int]

    private static let longestHeader = 100_000_000

    /// Opens a file and reads its header.
    /// - Throws: `IbexError` of kind `file` where it cannot be read, or is not what it should be.
    package init(path: String) throws {
        let file = try InputFile(path)
        place = path
        var word = UInt64(0)
        try withUnsafeMutableBytes(of: &word) { try file.read(at: 0, into: $0) }
        guard let length = Int(exactly: UInt64(littleEndian: word)), length <= Self.longestHeader,
            length <= file.byteCount - 8
        else {
            throw Self.damaged(
                path, "a header of \(UInt64(littleEndian: word)) bytes in a file of \(file.byteCount)",
                expected: "at most \(min(Self.longestHeader, file.byteCount - 8))")
        }
        var text = [UInt8](repeating: 0, count: length)
        try text.withUnsafeMutableBytes { try file.read(at: 8, into: $0) }
        let header = try SafetensorsHeader(text, place: path)
        metadata = header.metadata
        var end = 0
        arrays = try header.entries.sorted { ($0.offsets[0], $0.offsets[1]) < ($1.offsets[0], $1.offsets[1]) }.map {
            let array = try Self.array($0, after: end, in: file, start: 8 + length)
            end = $0.offsets[1]
            return ($0.name, array)
        }
        places = Dictionary(uniqueKeysWithValues: arrays.enumerated().map { ($1.name, $0) })
        guard end == file.byteCount - 8 - length else {
            throw Self.damaged(
                path, "\(file.byteCount - 8 - length) bytes of arrays", expected: "\(end), as the header says")
        }
    }

    /// The array of that name.
    /// - Throws: `IbexError` of kind `file` where there is none.
    package func array(_ name: String) throws -> StoredArray {
        guard let index = places[name] else {
            throw IbexError(.file, at: place, found: "no array \(name)", expected: "one of its \(arrays.count) arrays")
        }
        return arrays[index].array
    }

    private static func array(
        _ entry: SafetensorsHeader.Entry, after end: Int, in file: InputFile, start: Int
    ) throws -> StoredArray {
        let place = "\(file.place), \(entry.name)"
        guard let type = types[entry.type] else {
            throw IbexError(
                .file, at: place, found: "the type \(entry.type)", expected: oneOf(types.keys.sorted()),
                remedy: "Convert the array and save it again.")
        }
        let (begin, behind) = (entry.offsets[0], entry.offsets[1])
        guard begin == end, behind >= begin, behind <= file.byteCount - start else {
            throw damaged(
                place, "the bytes from \(begin) to \(behind)",
                expected: "bytes from \(end) on, at most to \(file.byteCount - start)")
        }
        guard let shape = Shape(checking: entry.extents), shape.elementCount * type.byteCount == behind - begin else {
            throw damaged(
                place, "\(behind - begin) bytes of \(entry.type) for the extents \(entry.extents)",
                expected: "a size that fits the shape")
        }
        return StoredArray(type.dtype, shape, place: place) { target in
            try type.read(into: target, isBigEndian: false, place: place, from: file.source(at: start + begin))
        }
    }

    /// The format's names of types.
    static let types: [String: ElementType] = [
        "BOOL": .bool, "U8": .uint8, "I8": .int8, "U16": .uint16, "I16": .int16, "U32": .uint32, "I32": .int32,
        "U64": .uint64, "I64": .int64, "F16": .float16, "BF16": .bfloat16, "F32": .float32, "F64": .float64,
    ]

    private static func damaged(_ place: String, _ found: String, expected: String) -> IbexError {
        IbexError(
            .file, at: place, found: found, expected: expected,
            remedy: "The file is damaged or no safetensors file: fetch or write it again.")
    }
}
