import CIbexDatasets
import IbexGraph

/// Rows of numbers from comma-separated text, all of one length.
struct NumberTable: Sendable {
    let columns: Int
    let values: [Float]
    var rows: Int { columns == 0 ? 0 : values.count / columns }

    /// Reads text.
    /// - Throws: `IbexError` of kind `file` that names the row, for what is no number and for a row of another length.
    init(text: String, place: String, skippingHeader: Bool = false) throws {
        var columns = 0
        var values: [Float] = []
        for (row, line) in text.split(whereSeparator: \.isNewline).enumerated() where !(skippingHeader && row == 0) {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            if columns == 0 { columns = cells.count }
            guard cells.count == columns else {
                throw IbexError(
                    .file, at: place, found: "\(cells.count) columns in row \(row + 1)", expected: "\(columns) columns")
            }
            for cell in cells {
                guard let value = Float(cell) else {
                    throw IbexError(.file, at: place, found: "\"\(cell)\" in row \(row + 1)", expected: "a number")
                }
                values.append(value)
            }
        }
        self.columns = columns
        self.values = values
    }

    /// Reads text that travels inside the library, gzipped or not.
    init(embedded data: ibex_dataset, place: String, skippingHeader: Bool = false) throws {
        let source = try UnpackedBytes(data.bytes, count: data.count, place: place)
        let text = String(decoding: try source.readToEnd(), as: UTF8.self)
        try self.init(text: text, place: place, skippingHeader: skippingHeader)
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
