import IbexGraph

/// What stands before the elements in NumPy's format `.npy`.
///
/// The format: `0x93 NUMPY`, the version in two bytes, the length of what follows (two bytes little-endian, four from
/// version 2 on), a Python dictionary such as `{'descr': '<f8', 'fortran_order': False, 'shape': (506, 13), }`, blanks
/// that fill up to a multiple of 64 bytes, a line's end; then the elements. Source: NumPy, NEP 1, and `numpy.lib.format`.
struct NPYHeader: Sendable, Hashable {
    let element: ElementType
    let isBigEndian: Bool
    /// Whether the first axis runs fastest, as in Fortran.
    let isColumnMajor: Bool
    let shape: Shape
    /// The size of the header, from the file's first byte on.
    let byteCount: Int

    /// Where the elements end, from the file's first byte on.
    var endOfElements: Int { byteCount + shape.elementCount * element.byteCount }

    private static let magic = [0x93] + Array("NUMPY".utf8)
    private static let longest = 1 << 16

    /// Reads a header.
    ///
    /// - Throws: `IbexError` of kind `file` for what is none, and for elements other than numbers and truth values.
    init(place: String, from source: ByteSource) throws {
        func bytes(_ count: Int) throws -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: count)
            try bytes.withUnsafeMutableBytes { try source($0) }
            return bytes
        }
        func malformed(_ found: String) -> IbexError {
            IbexError(
                .file, at: place, found: found, expected: "an array in NumPy's format .npy",
                remedy: "The file is damaged or something else: fetch or write it again.")
        }
        let start = try bytes(8)
        guard start.starts(with: Self.magic) else { throw malformed("another beginning") }
        guard (1...3).contains(start[6]), start[7] == 0 else { throw malformed("version \(start[6]).\(start[7])") }
        let lengthBytes = try bytes(start[6] == 1 ? 2 : 4)
        let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= Self.longest else { throw malformed("a header of \(length) bytes") }
        let text = try bytes(length)
        byteCount = start.count + lengthBytes.count + length
        guard let fields = Fields(text) else {
            throw malformed("the header \(String(decoding: text.prefix(200), as: UTF8.self).filter { !$0.isNewline })")
        }
        guard let type = fields.type.flatMap(Self.element) else {
            throw IbexError(
                .file, at: place, found: "elements of the type \(fields.type.map { "'\($0)'" } ?? "of a record")",
                expected: "truth values, or whole or real numbers of up to 8 bytes",
                remedy: "Convert the array with astype and save it again.")
        }
        guard let shape = Shape(checking: fields.extents), shape.rank <= 64 else {
            throw malformed("the extents \(fields.extents)")
        }
        (element, isBigEndian) = type
        isColumnMajor = fields.isColumnMajor
        self.shape = shape
    }

    private struct Fields {
        /// `nil` where it is a list, as a record has it.
        var type: String?
        var isColumnMajor = false
        var extents: [Int] = []

        init?(_ text: [UInt8]) {
            var literal = PythonLiteral(text)
            guard literal.take("{") else { return nil }
            var keys: Set<String> = []
            while !literal.take("}") {
                guard let key = literal.string(), literal.take(":"), keys.insert(key).inserted else { return nil }
                switch key {
                case "descr":
                    // What follows a record's description is not looked at.
                    if literal.next() == "[" { return }
                    guard let text = literal.string() else { return nil }
                    type = text
                case "fortran_order":
                    guard let value = literal.truth() else { return nil }
                    isColumnMajor = value
                case "shape":
                    guard let numbers = literal.tuple() else { return nil }
                    extents = numbers
                default: return nil
                }
                guard literal.take(",") || literal.next() == "}" else { return nil }
            }
            guard keys.count == 3, literal.next() == nil else { return nil }
        }
    }

    /// The type that NumPy calls so: byte order, kind and size, such as `<f4`.
    private static func element(_ name: String) -> (ElementType, isBigEndian: Bool)? {
        guard let order = name.first, "<>|=".contains(order), let type = types[String(name.dropFirst())],
            order != "|" || type.byteCount == 1
        else { return nil }
        return (type, order == ">")
    }

    private static let types: [String: ElementType] = [
        "b1": .bool, "u1": .uint8, "u2": .uint16, "u4": .uint32, "u8": .uint64, "i1": .int8, "i2": .int16,
        "i4": .int32, "i8": .int64, "f2": .float16, "f4": .float32, "f8": .float64,
    ]

    /// The header that NumPy 2 writes before such an array.
    ///
    /// - Throws: `IbexError` of kind `argument` for `bfloat16`, which NumPy does not have.
    static func bytes(for type: TensorType, place: String) throws -> [UInt8] {
        let element = ElementType(type.dtype)
        guard let name = types.first(where: { $0.value == element })?.key else {
            throw IbexError(
                .argument, at: place, found: "a tensor of \(type.dtype.rawValue)", expected: "a type that NumPy has",
                remedy: "Use cast(to: .float32) first.")
        }
        let order = type.dtype.byteCount == 1 ? "|" : "<"
        var text = "{'descr': '\(order)\(name)', 'fortran_order': False, 'shape': \(type.shape), }"
        // NumPy leaves room for the first extent to grow to 21 digits.
        if let first = type.shape.extents.first { text += String(repeating: " ", count: max(0, 21 - "\(first)".count)) }
        let before = magic.count + 4
        text += String(repeating: " ", count: 64 - (before + text.utf8.count + 1) % 64) + "\n"
        return magic + [1, 0, UInt8(text.utf8.count & 255), UInt8(text.utf8.count >> 8)] + Array(text.utf8)
    }
}
