import CIbexDatasets
import IbexArrays

extension NumberTable<Float> {
    /// Reads text that travels inside the library, gzipped or not.
    init(embedded data: ibex_dataset, place: String, skipRows: Int = 0) throws {
        let source = try UnpackedBytes(data.bytes, count: data.count, place: place)
        try self.init(source.readToEnd(), CSVFormat(skipRows: skipRows), place: place)
    }

    /// Splits off the last column, which holds class numbers.
    func featuresAndLabels() -> (features: [Float], labels: [UInt8]) {
        var features: [Float] = []
        var labels: [UInt8] = []
        features.reserveCapacity(rows * (columns - 1))
        for row in stride(from: 0, to: values.count, by: columns) {
            features += values[row..<row + columns - 1]
            labels.append(UInt8(values[row + columns - 1]))
        }
        return (features, labels)
    }
}
