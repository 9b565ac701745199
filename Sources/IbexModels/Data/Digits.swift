import CIbexDatasets
import IbexArrays
import IbexGraph
import IbexRuntime

/// Optical Recognition of Handwritten Digits: 1,797 images of 8x8 pixels, 0 to 16, and their labels, 0 to 9.
///
/// The set travels inside the library and needs neither a file nor a network. It is licensed CC BY 4.0:
/// E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository, 1998,
/// doi 10.24432/C50P49 (the test part).
///
///     let (x, y) = try Digits.load()                  // (1797, 8, 8) and (1797,)
///     let pixels = x.cast(to: .float32) / 16
public enum Digits {
    /// The images `(1797, 8, 8)` and their labels `(1797,)`, both `uint8`.
    /// - Throws: `IbexError` of kind `file` where the library itself is damaged.
    public static func load() throws -> (x: Tensor, y: Tensor) {
        let (pixels, labels) = try arrays()
        return (Tensor(shape: [labels.count, 8, 8], scalars: pixels), Tensor(labels))
    }

    /// The pixels, image by image and row by row, and the labels.
    static func arrays() throws -> (pixels: [UInt8], labels: [UInt8]) {
        let table = try NumberTable(embedded: ibex_digits_csv_gz(), place: "digits.csv")
        let (features, labels) = table.featuresAndLabels()
        return (features.map { UInt8($0) }, labels)
    }
}
