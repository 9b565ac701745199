import CIbexHDF5File
import Glibc
import IbexArrays
import IbexGraph

/// An open file that holds an HDF5 file, or has one inside; it stays open, and the same, as long as an array of it is
/// around.
final class HDF5Source: Sendable {
    let path: String
    let section: ibex_h5_section

    /// - Parameter range: the bytes of the file to take; all of them where it is `nil`.
    init(_ path: String, range: Range<Int>?) throws {
        self.path = path
        let opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard opened >= 0 else { throw IbexError.system(path, expected: "a file that can be read") }
        defer { close(opened) }
        var status = stat()
        guard fstat(opened, &status) == 0 else { throw IbexError.system(path, expected: "a file that can be read") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw IbexError(.file, at: path, found: "a folder or a device", expected: "a file")
        }
        let bytes = 0..<Int(status.st_size)
        let range = range ?? bytes
        guard range.lowerBound >= 0, range.upperBound <= bytes.upperBound else {
            throw IbexError(
                .file, at: path, found: "\(bytes.count) bytes", expected: "at least \(range.upperBound)",
                remedy: "The file is cut off.")
        }
        // The child closes the standard streams.
        let descriptor = fcntl(opened, F_DUPFD_CLOEXEC, 3)
        guard descriptor >= 0 else { throw IbexError.system(path, expected: "a file that can be read") }
        section = ibex_h5_section(
            descriptor: descriptor, offset: UInt64(range.lowerBound), length: UInt64(range.count))
    }

    deinit { close(section.descriptor) }

    /// What the file's arrays may have together, in bytes: deflate makes at most 1032 bytes of one.
    var mostArrayBytes: Int { Int(min(section.length, 1 << 50)) * 1032 + (1 << 20) }

    /// What the structure may take to read, in seconds of processor time: a sound file of 28 MB and 50,000 groups and
    /// arrays takes 1.3 of them, one of a thousand 0.03.
    var tableSeconds: Double { min(0.5 + Double(section.length) / 5e6, 5) }

    /// Fills a buffer with the section's bytes from a position on.
    func read(at position: Int, into target: UnsafeMutableRawBufferPointer) throws {
        var done = 0
        while done < target.count {
            let at = off_t(Int(section.offset) + position + done)
            let count = pread(section.descriptor, target.baseAddress! + done, target.count - done, at)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw IbexError.system(path, expected: "a file that can be read") }
            guard count > 0 else {
                throw IbexError(
                    .file, at: path, found: "an end at byte \(at)", expected: "\(target.count - done) bytes more",
                    remedy: "The file has changed since it was opened.")
            }
            done += count
        }
    }
}
