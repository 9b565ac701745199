import IbexGraph
import IbexRuntime

/// MNIST: 60,000 training and 10,000 test images of handwritten digits, 28x28 grey values from 0 to 255, and their
/// labels, 0 to 9.
///
/// The four original IDX files, gzipped or not, are looked for in the folder that `IBEX_DATA_DIR` names, in Ibex's
/// cache (`IBEX_CACHE_DIR`, else `~/.cache/ibex`) and in Keras's (`$KERAS_HOME/datasets`, else `~/.keras/datasets`); in
/// each, in a folder `mnist` first. Every file is checked by its SHA-256 before use.
///
/// Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits".
///
///     let ((xTrain, yTrain), (xTest, yTest)) = try MNIST.load()
///     let x = xTrain.cast(to: .float32) / 255        // (60000, 28, 28)
public enum MNIST {
    /// Images `(60000, 28, 28)` and labels `(60000,)` to train on, images `(10000, 28, 28)` and labels `(10000,)` to
    /// test on, all `uint8`.
    public typealias Tensors = (train: (x: Tensor, y: Tensor), test: (x: Tensor, y: Tensor))

    /// Loads the set, as Keras's `mnist.load_data()`.
    ///
    /// - Parameter download: whether to fetch the files into Ibex's cache where no folder has them, about 11 MB, once;
    ///   `curl` or `wget` does the fetching and shows a progress line.
    /// - Throws: `IbexError` of kind `file` where the files are not found and cannot be had, or are not what they
    ///   should be.
    public static func load(download: Bool = true) throws -> Tensors {
        try load(from: dataset.published.folder(download: download, Folders()))
    }

    /// Loads the set from the four files in one folder.
    /// - Throws: `IbexError` of kind `file` where they are not there, or not what they should be.
    public static func load(from folder: String) throws -> Tensors { try dataset.tensors(in: folder) }

    static let dataset = IDXDataset(
        name: "MNIST", places: ["mnist", ""],
        digests: [
            .unpacked("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
            .unpacked("65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
            .unpacked("0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
            .unpacked("ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
        ],
        mirrors: [
            "https://storage.googleapis.com/cvdf-datasets/mnist",
            "https://ossci-datasets.s3.amazonaws.com/mnist",
        ])

    /// The first folder that holds a file of the set, of the known ones or of those given; nothing is read.
    package static func folder(among candidates: [String]? = nil) -> String? {
        dataset.published.folder(among: candidates ?? dataset.published.folders(Folders()))
    }

    /// Downloads the files to Ibex's cache and returns their folder.
    package static func fetch(to folders: Folders = Folders()) throws -> String {
        try dataset.published.fetch(to: folders)
    }
}
