import IbexArrays
import IbexGraph

/// The formats of model files, told apart by their first bytes when they are read: Keras 2 wrote HDF5 files named `.keras`
/// too. When they are written, the name decides.
enum ModelFileFormat {
    case hdf5, archive

    /// - Throws: `IbexError` of kind `file` for a file that is neither.
    init(contentsOf path: String) throws {
        let file = try InputFile(path)
        var start = [UInt8](repeating: 0, count: min(4, file.byteCount))
        try start.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }
        if start == [0x50, 0x4B, 0x03, 0x04] {
            self = .archive
        } else if start == [0x89, 0x48, 0x44, 0x46] {
            self = .hdf5
        } else {
            throw IbexError(
                .file, at: path, found: "a file that begins with the bytes \(start)",
                expected: "a Keras model or its weights: HDF5, or a zip archive")
        }
    }
}

extension String {
    /// Whether a path ends as one of several, in any case.
    func hasExtension(_ extensions: String...) -> Bool {
        let name = lowercased()
        return extensions.contains { name.hasSuffix($0) }
    }
}
