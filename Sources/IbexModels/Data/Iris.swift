import CIbexDatasets
import IbexGraph

/// Iris: 150 flowers by sepal length, sepal width, petal length and petal width in centimetres, and their species, 0
/// for setosa, 1 for versicolor, 2 for virginica; 50 of each, in that order.
///
/// The set travels inside the library. It is licensed CC BY 4.0: R. A. Fisher, "Iris", UCI Machine Learning
/// Repository, 1936, doi 10.24432/C56C76.
public enum Iris {
    /// The four lengths, flower by flower, and the species.
    static func arrays() throws -> (lengths: [Float], species: [UInt8]) {
        let table = try NumberTable(embedded: ibex_iris_csv(), place: "iris.csv", skippingHeader: true)
        let (lengths, species) = table.featuresAndLabels()
        return (lengths, species)
    }
}
