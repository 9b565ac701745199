import CIbexDatasets
import IbexArrays
import IbexGraph
import IbexRuntime

/// Iris: 150 flowers by sepal length, sepal width, petal length and petal width in centimetres, and their species, 0
/// for setosa, 1 for versicolor, 2 for virginica; 50 of each, in that order.
///
/// The set travels inside the library. It is licensed CC BY 4.0: R. A. Fisher, "Iris", UCI Machine Learning
/// Repository, 1936, doi 10.24432/C56C76.
///
///     let (x, y) = try Iris.load()                    // (150, 4) and (150,)
public enum Iris {
    /// The lengths `(150, 4)` as `float32` and the species `(150,)` as `uint8`.
    /// - Throws: `IbexError` of kind `file` where the library itself is damaged.
    public static func load() throws -> (x: Tensor, y: Tensor) {
        let (lengths, species) = try arrays()
        return (Tensor(shape: [species.count, 4], scalars: lengths), Tensor(species))
    }

    /// The four lengths, flower by flower, and the species.
    static func arrays() throws -> (lengths: [Float], species: [UInt8]) {
        let table = try NumberTable(embedded: ibex_iris_csv(), place: "iris.csv", skipRows: 1)
        let (lengths, species) = table.featuresAndLabels()
        return (lengths, species)
    }
}
