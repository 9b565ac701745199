import CIbexZip
import IbexGraph

extension ZipArchive {
    /// A file to be written into an archive; what it holds is asked for when it is its turn.
    package struct NewMember: Sendable {
        enum Contents: Sendable {
            case made(byteCount: Int, @Sendable () throws -> [UInt8])
            case file(path: String)
        }

        let name: String
        let contents: Contents

        /// A file of bytes that are made when it is its turn.
        /// - Parameter make: makes exactly `byteCount` bytes.
        package init(_ name: String, byteCount: Int, _ make: @escaping @Sendable () throws -> [UInt8]) {
            self.name = name
            contents = .made(byteCount: byteCount, make)
        }

        /// A file of these bytes.
        package init(_ name: String, _ bytes: [UInt8]) { self.init(name, byteCount: bytes.count) { bytes } }

        /// A copy of a file on disk, piece by piece.
        package init(_ name: String, copyOf path: String) {
            self.name = name
            contents = .file(path: path)
        }
    }

    /// Writes an archive, in this order, with the date 1980-01-01 for every file, so that equal contents make equal
    /// archives.
    ///
    /// - Parameter compressed: whether files are deflated; else they are stored.
    /// - Throws: `IbexError` of kind `argument` for names that are no file's inside an archive, or none, or one twice; of
    ///   kind `file` where it cannot be written; what making the contents throws. The old file stays as it was.
    package static func write(_ members: [NewMember], to path: String, compressed: Bool = false) throws {
        try check(members, path)
        try AtomicFile.write(to: path) { temporary in
            var code: Int32 = 0
            guard let handle = zip_open(temporary, ZIP_TRUNCATE | ZIP_CREATE, &code) else {
                throw cannotWrite(path, message(code))
            }
            let sources: [MadeSource?]
            do {
                sources = try members.map { try add($0, to: handle, compressed: compressed, path) }
            } catch {
                zip_discard(handle)
                throw error
            }
            guard zip_close(handle) != 0 else { return }
            let failure = sources.lazy.compactMap { $0?.failure }.first
            let message = String(cString: zip_strerror(handle))
            zip_discard(handle)
            throw failure ?? cannotWrite(path, message)
        }
    }

    private static func check(_ members: [NewMember], _ path: String) throws {
        var names: Set<String> = []
        for member in members where !isPlain(member.name) || !names.insert(member.name).inserted {
            throw IbexError(
                .argument, at: path, found: "a file of the name \"\(member.name)\"",
                expected: "names of files inside an archive, each once")
        }
        guard !members.isEmpty else {
            throw IbexError(.argument, at: path, found: "no files for an archive", expected: "at least one")
        }
    }

    private static func add(
        _ member: NewMember, to handle: OpaquePointer, compressed: Bool, _ path: String
    ) throws -> MadeSource? {
        var made: MadeSource?
        let source: OpaquePointer?
        switch member.contents {
        case .made(let byteCount, let make):
            let contents = MadeSource(byteCount: byteCount, make)
            made = contents
            source = contents.source(for: handle)
        case .file(let path): source = zip_source_file(handle, path, 0, -1)
        }
        guard let source else { throw cannotWrite(path, String(cString: zip_strerror(handle))) }
        let index = zip_file_add(handle, member.name, source, ZIP_FL_ENC_UTF_8)
        guard index >= 0 else {
            zip_source_free(source)
            throw cannotWrite(path, String(cString: zip_strerror(handle)))
        }
        let method = compressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE
        guard zip_set_file_compression(handle, UInt64(index), method, 0) == 0,
            zip_file_set_dostime(handle, UInt64(index), 0, firstDay, 0) == 0
        else { throw cannotWrite(path, String(cString: zip_strerror(handle))) }
        return made
    }

    /// 1980-01-01: years since 1980 in bits 9 to 15, the month in 5 to 8, the day below.
    private static let firstDay: UInt16 = 0 << 9 | 1 << 5 | 1

    private static func cannotWrite(_ path: String, _ found: String) -> IbexError {
        IbexError(
            .file, at: path, found: found, expected: "a zip archive that can be written",
            remedy: "The file is as it was before.")
    }
}

/// Bytes that libzip asks for when it is their turn.
private final class MadeSource {
    private let byteCount: Int
    private let make: () throws -> [UInt8]
    private var bytes: [UInt8] = []
    private var position = 0
    /// What making the bytes threw.
    private(set) var failure: (any Error)?

    init(byteCount: Int, _ make: @escaping () throws -> [UInt8]) {
        self.byteCount = byteCount
        self.make = make
    }

    /// libzip holds the object until it frees the source.
    func source(for handle: OpaquePointer) -> OpaquePointer? {
        let held = Unmanaged.passRetained(self)
        let source = zip_source_function(
            handle,
            { state, data, length, command in
                guard let state else { return -1 }
                let held = Unmanaged<MadeSource>.fromOpaque(state)
                guard command != ZIP_SOURCE_FREE else {
                    held.release()
                    return 0
                }
                return held.takeUnretainedValue().answer(
                    command, UnsafeMutableRawBufferPointer(start: data, count: Int(length)))
            }, held.toOpaque())
        if source == nil { held.release() }
        return source
    }

    private func answer(_ command: zip_source_cmd_t, _ data: UnsafeMutableRawBufferPointer) -> Int64 {
        switch command {
        case ZIP_SOURCE_SUPPORTS:
            return [
                ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE,
            ]
            .reduce(0) { $0 | 1 << Int64($1.rawValue) }
        case ZIP_SOURCE_OPEN:
            do {
                bytes = try make()
            } catch {
                failure = error
                return -1
            }
            position = 0
            return bytes.count == byteCount ? 0 : -1
        case ZIP_SOURCE_READ:
            let count = min(data.count, bytes.count - position)
            data.copyBytes(from: bytes[position..<position + count])
            position += count
            return Int64(count)
        case ZIP_SOURCE_CLOSE:
            bytes = []
            return 0
        case ZIP_SOURCE_STAT:
            guard let status = data.baseAddress?.assumingMemoryBound(to: zip_stat_t.self) else { return -1 }
            zip_stat_init(status)
            status.pointee.size = UInt64(byteCount)
            status.pointee.valid = UInt64(ZIP_STAT_SIZE)
            return Int64(MemoryLayout<zip_stat_t>.size)
        case ZIP_SOURCE_ERROR:
            data.withMemoryRebound(to: Int32.self) { codes in
                codes[0] = ZIP_ER_INTERNAL
                codes[1] = 0
            }
            return Int64(2 * MemoryLayout<Int32>.size)
        default: return -1
        }
    }
}
