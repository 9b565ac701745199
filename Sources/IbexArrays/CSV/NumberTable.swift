import IbexGraph

/// Rows of numbers from text, all of one length.
package struct NumberTable<Scalar: TableScalar>: Sendable {
    package let columns: Int
    /// Row by row.
    package let values: [Scalar]
    package var rows: Int { columns == 0 ? 0 : values.count / columns }

    /// Reads text in UTF-8; lines end in a line feed, a carriage return or both, and empty ones count for nothing.
    ///
    /// - Throws: `IbexError` of kind `file` that names line and column, for what is no number and for a row of another
    ///   length.
    package init(_ text: some Collection<UInt8>, _ format: CSVFormat = CSVFormat(), place: String) throws {
        var text = Array(text)[...]
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text.removeFirst(3) }
        var columns: Int?
        var values: [Scalar] = []
        var (line, start) = (0, text.startIndex)
        while start < text.endIndex {
            line += 1
            let end =
                text[start...].firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } ?? text.endIndex
            let cells = line > format.skipRows ? try format.cells(of: text[start..<end], line: line, place: place) : []
            let isPair =
                end + 1 < text.endIndex && text[end] == UInt8(ascii: "\r") && text[end + 1] == UInt8(ascii: "\n")
            start = end + (isPair ? 2 : 1)
            if cells.isEmpty { continue }
            if columns == nil {
                columns = cells.count
                if let last = format.columns?.first(where: { $0 < 0 || $0 >= cells.count }) {
                    throw IbexError(
                        .argument, at: place, found: "column \(last) to read",
                        expected: "columns from 0 to \(cells.count - 1)")
                }
            }
            guard cells.count == columns else {
                throw IbexError(
                    .file, at: place, found: "\(cells.count) columns in line \(line)",
                    expected: "\(columns ?? 0) columns, as before")
            }
            for column in format.columns ?? Array(cells.indices) {
                // Swift's parser of floats would stop at a zero byte.
                let cell = cells[column]
                guard !cell.contains(0), let value = Scalar(String(decoding: cell, as: UTF8.self)) else {
                    throw IbexError(
                        .file, at: place,
                        found: "\"\(String(decoding: cell.prefix(40), as: UTF8.self))\" in line \(line), "
                            + "column \(column + 1)",
                        expected: "a number of type \(Scalar.dtype.rawValue)")
                }
                values.append(value)
            }
        }
        self.columns = format.columns?.count ?? columns ?? 0
        self.values = values
    }
}

/// A scalar that is read from text and written to it.
package protocol TableScalar: TensorScalar, LosslessStringConvertible {}

extension Float: TableScalar {}
extension Double: TableScalar {}
extension Int32: TableScalar {}
extension Int64: TableScalar {}
extension UInt8: TableScalar {}
