import CIbexZip
import Glibc
import IbexGraph
import Synchronization

/// A zip archive that is read: NumPy's `.npz`, Keras's `.keras`. Its files are stored or deflated.
///
/// What an archive says of itself is not believed: sizes are held against what deflate can make of the packed bytes and
/// those against the archive's size, names must be unique and lead nowhere else, and a file's checksum must hold.
/// libzip does the reading.
///
///     let archive = try ZipArchive(path: "model.keras")
///     let config = try archive.contents(of: "config.json")
// The handle is used under the lock alone.
package final class ZipArchive: @unchecked Sendable {
    /// A file in the archive.
    package struct Member: Sendable, Hashable {
        package let name: String
        /// Unpacked.
        package let byteCount: Int
        package let packedByteCount: Int
        let index: UInt64
        let method: Int32
        let isEncrypted: Bool
    }

    package let place: String
    /// In the archive's order.
    package private(set) var members: [Member] = []
    /// Where the archive lies; `nil` for one in memory.
    let file: InputFile?
    private let handle: OpaquePointer
    private let lock = Mutex(())

    /// - Throws: `IbexError` of kind `file` for what cannot be read or is no zip archive.
    package convenience init(path: String) throws {
        let file = try InputFile(path)
        var code: Int32 = 0
        // libzip closes the descriptor where it succeeds.
        let descriptor = dup(file.descriptor)
        guard let handle = zip_fdopen(descriptor, 0, &code) else {
            close(descriptor)
            throw Self.damaged(path, Self.message(code))
        }
        try self.init(handle, file, byteCount: file.byteCount, place: path)
    }

    /// Reads an archive that is in memory.
    package convenience init(_ bytes: [UInt8], place: String) throws {
        guard let copy = malloc(max(bytes.count, 1)) else {
            throw IbexError(.memory, at: place, found: "no room for \(bytes.count) bytes", expected: "free memory")
        }
        bytes.withUnsafeBytes { copy.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(copy), byteCount: $0.count) }
        var error = zip_error_t()
        guard let source = zip_source_buffer_create(copy, UInt64(bytes.count), 1, &error) else {
            free(copy)
            throw Self.damaged(place, Self.message(error.zip_err))
        }
        guard let handle = zip_open_from_source(source, ZIP_RDONLY, &error) else {
            zip_source_free(source)
            throw Self.damaged(place, Self.message(error.zip_err))
        }
        try self.init(handle, nil, byteCount: bytes.count, place: place)
    }

    private init(_ handle: OpaquePointer, _ file: InputFile?, byteCount: Int, place: String) throws {
        self.handle = handle
        self.file = file
        self.place = place
        // libzip takes no bytes at all for an archive without files.
        guard byteCount > 0 else { throw Self.damaged(place, "an empty file") }
        members = try Self.members(of: handle, place)
        try Self.check(members, byteCount: byteCount, place)
    }

    deinit { zip_discard(handle) }

    /// The file of that name.
    /// - Throws: `IbexError` of kind `file` that lists what there is, where there is none.
    package func member(_ name: String) throws -> Member {
        guard let member = members.first(where: { $0.name == name }) else {
            let names = members.map(\.name)
            let listed = names.prefix(20).joined(separator: ", ") + (names.count > 20 ? ", …" : "")
            throw IbexError(
                .file, at: place, found: "the files \(listed)", expected: "\(name) among them")
        }
        return member
    }

    /// The contents of one file.
    /// - Throws: `IbexError` of kind `file` where there is none of that name, where it is damaged, encrypted or packed
    ///   by another method.
    package func contents(of name: String) throws -> [UInt8] { try contents(of: member(name)) }

    /// The contents of one file.
    /// - Throws: as `contents(of:)` of a name.
    package func contents(of member: Member) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: member.byteCount) { target, count in
            let target = UnsafeMutableRawBufferPointer(start: target.baseAddress, count: member.byteCount)
            try read(member) { source in try source(target) }
            count = member.byteCount
        }
    }

    /// Lets a function read one file from its beginning; what it reads is right if this returns and all was read.
    ///
    /// - Throws: as `contents(of:)`, and what the function throws.
    package func read(_ member: Member, _ body: (ByteSource) throws -> Void) throws {
        let place = "\(place), \(member.name)"
        guard !member.isEncrypted, member.method == ZIP_CM_STORE || member.method == ZIP_CM_DEFLATE else {
            throw IbexError(
                .file, at: place, found: member.isEncrypted ? "an encrypted file" : "packing method \(member.method)",
                expected: "a file stored or deflated, and not encrypted")
        }
        guard let file = lock.withLock({ _ in zip_fopen_index(handle, member.index, 0) }) else {
            throw Self.damaged(place, String(cString: zip_strerror(handle)))
        }
        defer { _ = lock.withLock { _ in zip_fclose(file) } }
        var rest = member.byteCount
        try body { target in
            guard target.count <= rest else {
                throw Self.damaged(place, "\(rest) bytes more", expected: "\(target.count)")
            }
            rest -= target.count
            var done = 0
            while done < target.count {
                let count = lock.withLock { _ in
                    zip_fread(file, target.baseAddress! + done, UInt64(target.count - done))
                }
                guard count > 0 else { throw Self.damaged(place, Self.message(file)) }
                done += Int(count)
            }
        }
        // The checksum is compared at the end of the file.
        var extra: UInt8 = 0
        guard rest > 0 || lock.withLock({ _ in zip_fread(file, &extra, 1) }) == 0 else {
            throw Self.damaged(place, Self.message(file))
        }
    }
}

