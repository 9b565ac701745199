import Glibc
import IbexGraph

/// A file in the system's folder for temporary files that is gone when its function returns; a descriptor that was opened
/// in the meantime still reads it.
struct TemporaryFile {
    let path: String
    private let descriptor: Int32

    private static let pieceBytes = 1 << 20

    static func with<Result>(_ body: (TemporaryFile) throws -> Result) throws -> Result {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var name = Array("\(folder)/ibex-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0, fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else {
            throw failure(folder, "a folder that a temporary file can be written to")
        }
        let bytes = name.dropLast().map { UInt8(bitPattern: $0) }
        let file = TemporaryFile(path: String(decoding: bytes, as: UTF8.self), descriptor: descriptor)
        defer {
            unlink(file.path)
            close(descriptor)
        }
        return try body(file)
    }

    /// Writes bytes that a source gives piece by piece.
    func write(_ byteCount: Int, from source: (UnsafeMutableRawBufferPointer) throws -> Void) throws {
        var rest = byteCount
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(rest, Self.pieceBytes), alignment: 64)
        defer { buffer.deallocate() }
        while rest > 0 {
            let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(rest, buffer.count)])
            try source(piece)
            try write(UnsafeRawBufferPointer(piece))
            rest -= piece.count
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure(path, "room for \(bytes.count) bytes more") }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    private static func failure(_ path: String, _ expected: String) -> IbexError {
        IbexError(
            .file, at: path, found: String(cString: strerror(errno)), expected: expected,
            remedy: "TMPDIR names the folder for temporary files.")
    }
}
