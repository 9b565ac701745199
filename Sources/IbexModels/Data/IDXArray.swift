import IbexGraph
import IbexRuntime

/// An array of bytes from a file in the IDX format, in which MNIST is published.
///
/// The format: two zero bytes, a byte for the element type (8: unsigned bytes, the only type read here), a byte for
/// the rank, the extents as big-endian 32-bit numbers, then the elements, row by row. The file may be gzipped.
/// Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits".
struct IDXArray: Sendable {
    let shape: Shape
    let bytes: [UInt8]
    /// The SHA-256 of the whole unpacked file.
    let digest: String

    /// Reads a file.
    ///
    /// - Parameter limit: the most elements to accept; memory is bounded by it and by what a file of that size can
    ///   unpack to, whatever its header claims.
    /// - Throws: `IbexError` of kind `file`: no such file, a wrong magic number, another element type, a header or
    ///   elements cut short, bytes after the last element, more elements than `limit`.
    init(contentsOf path: String, limit: Int = 1 << 30) throws {
        let source = try UnpackedBytes(path: path)
        var hash = SHA256()
        let magic = try Self.piece(of: source, count: 4, what: "the magic number", &hash)
        guard magic[0] == 0, magic[1] == 0, magic[3] > 0 else {
            throw IbexError(
                .file, at: path, found: "the magic number \(Self.hex(magic))",
                expected: "an IDX file, which starts with 0x0000, its element type and its rank")
        }
        guard magic[2] == 8 else {
            throw IbexError(
                .file, at: path, found: "an IDX file of element type \(Self.hex([magic[2]]))",
                expected: "unsigned bytes (0x08)")
        }
        let header = try Self.piece(of: source, count: 4 * Int(magic[3]), what: "the extents", &hash)
        let extents = stride(from: 0, to: header.count, by: 4).map { start in
            header[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        var count = 1
        for extent in extents {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            count = overflow ? Int.max : product
        }
        guard count <= limit else {
            throw IbexError(
                .file, at: path, found: "a header that announces the extents \(extents)",
                expected: "at most \(limit) elements")
        }
        guard count <= source.bound else {
            throw IbexError(
                .file, at: path,
                found: "a header that announces \(count) elements, more than a file of that size holds",
                expected: "a whole IDX file", remedy: "Fetch the file again.")
        }
        bytes = try Self.piece(of: source, count: count, what: "the \(count) elements", &hash)
        var extra: UInt8 = 0
        guard try withUnsafeMutableBytes(of: &extra, { try source.read(into: $0) }) == 0 else {
            throw IbexError(
                .file, at: path, found: "bytes after the last of \(count) elements",
                expected: "the file to end there", remedy: "Fetch the file again.")
        }
        shape = Shape(extents)
        digest = hash.digest()
    }

    /// The array as a tensor of `uint8`.
    func tensor() -> Tensor { Tensor(HostData(bytes), TensorType(shape, .uint8)) }

    private static func piece(
        of source: UnpackedBytes, count: Int, what: String, _ hash: inout SHA256
    ) throws -> [UInt8] {
        let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = try source.read(into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count))
        }
        guard bytes.count == count else {
            throw IbexError(
                .file, at: source.place, found: "the end of the file after \(bytes.count) of \(count) bytes of \(what)",
                expected: "a whole IDX file", remedy: "Fetch the file again.")
        }
        bytes.withUnsafeBytes { hash.add($0) }
        return bytes
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        "0x" + bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
