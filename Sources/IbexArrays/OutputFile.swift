import Glibc
import IbexGraph

/// A file that is written from front to back.
package final class OutputFile {
    /// What errors call it: the path that the user gave, whatever name the file has for the moment.
    let place: String
    private let descriptor: Int32
    private let buffer = ArrayBuffer()
    /// The bytes written so far.
    package private(set) var byteCount = 0

    /// Opens a file that exists, and empties it.
    init(_ path: String, place: String) throws {
        self.place = place
        descriptor = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        guard descriptor >= 0 else { throw IbexError.system(place, expected: "a file that can be written to") }
    }

    deinit { close(descriptor) }

    /// Writes all of the bytes.
    /// - Throws: `IbexError` of kind `file` where the system does not take them: a full disk, a quota, a limit.
    package func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                throw IbexError.system(
                    place, expected: "room for \(bytes.count) bytes after the first \(byteCount)",
                    remedy: "The file is as it was before.")
            }
            byteCount += count
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Writes all of the bytes.
    package func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

    /// Reads an array and writes it; the bytes of one array are held at a time.
    package func write(_ array: StoredArray) throws { try buffer.withBytes(of: array) { try write($0) } }
}
