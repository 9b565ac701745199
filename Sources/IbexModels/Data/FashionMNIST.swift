import IbexGraph
import IbexRuntime

/// Fashion-MNIST: 60,000 training and 10,000 test images of articles of clothing, 28x28 grey values from 0 to 255, and
/// their classes, 0 to 9. It takes MNIST's place without a change to the model.
///
/// The four IDX files bear MNIST's names, so they are looked for only in a folder `fashion-mnist`: in the folder that
/// `IBEX_DATA_DIR` names, in Ibex's cache (`IBEX_CACHE_DIR`, else `~/.cache/ibex`) and in Keras's
/// (`$KERAS_HOME/datasets`, else `~/.keras/datasets`), which holds them once Keras has loaded the set. A gzipped file is
/// checked by its SHA-256, an unpacked one by its extents.
///
/// Source: H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning
/// Algorithms", 2017, arXiv 1708.07747.
///
///     let ((xTrain, yTrain), (xTest, yTest)) = try FashionMNIST.load()
///     let x = xTrain.cast(to: .float32) / 255        // (60000, 28, 28)
public enum FashionMNIST {
    /// What the classes 0 to 9 are called.
    public static let classNames = [
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ]

    /// Loads the set, as Keras's `fashion_mnist.load_data()`.
    ///
    /// - Parameter download: whether to fetch the files into Ibex's cache where no folder has them, about 31 MB, once;
    ///   `curl` or `wget` does the fetching and shows a progress line.
    /// - Returns: tensors as MNIST's: images `(60000, 28, 28)` and labels `(60000,)` to train on, images
    ///   `(10000, 28, 28)` and labels `(10000,)` to test on, all `uint8`.
    /// - Throws: `IbexError` of kind `file` where the files are not found and cannot be had, or are not what they
    ///   should be.
    public static func load(download: Bool = true) throws -> MNIST.Tensors {
        try load(from: dataset.published.folder(download: download, Folders()))
    }

    /// Loads the set from the four files in one folder.
    /// - Throws: `IbexError` of kind `file` where they are not there, or not what they should be.
    public static func load(from folder: String) throws -> MNIST.Tensors { try dataset.tensors(in: folder) }

    /// The digests are those of the published `.gz` files, as Keras has them too.
    static let dataset = IDXDataset(
        name: "Fashion-MNIST", places: ["fashion-mnist"],
        digests: [
            .published("3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
            .published("a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            .published("346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            .published("67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
        ],
        mirrors: [
            "https://storage.googleapis.com/tensorflow/tf-keras-datasets",
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
        ])
}
