import Glibc
import IbexGraph

/// One file of a published data set: its name, what it must hold, and the digest that says that it does.
struct DatasetFile: Sendable {
    let name: String
    let shape: Shape
    /// The SHA-256 of the unpacked file.
    let digest: String

    /// Where the file lies in a folder, gzipped or not; `nil` where it does not.
    func path(in folder: String) -> String? {
        [name, name + ".gz"].map { folder + "/" + $0 }.first { access($0, F_OK) == 0 }
    }

    /// Reads a file and checks it.
    /// - Throws: `IbexError` of kind `file` for everything that `IDXArray` refuses, other extents, another digest.
    func read(at path: String) throws -> IDXArray {
        let array = try IDXArray(contentsOf: path)
        guard array.shape == shape else {
            throw IbexError(
                .file, at: path, found: "the extents \(array.shape)", expected: "\(shape), as \(name) has",
                remedy: "Is this the file of another data set?")
        }
        guard array.digest == digest else {
            throw IbexError(
                .file, at: path, found: "the SHA-256 \(array.digest)", expected: "\(digest), the digest of \(name)",
                remedy: "The file is damaged or of another data set: remove it and fetch it again.")
        }
        return array
    }
}

/// A data set published as several files that belong together.
struct PublishedDataset: Sendable {
    let name: String
    let files: [DatasetFile]
    /// Addresses of folders that hold the files, gzipped; the first that answers is taken.
    let mirrors: [String]

    /// Reads all files from the first folder that holds one of them.
    ///
    /// - Returns: the arrays in the order of `files`; `nil` where no folder holds any.
    /// - Throws: `IbexError` of kind `file` where the folder lacks some of the files, or one is not what it should be.
    func read(from folders: [String]) throws -> [IDXArray]? {
        for folder in folders {
            let paths = files.map { $0.path(in: folder) }
            if paths.allSatisfy({ $0 == nil }) { continue }
            return try zip(files, paths).map { file, path in
                guard let path else {
                    throw IbexError(
                        .file, at: folder, found: "some files of \(name), but no \(file.name)",
                        expected: files.map(\.name).joined(separator: ", ") + ", gzipped or not")
                }
                return try file.read(at: path)
            }
        }
        return nil
    }

    /// The error that says where a data set was looked for.
    func missing(from folders: [String]) -> IbexError {
        IbexError(
            .file, at: name, found: "none of its files in " + folders.joined(separator: ", "),
            expected: files.map(\.name).joined(separator: ", ") + ", gzipped or not",
            remedy: "Set IBEX_DATA_DIR to the folder that holds them, or allow the download.")
    }
}
