import IbexGraph
import IbexRuntime

/// Reads a table of numbers from text, as `numpy.loadtxt` does.
///
/// The result has a row for each line with contents and a column for each cell, `(rows, columns)`. Numbers may stand in
/// quotation marks; lines may end in a line feed, a carriage return or both.
///
///     let table = try loadCSV("iris.csv", skipRows: 1, columns: [0, 1, 2, 3])      // (150, 4)
///
/// - Parameters:
///   - separator: stands between two cells; `nil`: any number of blanks and tabs.
///   - skipRows: how many lines at the beginning to pass over.
///   - comment: from here to its end a line counts for nothing; `nil`: there are no comments.
///   - columns: the columns to read, counted from 0, in the order wanted; `nil`: all.
///   - dtype: the type of the result: `float32`, `float64`, `int32`, `int64` or `uint8`.
/// - Throws: `IbexError` of kind `file` where the file cannot be read, and, with line and column, for what is no number
///   of this type and for a row of another length; of kind `argument` for arguments that do not fit.
public func loadCSV(
    _ path: String, separator: Character? = ",", skipRows: Int = 0, comment: Character? = "#", columns: [Int]? = nil,
    dtype: DType = .float32
) throws -> Tensor {
    let format = try CSVFormat(
        separator: separator, skipRows: skipRows, comment: comment, columns: columns, place: path)
    let text = try InputFile(path).contents()
    func tensor<Scalar: TableScalar>(_: Scalar.Type) throws -> Tensor {
        let table = try NumberTable<Scalar>(text, format, place: path)
        return Tensor(shape: [table.rows, table.columns], scalars: table.values)
    }
    switch dtype {
    case .float32: return try tensor(Float.self)
    case .float64: return try tensor(Double.self)
    case .int32: return try tensor(Int32.self)
    case .int64: return try tensor(Int64.self)
    case .uint8: return try tensor(UInt8.self)
    case .bool, .float16, .bfloat16:
        throw IbexError(
            .argument, at: path, found: "the type \(dtype.rawValue)",
            expected: "float32, float64, int32, int64 or uint8", remedy: "Cast the result.")
    }
}

/// Writes a table of numbers as text: a line for each row, with as few digits as it takes to read the same number again.
///
/// A vector is written as one column; truth values are written as 0 and 1.
///
///     try saveCSV(predictions, to: "predictions.csv", header: ["cat", "dog"])
///
/// - Parameters:
///   - tensor: of one or two axes, `(rows,)` or `(rows, columns)`.
///   - separator: stands between two cells.
///   - header: the names of the columns, for a first line; `nil`: there is none.
/// - Throws: `IbexError` of kind `shape` for a tensor of more axes or a header of another length, of kind `argument` for
///   a separator that is no ASCII character, of kind `file` where the file cannot be written; the old one is as it was.
public func saveCSV(
    _ tensor: Tensor, to path: String, separator: Character = ",", header: [String]? = nil
) throws {
    guard (1...2).contains(tensor.rank) else {
        throw IbexError(
            .shape, at: path, found: "a tensor of shape \(tensor.shape)", expected: "one or two axes",
            remedy: "Reshape it to rows and columns.")
    }
    _ = try CSVFormat(separator: separator, skipRows: 0, comment: nil, columns: nil, place: path)
    let columns = tensor.rank == 1 ? 1 : tensor.shape[1]
    guard header == nil || header?.count == columns else {
        throw IbexError(
            .shape, at: path, found: "\(header?.count ?? 0) names for \(columns) columns", expected: "a name for each")
    }
    let cells: [String]
    switch tensor.dtype {
    case .float32: cells = try tensor.scalars(as: Float.self).map(\.description)
    case .float64: cells = try tensor.scalars(as: Double.self).map(\.description)
    case .int32: cells = try tensor.scalars(as: Int32.self).map(\.description)
    case .int64: cells = try tensor.scalars(as: Int64.self).map(\.description)
    case .uint8: cells = try tensor.scalars(as: UInt8.self).map(\.description)
    case .bool: cells = try tensor.scalars(as: Bool.self).map { $0 ? "1" : "0" }
    case .float16, .bfloat16: cells = try tensor.cast(to: .float32).scalars(as: Float.self).map(\.description)
    }
    var text = header.map { $0.map { quoted($0, separator) }.joined(separator: "\(separator)") + "\n" } ?? ""
    for row in stride(from: 0, to: cells.count, by: max(columns, 1)) {
        text += cells[row..<row + columns].joined(separator: "\(separator)") + "\n"
    }
    try AtomicFile.write(Array(text.utf8), to: path)
}

/// A name in quotation marks where it would not be one cell without.
private func quoted(_ name: String, _ separator: Character) -> String {
    guard name.contains(where: { $0 == separator || $0 == "\"" || $0.isNewline }) else { return name }
    return "\"" + name.replacing("\"", with: "\"\"") + "\""
}
