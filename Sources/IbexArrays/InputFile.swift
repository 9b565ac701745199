import Dispatch
import Glibc
import IbexGraph
import Synchronization

/// Gives the next bytes of something: as many as the buffer takes.
///
/// Throws where there are fewer.
package typealias ByteSource = (UnsafeMutableRawBufferPointer) throws -> Void

/// A plain file that is read at any place, from any thread; it stays the same file when another takes its name.
package final class InputFile: Sendable {
    package let place: String
    package let byteCount: Int
    package let descriptor: Int32

    /// - Throws: `IbexError` of kind `file` where it cannot be opened or is no plain file.
    package init(_ path: String) throws {
        place = path
        // Without O_NONBLOCK, a named pipe would wait for somebody who writes to it.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        var status = stat()
        let isOpen = descriptor >= 0 && fstat(descriptor, &status) == 0
        byteCount = isOpen ? Int(status.st_size) : 0
        guard isOpen else { throw IbexError.system(path, expected: "a readable file") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw IbexError(.file, at: path, found: "something that is no plain file", expected: "a readable file")
        }
    }

    deinit { close(descriptor) }

    /// Fills a buffer with the bytes from `offset` on; a large one on several threads.
    /// - Throws: `IbexError` of kind `file` where the file ends before, or cannot be read.
    package func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws {
        guard target.count >= Self.large else { return try readPiece(at: offset, into: target) }
        target.preferLargePages()
        let failure = Mutex<(any Error)?>(nil)
        // Each thread writes to a piece of its own.
        nonisolated(unsafe) let target = target
        DispatchQueue.concurrentPerform(iterations: (target.count - 1) / Self.large + 1) { number in
            let start = number * Self.large
            let piece = target[start..<min(start + Self.large, target.count)]
            do {
                try readPiece(at: offset + start, into: UnsafeMutableRawBufferPointer(rebasing: piece))
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    private static let large = 4 << 20

    private func readPiece(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws {
        var done = 0
        while done < target.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: target[done...])
            let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw IbexError.system(place, expected: "a readable file") }
            guard count > 0 else {
                throw IbexError(
                    .file, at: place, found: "the end of the file after \(offset + done) bytes",
                    expected: "\(target.count) bytes from \(offset) on", remedy: "The file is cut short.")
            }
            done += count
        }
    }

    /// All bytes.
    /// - Throws: as `read(at:into:)`.
    package func contents() throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: byteCount) { target, count in
            try read(at: 0, into: UnsafeMutableRawBufferPointer(start: target.baseAddress, count: byteCount))
            count = byteCount
        }
    }

    /// All bytes of the file with this path.
    ///
    /// - Parameter expected: what it should be, for errors.
    /// - Throws: `IbexError` of kind `file` where it cannot be read.
    package static func contents(of path: String, expected: String) throws -> [UInt8] {
        do { return try InputFile(path).contents() } catch var error as IbexError {
            error.expected = expected
            throw error
        }
    }

    /// The bytes from `offset` on, one piece after the other.
    package func source(at offset: Int = 0) -> ByteSource {
        var position = offset
        return { target in
            try self.read(at: position, into: target)
            position += target.count
        }
    }
}
