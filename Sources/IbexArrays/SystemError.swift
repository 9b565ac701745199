import Glibc
import IbexGraph

extension IbexError {
    /// What the system just said, `errno`, about a file.
    ///
    ///     guard fsync(descriptor) == 0 else { throw IbexError.system(path, expected: "room on the disk") }
    package static func system(_ path: String, expected: String, remedy: String = "") -> IbexError {
        IbexError(.file, at: path, found: String(cString: strerror(errno)), expected: expected, remedy: remedy)
    }
}
