import IbexArrays
import IbexGraph
import IbexRuntime

/// Boston housing: 13 attributes of 506 districts of Boston in the 1970s, and the median price of a house there in
/// thousands of dollars.
///
/// Keras's file `boston_housing.npz` is looked for in the folder that `IBEX_DATA_DIR` names, in Ibex's cache
/// (`IBEX_CACHE_DIR`, else `~/.cache/ibex`) and in Keras's (`$KERAS_HOME/datasets`, else `~/.keras/datasets`); in each,
/// in a folder `boston-housing` first. It is checked by its SHA-256 before use.
///
/// One attribute, "B", was made on the assumption that segregation by race raises prices; Keras's authors advise
/// against the set but to show such a fault.
///
/// Source: D. Harrison, D. Rubinfeld, "Hedonic prices and the demand for clean air", 1978.
///
///     let ((xTrain, yTrain), (xTest, yTest)) = try BostonHousing.load()
///     let mean = xTrain.mean(axes: [0])              // (13,)
public enum BostonHousing {
    /// Attributes `(n, 13)` and prices `(n,)`, of the configuration's `floatx`.
    public typealias Tensors = (train: (x: Tensor, y: Tensor), test: (x: Tensor, y: Tensor))

    /// Loads the set, as Keras's `boston_housing.load_data()`: the same rows in the same order.
    ///
    /// - Parameters:
    ///   - testSplit: the fraction of rows to test on, at least 0 and below 1.
    ///   - seed: decides the order of the rows, as NumPy's `RandomState(seed)` shuffles them.
    ///   - download: whether to fetch the file into Ibex's cache where no folder has it, 57 kB, once; `curl` or `wget`
    ///     does the fetching.
    /// - Throws: `IbexError` of kind `file` where the file is not found and cannot be had, or is not what it should be;
    ///   of kind `argument` for a fraction out of range.
    public static func load(testSplit: Double = 0.2, seed: UInt32 = 113, download: Bool = true) throws -> Tensors {
        try load(from: dataset.folder(download: download, Folders()), testSplit: testSplit, seed: seed)
    }

    /// Loads the set from the file in one folder.
    /// - Throws: as `load(testSplit:seed:download:)`.
    public static func load(from folder: String, testSplit: Double = 0.2, seed: UInt32 = 113) throws -> Tensors {
        try HousingTable(dataset, in: folder, rows: 506).split(testSplit: testSplit, seed: seed)
    }

    static let dataset = PublishedDataset(
        name: "Boston housing", places: ["boston-housing", ""],
        files: [
            DatasetFile(
                name: "boston_housing.npz", packing: "",
                digest: .published("f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5"))
        ],
        mirrors: ["https://storage.googleapis.com/tensorflow/tf-keras-datasets"])
}

/// The attributes and prices of an `.npz` of two arrays, `x` and `y`.
struct HousingTable: Sendable {
    static let columns = 13
    /// Row by row, and one for each row.
    let x, y: [Double]

    init(_ dataset: PublishedDataset, in folder: String, rows: Int) throws {
        let path = try dataset.paths(in: folder)[0]
        try dataset.files[0].check(at: path, isPublished: true)
        let arrays = try loadNPZ(path)
        guard let x = arrays["x"], let y = arrays["y"], x.shape == [rows, Self.columns], y.shape == [rows] else {
            let found = arrays.map { "\($0.name) \($0.tensor.shape)" }.joined(separator: " and ")
            throw IbexError(
                .file, at: path, found: "the arrays \(found)",
                expected: "x (\(rows), \(Self.columns)) and y (\(rows),)")
        }
        self.x = try x.doubles()
        self.y = try y.doubles()
    }

    /// The rows in the order that the seed gives, the first of them to train on: ⌊n (1 - testSplit)⌋, as Keras counts.
    func split(testSplit: Double, seed: UInt32) throws -> BostonHousing.Tensors {
        guard testSplit >= 0, testSplit < 1 else {
            throw IbexError(
                .argument, at: "BostonHousing", found: "the test split \(testSplit)",
                expected: "a fraction of the rows, at least 0 and below 1")
        }
        var generator = MersenneTwister(seed: seed)
        let order = generator.permutation(y.count)
        let trainCount = Int(Double(order.count) * (1 - testSplit))
        return (train: tensors(order[..<trainCount]), test: tensors(order[trainCount...]))
    }

    private func tensors(_ rows: ArraySlice<Int>) -> (x: Tensor, y: Tensor) {
        let features = rows.flatMap { x[$0 * Self.columns..<($0 + 1) * Self.columns] }
        let prices = rows.map { y[$0] }
        let dtype = IbexRuntime.Configuration.floatx()
        func tensor(_ shape: Shape, _ values: [Double]) -> Tensor {
            dtype == .float64
                ? Tensor(shape: shape, scalars: values) : Tensor(shape: shape, scalars: values.map { Float($0) })
        }
        return (tensor([rows.count, Self.columns], features), tensor([rows.count], prices))
    }
}
