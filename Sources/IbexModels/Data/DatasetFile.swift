import Glibc
import IbexGraph

/// One file of a published data set: its names and the digest that says that it is whole.
struct DatasetFile: Sendable {
    /// A SHA-256 of the file as it is published or of what it unpacks to.
    enum Digest: Sendable {
        case published(String)
        case unpacked(String)
    }

    /// The name of the file that is read, without the packing.
    let name: String
    /// The name that its mirrors have it under.
    let publishedName: String
    /// `nil` where none is known: then the file's size and what it holds must do.
    let digest: Digest?

    /// - Parameter packing: what the published name has behind the name: `.gz`, or nothing.
    init(name: String, packing: String = ".gz", digest: Digest?) {
        self.name = name
        publishedName = name + packing
        self.digest = digest
    }

    /// Where the file lies in a folder, packed or not; `nil` where it does not.
    func path(in folder: String) -> String? {
        [name, publishedName].map { folder + "/" + $0 }.first { access($0, F_OK) == 0 }
    }

    /// Whether a file in a folder bears the published name, which its digest may stand for.
    func isPublished(_ path: String) -> Bool { path.hasSuffix("/" + publishedName) }

    /// Reads a file from front to back and checks it.
    ///
    /// - Parameter isPublished: whether the file is as its mirrors have it; one that somebody unpacked cannot be held
    ///   against the digest of the packed one, and is not.
    /// - Throws: `IbexError` of kind `file` for a file that cannot be read or has another digest.
    func check(at path: String, isPublished: Bool) throws {
        switch digest {
        case .published(let digest):
            if isPublished { try check(SHA256.digest(of: UnpackedBytes(path: path, unpacks: false)), digest, path) }
        case .unpacked(let digest): try check(SHA256.digest(of: UnpackedBytes(path: path)), digest, path)
        case nil: break
        }
    }

    /// Compares a digest.
    /// - Throws: `IbexError` of kind `file` for another.
    func check(_ found: String, _ expected: String, _ path: String) throws {
        guard found != expected else { return }
        throw IbexError(
            .file, at: path, found: "the SHA-256 \(found)", expected: "\(expected), the digest of \(name)",
            remedy: "The file is damaged or of another data set: remove it and fetch it again.")
    }
}
