import IbexGraph
import IbexRuntime

/// A data set published as files that belong together, and where it is looked for.
struct PublishedDataset: Sendable {
    let name: String
    /// Where the files lie inside a folder of data sets: the first that holds one is taken, an empty one is the folder
    /// itself. A download goes to the first.
    let places: [String]
    let files: [DatasetFile]
    /// Addresses of folders that hold the files as published; the first that answers is taken.
    let mirrors: [String]
    /// What serves as well as the files, for messages.
    var otherForm = ""

    /// The folders that the set is looked for in, in this order: in what `IBEX_DATA_DIR` names, in Ibex's cache, in
    /// Keras's.
    func folders(_ folders: Folders) -> [String] {
        let parents = [folders.data, folders.cache, folders.keras + "/datasets"].compactMap(\.self)
        return parents.flatMap { parent in places.map { $0.isEmpty ? parent : parent + "/" + $0 } }
    }

    /// The first folder that holds a file of the set; nothing is read.
    func folder(among candidates: [String]) -> String? {
        candidates.first { folder in files.contains { $0.path(in: folder) != nil } }
    }

    /// The first of the known folders that holds a file of the set, Ibex's cache after a download where none does and
    /// `download` is true.
    /// - Throws: `IbexError` of kind `file` where the set is not found and cannot be had.
    func folder(download: Bool, _ folders: Folders) throws -> String {
        let known = self.folders(folders)
        if let folder = folder(among: known) { return folder }
        guard download else { throw missing(from: known) }
        return try fetch(to: folders)
    }

    /// Downloads the files to Ibex's cache and returns their folder.
    func fetch(to folders: Folders) throws -> String {
        let target = places.first.map { folders.cache + "/" + $0 } ?? folders.cache
        try download(to: target)
        return target
    }

    /// Where each of the files lies in a folder, in the order of `files`.
    /// - Throws: `IbexError` of kind `file` where the folder lacks some of them.
    func paths(in folder: String) throws -> [String] {
        let paths = files.map { $0.path(in: folder) }
        if paths.allSatisfy({ $0 == nil }) { throw missing(from: [folder]) }
        return try zip(files, paths).map { file, path in
            guard let path else {
                throw IbexError(
                    .file, at: folder, found: "some files of \(name), but no \(file.name)", expected: fileNames)
            }
            return path
        }
    }

    /// The error that says where a data set was looked for.
    func missing(from folders: [String]) -> IbexError {
        IbexError(
            .file, at: name, found: "none of its files in " + folders.joined(separator: ", "), expected: fileNames,
            remedy: "Set IBEX_DATA_DIR to the folder that holds them, or allow the download.")
    }

    private var fileNames: String {
        let packed = files.contains { $0.publishedName != $0.name }
        return files.map(\.name).joined(separator: ", ") + (packed ? ", gzipped or not" : "") + otherForm
    }
}
