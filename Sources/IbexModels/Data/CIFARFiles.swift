import IbexGraph
import IbexRuntime

/// CIFAR-10 as its authors publish it for C programs: six binary files of as many images each, five to train on and one
/// to test on, in one archive or unpacked from it.
///
/// A record is a byte for the class and three planes of 32x32 bytes, red, green and blue, each row by row.
/// Source: A. Krizhevsky, <https://www.cs.toronto.edu/~kriz/cifar.html>.
struct CIFARFiles: Sendable {
    /// 10,000 but in tests.
    let imagesPerFile: Int
    /// The archive.
    let archive: PublishedDataset
    /// The folder that it unpacks to.
    let unpacked: PublishedDataset

    static let folderName = "cifar-10-batches-bin"
    private static let trainNames = (1...5).map { "data_batch_\($0).bin" }
    private static let testName = "test_batch.bin"

    init(imagesPerFile: Int, digest: String, mirrors: [String]) {
        self.imagesPerFile = imagesPerFile
        archive = PublishedDataset(
            name: "CIFAR-10", places: ["cifar-10", ""],
            files: [DatasetFile(name: "cifar-10-binary.tar.gz", packing: "", digest: .published(digest))],
            mirrors: mirrors, otherForm: " or the folder \(Self.folderName) that it unpacks to")
        unpacked = PublishedDataset(
            name: "CIFAR-10", places: ["cifar-10/\(Self.folderName)", Self.folderName],
            files: (Self.trainNames + [Self.testName]).map { DatasetFile(name: $0, packing: "", digest: nil) },
            mirrors: [])
    }

    /// The images and classes from the first of the known folders that has them, unpacked or as the archive.
    func images(
        _ format: ImageDataFormat, download: Bool, folders: Folders = Folders()
    ) throws -> (train: CIFARImages, test: CIFARImages) {
        if let folder = unpacked.folder(among: unpacked.folders(folders)) {
            return try images(format, unpackedTo: folder)
        }
        return try images(format, in: archive.folder(download: download, folders))
    }

    /// The images and classes from one folder, which holds the six files, their folder, or the archive.
    func images(_ format: ImageDataFormat, in folder: String) throws -> (train: CIFARImages, test: CIFARImages) {
        if let found = unpacked.folder(among: [folder, folder + "/" + Self.folderName]) {
            return try images(format, unpackedTo: found)
        }
        let path = try archive.paths(in: folder)[0]
        try archive.files[0].check(at: path, isPublished: true)
        return try images(format, archive: path)
    }

    private func images(
        _ format: ImageDataFormat, unpackedTo folder: String
    ) throws -> (train: CIFARImages, test: CIFARImages) {
        var parts = empty(format)
        for (file, path) in zip(unpacked.files, try unpacked.paths(in: folder)) {
            try add(UnpackedBytes(path: path).readToEnd(limit: byteCount + 1), of: file.name, at: path, to: &parts)
        }
        return parts
    }

    private func images(
        _ format: ImageDataFormat, archive path: String
    ) throws -> (train: CIFARImages, test: CIFARImages) {
        var parts = empty(format)
        var missing = Set(unpacked.files.map(\.name))
        let archive = TarArchive(try UnpackedBytes(path: path))
        while let entry = try archive.next() {
            let name = entry.name.split(separator: "/").last.map(String.init) ?? ""
            guard missing.remove(name) != nil else { continue }
            try add(archive.contents(), of: name, at: "\(path), \(entry.name)", to: &parts)
        }
        guard missing.isEmpty else {
            throw IbexError(
                .file, at: path, found: "no " + missing.sorted().joined(separator: ", "),
                expected: "the six files of CIFAR-10", remedy: "Remove the file and fetch it again.")
        }
        return parts
    }

    private var byteCount: Int { imagesPerFile * CIFARImages.recordSize }

    private func empty(_ format: ImageDataFormat) -> (train: CIFARImages, test: CIFARImages) {
        (
            train: CIFARImages(count: imagesPerFile * Self.trainNames.count, format),
            test: CIFARImages(count: imagesPerFile, format)
        )
    }

    private func add(
        _ bytes: [UInt8], of name: String, at place: String, to parts: inout (train: CIFARImages, test: CIFARImages)
    ) throws {
        guard bytes.count == byteCount else {
            throw IbexError(
                .file, at: place,
                found: bytes.count > byteCount ? "more than \(byteCount) bytes" : "\(bytes.count) bytes",
                expected: "\(byteCount): \(imagesPerFile) records of \(CIFARImages.recordSize) bytes",
                remedy: "The file is damaged or of another data set: remove it and fetch it again.")
        }
        if let batch = Self.trainNames.firstIndex(of: name) {
            try parts.train.put(bytes, from: batch * imagesPerFile, at: place)
        } else {
            try parts.test.put(bytes, from: 0, at: place)
        }
    }
}
