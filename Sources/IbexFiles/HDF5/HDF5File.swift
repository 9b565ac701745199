import CIbexHDF5File
import Glibc
import IbexArrays
import IbexGraph

/// Reads and writes HDF5 files with libhdf5.
///
/// libhdf5 crashes and hangs on damaged files. So a child process reads the file's structure under limits of time and
/// memory, and what it answers is checked as the file itself would be; elements that lie in the file as they do in
/// memory are then read without libhdf5, others by another child. What is damaged is an error, never a crash.
package enum HDF5File {
    /// Names and attributes take this at most, in bytes.
    private static let mostTableBytes = 64 << 20

    /// Reads the structure of a file; its arrays are read when they are asked for, also after the file was replaced.
    ///
    /// Attributes other than texts and numbers are left out, and so are arrays whose elements `DType` does not have in
    /// any width, such as texts.
    ///
    /// - Throws: `IbexError` of kind `file` where the file cannot be read or is not HDF5, is damaged, or is made to
    ///   harm: links to paths or other files, groups in circles, more than 50,000 objects, 64 levels, or bytes
    ///   that a file of its size cannot hold.
    package static func read(_ path: String) throws -> HDF5Group { try read(InputFile(path)) }

    /// Reads the structure of a file that is open.
    ///
    /// - Parameter range: the bytes of the file that are the HDF5 file, for one that lies in an archive as it is.
    /// - Throws: as `read` of a path.
    package static func read(_ file: InputFile, range: Range<Int>? = nil) throws -> HDF5Group {
        let source = try HDF5Source(file, range: range)
        return try withTable(of: source) { try group(of: $0, in: source) }
    }

    /// What the child says of a file's structure, for tests of the reader of it.
    ///
    /// - Throws: as `read`.
    package static func table(of path: String) throws -> [UInt8] {
        try withTable(of: HDF5Source(InputFile(path))) { Array($0) }
    }

    /// What a child's answer about a file means.
    ///
    /// - Throws: `IbexError` of kind `file` where it makes no sense, or says more than the file can hold.
    package static func group(of table: [UInt8], at path: String) throws -> HDF5Group {
        let source = try HDF5Source(InputFile(path))
        return try table.withUnsafeBytes { try group(of: $0, in: source) }
    }

    private static func group(of table: UnsafeRawBufferPointer, in source: HDF5Source) throws -> HDF5Group {
        var table = HDF5Table(table, source)
        return try table.root()
    }

    private static func withTable<Result>(
        of source: HDF5Source, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        try requireSignature(source)
        let limits = ibex_h5_limits(processorSeconds: source.tableSeconds, seconds: 60, bytes: 512 << 20)
        return try HDF5Child.answer(
            of: source, capacity: mostTableBytes, while: "the names", limits: limits, ibex_h5_read_table, body)
    }

    /// Looks for the signature where HDF5 allows it; most files that are no HDF5 need no child to be told so.
    private static func requireSignature(_ source: HDF5Source) throws {
        let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
        var position = 0
        while position + signature.count <= Int(source.section.length) {
            var found = [UInt8](repeating: 0, count: signature.count)
            try found.withUnsafeMutableBytes { try source.read(at: position, into: $0) }
            if found == signature { return }
            position = max(512, position * 2)
        }
        throw IbexError(
            .file, at: source.path, found: "no HDF5 signature in \(source.section.length) bytes",
            expected: "an HDF5 file")
    }
}
