import CIbexHDF5File
import Glibc
import IbexArrays
import IbexGraph

/// An open file that holds an HDF5 file, or has one inside; it stays open, and the same, as long as an array of it is
/// around.
final class HDF5Source: Sendable {
    let path: String
    let section: ibex_h5_section
    private let file: InputFile

    /// - Parameter range: the bytes of the file to take; all of them where it is `nil`.
    init(_ file: InputFile, range: Range<Int>? = nil) throws {
        self.file = file
        path = file.place
        let range = range ?? 0..<file.byteCount
        guard range.lowerBound >= 0, range.upperBound <= file.byteCount else {
            throw IbexError(
                .file, at: path, found: "\(file.byteCount) bytes", expected: "at least \(range.upperBound)",
                remedy: "The file is cut off.")
        }
        // The child closes the standard streams.
        let descriptor = fcntl(file.descriptor, F_DUPFD_CLOEXEC, 3)
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
        try file.read(at: Int(section.offset) + position, into: target)
    }
}
