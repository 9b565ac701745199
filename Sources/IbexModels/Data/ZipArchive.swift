import CIbexZlib
import IbexGraph

/// A zip archive in memory, the form of NumPy's `.npz`; its files are stored or deflated.
///
/// Source: PKWARE, APPNOTE.TXT 6.3: the end record (signature `PK 5 6`) tells where the directory lies, whose entries
/// (`PK 1 2`) tell each file's name, method, checksum, sizes and place; at that place a local header (`PK 3 4`) precedes
/// the data. Archives above 4 GiB, in several parts or encrypted are refused.
struct ZipArchive {
    private struct Entry {
        let method, flags, checksum, packedSize, size, start: Int
    }

    private let bytes: [UInt8]
    private let place: String
    private let entries: [String: Entry]

    /// - Throws: `IbexError` of kind `file` for bytes that are no zip archive.
    init(_ bytes: [UInt8], place: String) throws {
        self.bytes = bytes
        self.place = place
        let reader = LittleEndian(bytes)
        let endSize = 22
        let candidates = stride(from: bytes.count - endSize, through: max(0, bytes.count - endSize - 0xffff), by: -1)
        guard let end = candidates.first(where: { reader.word($0) == 0x0605_4b50 }),
            var at = reader.word(end + 16), let count = reader.half(end + 10)
        else { throw Self.damaged(place, "no zip archive") }
        var entries: [String: Entry] = [:]
        for _ in 0..<count {
            guard reader.word(at) == 0x0201_4b50, let flags = reader.half(at + 8), let method = reader.half(at + 10),
                let checksum = reader.word(at + 16), let packedSize = reader.word(at + 20),
                let size = reader.word(at + 24), let nameSize = reader.half(at + 28),
                let extraSize = reader.half(at + 30), let commentSize = reader.half(at + 32),
                let start = reader.word(at + 42), let name = reader.bytes(at + 46, nameSize)
            else { throw Self.damaged(place, "a damaged directory of files") }
            entries[String(decoding: name, as: UTF8.self)] = Entry(
                method: method, flags: flags, checksum: checksum, packedSize: packedSize, size: size, start: start)
            at += 46 + nameSize + extraSize + commentSize
        }
        self.entries = entries
    }

    /// The contents of one file.
    /// - Throws: `IbexError` of kind `file` where there is none of that name, where it is damaged, encrypted or packed
    ///   by another method.
    func contents(of name: String) throws -> [UInt8] {
        guard let entry = entries[name] else {
            throw IbexError(
                .file, at: place, found: "the files " + entries.keys.sorted().joined(separator: ", "),
                expected: "\(name) among them")
        }
        let place = "\(place), \(name)"
        let reader = LittleEndian(bytes)
        guard reader.word(entry.start) == 0x0403_4b50, let nameSize = reader.half(entry.start + 26),
            let extraSize = reader.half(entry.start + 28),
            let packed = reader.bytes(entry.start + 30 + nameSize + extraSize, entry.packedSize)
        else { throw Self.damaged(place, "a damaged header") }
        let contents: [UInt8]
        switch entry.flags & 1 == 0 ? entry.method : -1 {
        case 0: contents = Array(packed)
        case 8: contents = try Self.inflated(packed, to: entry.size, place)
        default:
            throw IbexError(
                .file, at: place, found: "packing method \(entry.method), flags \(entry.flags)",
                expected: "a file stored or deflated, and not encrypted")
        }
        let checksum = crc32(0, contents, UInt32(contents.count))
        guard contents.count == entry.size, Int(checksum) == entry.checksum else {
            throw Self.damaged(place, "another checksum or size than its directory says")
        }
        return contents
    }

    /// Deflate's best ratio bounds what a packed file can ask for.
    private static func inflated(_ packed: ArraySlice<UInt8>, to size: Int, _ place: String) throws -> [UInt8] {
        guard size <= packed.count * 1032 else { throw damaged(place, "a size that its data cannot fill") }
        var stream = z_stream()
        guard ibex_inflate_init_raw(&stream) == Z_OK else {
            throw IbexError(.memory, at: place, found: "no memory to unpack with", expected: "about 50 kB")
        }
        defer { inflateEnd(&stream) }
        var source = Array(packed)
        return try [UInt8](unsafeUninitializedCapacity: size) { target, filled in
            let status = source.withUnsafeMutableBufferPointer { source in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(size)
                return inflate(&stream, Z_FINISH)
            }
            filled = size - Int(stream.avail_out)
            guard status == Z_STREAM_END else { throw damaged(place, "packed data that does not unpack") }
        }
    }

    private static func damaged(_ place: String, _ found: String) -> IbexError {
        IbexError(
            .file, at: place, found: found, expected: "a whole zip archive",
            remedy: "The file is damaged or something else: remove it and fetch it again.")
    }
}

/// Numbers at places of a file's bytes; `nil` beyond its end.
private struct LittleEndian {
    private let all: [UInt8]

    init(_ bytes: [UInt8]) { all = bytes }

    func bytes(_ start: Int, _ count: Int) -> ArraySlice<UInt8>? {
        guard start >= 0, count >= 0, count <= all.count, start <= all.count - count else { return nil }
        return all[start..<start + count]
    }

    func half(_ start: Int) -> Int? { number(start, 2) }
    func word(_ start: Int) -> Int? { number(start, 4) }

    private func number(_ start: Int, _ count: Int) -> Int? {
        bytes(start, count)?.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
