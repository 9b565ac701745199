import IbexGraph

/// The files of a tar archive, one behind the other as they come; the archive may be gzipped.
///
/// The format: for each file a header of 512 bytes and the contents, filled up to a multiple of 512; the name in bytes 0
/// to 99, the size as an octal number in 124 to 135, the sum of the header's bytes in 148 to 155, the kind in 156 (`0` or
/// a zero byte: a plain file), the name's beginning in 345 to 499; two blocks of zeros end the archive.
/// Source: POSIX.1-1988, ustar.
final class TarArchive {
    /// A plain file.
    struct Entry {
        let name: String
        let byteCount: Int
    }

    private static let blockSize = 512
    private let source: UnpackedBytes
    /// What is left of the current file, and behind it up to the next header.
    private var (unread, padding) = (0, 0)

    init(_ source: UnpackedBytes) { self.source = source }

    /// Goes to the next plain file; `nil` at the archive's end.
    /// - Throws: `IbexError` of kind `file` for what is no tar archive and for one cut short.
    func next() throws -> Entry? {
        while true {
            try skip(unread + padding)
            let header = try read(Self.blockSize)
            if header.allSatisfy({ $0 == 0 }) { return nil }
            guard let count = number(header[124..<136]), count >= 0, number(header[148..<156]) == Self.sum(header)
            else {
                throw IbexError(
                    .file, at: source.place, found: "a header that is none", expected: "a tar archive",
                    remedy: "The file is damaged or something else: remove it and fetch it again.")
            }
            (unread, padding) = (count, (Self.blockSize - count % Self.blockSize) % Self.blockSize)
            guard header[156] == 0 || header[156] == UInt8(ascii: "0") else { continue }
            let (prefix, name) = (text(header[345..<500]), text(header[0..<100]))
            return Entry(name: prefix.isEmpty ? name : prefix + "/" + name, byteCount: count)
        }
    }

    /// The contents of the file that `next` went to.
    /// - Throws: `IbexError` of kind `file` for an archive cut short.
    func contents() throws -> [UInt8] {
        guard unread <= source.bound else { throw cutShort }
        defer { unread = 0 }
        return try read(unread)
    }

    private func read(_ count: Int) throws -> [UInt8] {
        let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = try source.read(into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count))
        }
        guard bytes.count == count else { throw cutShort }
        return bytes
    }

    private func skip(_ count: Int) throws {
        var left = count
        while left > 0 { left -= try read(min(left, 1 << 16)).count }
    }

    private var cutShort: IbexError {
        IbexError(
            .file, at: source.place, found: "the end of the file inside the archive", expected: "a whole tar archive",
            remedy: "Fetch the file again.")
    }

    /// The sum of a header's bytes, those of the sum itself counted as blanks.
    private static func sum(_ header: [UInt8]) -> Int {
        header.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
    }

    private func number(_ field: ArraySlice<UInt8>) -> Int? {
        Int(text(field).trimmingPrefix { $0 == " " }.prefix { $0 != " " }, radix: 8)
    }

    private func text(_ field: ArraySlice<UInt8>) -> String {
        String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
    }
}
