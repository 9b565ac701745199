import IbexGraph

extension InputFile {
    /// All bytes of a file.
    ///
    /// - Parameter expected: what it should be, for errors.
    /// - Throws: `IbexError` of kind `file` where it cannot be read.
    package static func contents(of path: String, expected: String) throws -> [UInt8] {
        do { return try InputFile(path).contents() } catch var error as IbexError {
            error.expected = expected
            throw error
        }
    }
}