extension ZipArchive {
    private static func members(of handle: OpaquePointer, _ place: String) throws -> [Member] {
        try (0..<UInt64(clamping: zip_get_num_entries(handle, 0))).map { index in
            var status = zip_stat_t()
            guard zip_stat_index(handle, index, 0, &status) == 0, let name = status.name,
                let size = Int(exactly: status.size), let packedSize = Int(exactly: status.comp_size)
            else { throw damaged(place, "a damaged directory of files") }
            return Member(
                name: String(cString: name), byteCount: size, packedByteCount: packedSize, index: index,
                method: Int32(status.comp_method), isEncrypted: status.encryption_method != ZIP_EM_NONE)
        }
    }

    /// Deflate's best ratio is 1032 to 1.
    private static func check(_ members: [Member], byteCount: Int, _ place: String) throws {
        var names: Set<String> = []
        var packed = 0
        for member in members {
            guard isPlain(member.name) else {
                throw damaged(place, "a file of the name \"\(member.name)\"", expected: "names inside the archive")
            }
            guard names.insert(member.name).inserted else {
                throw damaged(place, "two files of the name \(member.name)", expected: "each name once")
            }
            packed += min(member.packedByteCount, byteCount + 1)
            let limit = member.packedByteCount.multipliedReportingOverflow(by: 1032)
            guard packed <= byteCount, limit.overflow || member.byteCount <= limit.partialValue,
                member.method != ZIP_CM_STORE || member.isEncrypted || member.byteCount == member.packedByteCount
            else {
                throw damaged(
                    place, "\(member.byteCount) bytes packed in \(member.packedByteCount) for \(member.name)",
                    expected: "sizes that an archive of \(byteCount) bytes can have")
            }
        }
    }

    /// Whether a name stays inside the folder that somebody might unpack to.
    static func isPlain(_ name: String) -> Bool {
        let parts = name.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }
        return !parts[0].isEmpty && !parts.contains("..") && !(parts[0].count == 2 && parts[0].last == ":")
    }

    private static func message(_ file: OpaquePointer) -> String {
        let text = zip_file_strerror(file).map { String(cString: $0) } ?? "No error"
        return text == "No error" ? "fewer bytes than its directory says" : text
    }

    static func message(_ code: Int32) -> String {
        var error = zip_error_t()
        zip_error_init_with_code(&error, code)
        defer { zip_error_fini(&error) }
        return String(cString: zip_error_strerror(&error))
    }

    private static func damaged(_ place: String, _ found: String, expected: String = "a whole zip archive") -> IbexError
    {
        IbexError(
            .file, at: place, found: found, expected: expected,
            remedy: "The file is damaged or something else: fetch or write it again.")
    }
}
