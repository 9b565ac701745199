import Glibc
import IbexGraph

/// Writes files so that there is a whole one at every moment: the old one, then the new one.
///
/// The contents go to a file of another name in the same folder, which is flushed to the disk and renamed; then the
/// folder is flushed. An error, a full disk or a kill before the renaming leaves the old file as it was. What an error
/// leaves behind is removed at once, what a kill leaves behind by the next write to the same path.
///
/// The new file has the old one's permissions; a symbolic link stays one, and its target is replaced.
///
///     try AtomicFile.write(to: "weights.h5") { temporaryPath in try export(to: temporaryPath) }
package enum AtomicFile {
    /// Lets a function write the file under its temporary name, where an empty file lies; the function may also rename
    /// another file onto it.
    ///
    /// - Throws: what the function throws; `IbexError` of kind `file` where the folder or the file cannot be written.
    package static func write(to path: String, _ body: (_ temporaryPath: String) throws -> Void) throws {
        let target = try TargetFile(path)
        target.removeLeftovers()
        let temporary = try target.makeTemporary()
        do {
            try body(temporary)
            try flush(temporary, mode: target.mode, place: path)
            guard rename(temporary, target.path) == 0 else { throw cannotReplace(path) }
        } catch {
            unlink(temporary)
            throw error
        }
        try flushFolder(target.folder, place: path)
    }

    /// Lets a function write the file from front to back.
    ///
    ///     try AtomicFile.withFile(at: path) { file in try file.write(header) }
    ///
    /// - Throws: as `write(to:_:)`.
    package static func withFile(at path: String, _ body: (OutputFile) throws -> Void) throws {
        try write(to: path) { temporary in try body(OutputFile(temporary, place: path)) }
    }

    /// Writes these bytes.
    ///
    /// - Throws: as `write(to:_:)`.
    package static func write(_ bytes: [UInt8], to path: String) throws {
        try withFile(at: path) { try $0.write(bytes) }
    }

    private static func flush(_ temporary: String, mode: mode_t?, place: String) throws {
        let descriptor = open(temporary, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw cannotReplace(place) }
        defer { close(descriptor) }
        if let mode, fchmod(descriptor, mode) != 0 { throw cannotReplace(place) }
        guard fsync(descriptor) == 0 else { throw cannotReplace(place) }
    }

    /// Some file systems cannot flush a folder, and say EINVAL; they have nothing to flush.
    private static func flushFolder(_ folder: String, place: String) throws {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw cannotReplace(place) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw cannotReplace(place) }
    }

    private static func cannotReplace(_ path: String) -> IbexError {
        .system(path, expected: "a file that can be replaced and flushed to the disk")
    }
}
