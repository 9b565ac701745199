import IbexArrays
import IbexGraph

extension InputFile {
    /// All of a file.
    ///
    /// - Parameter expected: what it should be, for errors.
    /// - Throws: `IbexError` of kind `file` where it cannot be read.
    static func bytes(of path: String, expected: String) throws -> [UInt8] {
        do {
            let file = try InputFile(path)
            return try [UInt8](unsafeUninitializedCapacity: file.byteCount) { target, count in
                try file.read(
                    at: 0, into: UnsafeMutableRawBufferPointer(start: target.baseAddress, count: file.byteCount))
                count = file.byteCount
            }
        } catch var error as IbexError {
            error.expected = expected
            throw error
        }
    }
}
