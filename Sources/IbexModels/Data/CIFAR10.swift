import IbexGraph
import IbexRuntime

/// CIFAR-10: 50,000 training and 10,000 test photographs of 32x32 pixels in three colours from 0 to 255, and what they
/// show, 0 to 9.
///
/// The binary version is read, `cifar-10-binary.tar.gz` or the folder `cifar-10-batches-bin` that it unpacks to (Keras
/// keeps the version of Python pickles, `cifar-10-batches-py`, which is not read). It is looked for in the folder that
/// `IBEX_DATA_DIR` names, in Ibex's cache (`IBEX_CACHE_DIR`, else `~/.cache/ibex`) and in Keras's
/// (`$KERAS_HOME/datasets`, else `~/.keras/datasets`); in each, in a folder `cifar-10` first. The archive is checked by
/// its SHA-256, unpacked files by their size and classes.
///
/// Source: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009.
///
///     let ((xTrain, yTrain), (xTest, yTest)) = try CIFAR10.load()
///     let x = xTrain.cast(to: .float32) / 255        // (50000, 32, 32, 3)
public enum CIFAR10 {
    /// Images `(n, 32, 32, 3)`, or `(n, 3, 32, 32)` channels first, and classes `(n, 1)`, all `uint8`: 50,000 to train
    /// on, 10,000 to test on.
    public typealias Tensors = (train: (x: Tensor, y: Tensor), test: (x: Tensor, y: Tensor))

    /// What the classes 0 to 9 are called.
    public static let classNames = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]

    /// Loads the set, as Keras's `cifar10.load_data()`.
    ///
    /// - Parameters:
    ///   - dataFormat: the order of the axes; the configuration's image data format where none is given.
    ///   - download: whether to fetch the archive into Ibex's cache where no folder has the set, 170 MB, once; `curl` or
    ///     `wget` does the fetching and shows a progress line.
    /// - Throws: `IbexError` of kind `file` where the set is not found and cannot be had, or is not what it should be.
    public static func load(dataFormat: ImageDataFormat? = nil, download: Bool = true) throws -> Tensors {
        let images = try files.images(dataFormat ?? defaultDataFormat(), download: download)
        return (train: images.train.tensors(), test: images.test.tensors())
    }

    /// Loads the set from one folder, which holds the archive or the six files unpacked from it.
    /// - Throws: `IbexError` of kind `file` where they are not there, or not what they should be.
    public static func load(from folder: String, dataFormat: ImageDataFormat? = nil) throws -> Tensors {
        let images = try files.images(dataFormat ?? defaultDataFormat(), in: folder)
        return (train: images.train.tensors(), test: images.test.tensors())
    }

    static let files = CIFARFiles(
        imagesPerFile: 10000, digest: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        mirrors: ["https://www.cs.toronto.edu/~kriz"])
}
