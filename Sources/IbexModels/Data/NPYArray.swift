import IbexGraph

/// An array of real numbers in NumPy's format `.npy`, read as doubles.
///
/// The format: `0x93 NUMPY`, the version in two bytes, the header's length (two bytes little-endian, four from version
/// 2 on), the header, a Python dictionary as `{'descr': '<f8', 'fortran_order': False, 'shape': (506, 13), }`, then the
/// elements. Source: NumPy, NEP 1. Read here: `<f4` and `<f8`, row by row.
struct NPYArray: Sendable {
    let shape: Shape
    let values: [Double]

    /// - Throws: `IbexError` of kind `file` for bytes that are no such array, or more or fewer than its header says.
    init(_ bytes: [UInt8], place: String) throws {
        guard bytes.count >= 12, bytes.starts(with: [0x93] + Array("NUMPY".utf8)), (1...3).contains(bytes[6]) else {
            throw IbexError(.file, at: place, found: "another beginning", expected: "an array in NumPy's format .npy")
        }
        let lengthSize = bytes[6] == 1 ? 2 : 4
        let length = bytes[8..<8 + lengthSize].reversed().reduce(0) { $0 << 8 | Int($1) }
        let start = 8 + lengthSize + length
        guard start <= bytes.count else { throw Self.cutShort(place, expected: "a header of \(length) bytes") }
        let header = String(decoding: bytes[8 + lengthSize..<start], as: UTF8.self)
        let type = Self.value(of: "descr", in: header)
        guard type == "'<f8'" || type == "'<f4'", Self.value(of: "fortran_order", in: header) == "False",
            let extents = Self.extents(in: header)
        else {
            throw IbexError(
                .file, at: place, found: "the header \(header.filter { !$0.isNewline })",
                expected: "numbers of 4 or 8 bytes ('<f4' or '<f8'), row by row")
        }
        let elementSize = type == "'<f8'" ? 8 : 4
        var size = elementSize
        for extent in extents {
            let (product, overflow) = size.multipliedReportingOverflow(by: extent)
            size = overflow ? Int.max : product
        }
        guard bytes.count - start == size else {
            throw Self.cutShort(place, expected: "\(size) bytes behind the header, not \(bytes.count - start)")
        }
        values = bytes.withUnsafeBytes { bytes in
            stride(from: start, to: bytes.count, by: elementSize).map { at in
                elementSize == 8
                    ? Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
                    : Double(
                        Float(
                            bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self))))
            }
        }
        shape = Shape(extents)
    }

    /// The text behind a key, up to the comma; a tuple with its parentheses.
    private static func value(of key: String, in header: String) -> String? {
        let parts = header.split(separator: "'\(key)':", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let text = parts[1].drop { $0 == " " }
        if text.first == "(" { return text.firstIndex(of: ")").map { String(text[...$0]) } }
        return String(text.prefix { $0 != "," && $0 != "}" })
    }

    private static func extents(in header: String) -> [Int]? {
        guard let tuple = value(of: "shape", in: header), tuple.first == "(" else { return nil }
        let fields = tuple.dropFirst().dropLast().split(separator: ",").map { $0.filter { $0 != " " } }
        let extents = fields.filter { !$0.isEmpty }.compactMap { Int($0) }.filter { $0 >= 0 }
        return extents.count == fields.filter { !$0.isEmpty }.count ? extents : nil
    }

    private static func cutShort(_ place: String, expected: String) -> IbexError {
        IbexError(
            .file, at: place, found: "another length", expected: expected,
            remedy: "The file is damaged: remove it and fetch it again.")
    }
}
