import IbexGraph
import IbexRuntime

/// A data set of four IDX files, images and labels to train on and to test on: MNIST, and the sets made to replace it.
struct IDXDataset: Sendable {
    let published: PublishedDataset
    /// The extents of each file's array, in the order of the published files.
    let shapes: [Shape]

    init(_ published: PublishedDataset, shapes: [Shape]) {
        self.published = published
        self.shapes = shapes
    }

    /// A set of 60,000 and 10,000 images of 28x28 under MNIST's file names.
    ///
    /// - Parameter digests: of the training images and labels, then of the test images and labels.
    init(name: String, places: [String], digests: [DatasetFile.Digest], mirrors: [String]) {
        let names = [
            "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
        ]
        let files = zip(names, digests).map { DatasetFile(name: $0, digest: $1) }
        self.init(
            PublishedDataset(name: name, places: places, files: files, mirrors: mirrors),
            shapes: [[60000, 28, 28], [60000], [10000, 28, 28], [10000]])
    }

    /// The arrays of one folder's files, each checked.
    /// - Throws: `IbexError` of kind `file` where one is missing or not what it should be.
    func arrays(in folder: String) throws -> [IDXArray] {
        let paths = try published.paths(in: folder)
        return try zip(zip(published.files, shapes), paths).map { try array($0.0, $0.1, at: $1) }
    }

    /// The images and labels of one folder's files.
    func tensors(in folder: String) throws -> MNIST.Tensors {
        let tensors = try arrays(in: folder).map { $0.tensor() }
        return (train: (tensors[0], tensors[1]), test: (tensors[2], tensors[3]))
    }

    private func array(_ file: DatasetFile, _ shape: Shape, at path: String) throws -> IDXArray {
        let array = try IDXArray(contentsOf: path)
        guard array.shape == shape else {
            throw IbexError(
                .file, at: path, found: "the extents \(array.shape)", expected: "\(shape), as \(file.name) has",
                remedy: "Is this the file of another data set?")
        }
        switch file.digest {
        case .unpacked(let digest): try file.check(array.digest, digest, path)
        case .published, nil: try file.check(at: path, isPublished: file.isPublished(path))
        }
        return array
    }
}
