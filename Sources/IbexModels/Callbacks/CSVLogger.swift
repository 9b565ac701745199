import Glibc
import IbexGraph

/// Writes the values of each epoch to a CSV file, a line each, as soon as the epoch ends.
///
///     try model.fit(x, y, epochs: 10, callbacks: [CSVLogger("training.csv")])
///
/// The columns are `epoch`, from 0, and the names in the logs of the first epoch, in alphabetical order; where none of
/// them is of validation, as many columns for it follow. A value that is missing is `NA`. Lines end with CR and LF.
public final class CSVLogger: Callback {
    public let filename: String
    public let separator: Character
    public let append: Bool
    private var file: UnsafeMutablePointer<FILE>?
    private var names: [String]?
    private var hasHeader = false

    /// - Parameters:
    ///   - filename: the file, in a folder that is there.
    ///   - separator: between two values of a line.
    ///   - append: whether to write after what the file holds, without another header; else it is overwritten.
    public init(_ filename: String, separator: Character = ",", append: Bool = false) {
        self.filename = filename
        self.separator = separator
        self.append = append
    }

    deinit { close() }

    /// - Throws: `IbexError` of kind `file` where the file cannot be opened.
    public override func onTrainBegin(_ logs: Logs) throws {
        close()
        names = nil
        hasHeader = append && Self.hasText(filename)
        file = fopen(filename, append ? "ae" : "we")
        guard file != nil else { throw failure("cannot be opened") }
    }

    /// - Throws: `IbexError` of kind `file` where the line cannot be written.
    public override func onEpochEnd(_ epoch: Int, _ logs: inout Logs) throws {
        let names = names ?? Self.columns(logs)
        if self.names == nil, !hasHeader { try write(["epoch"] + names) }
        self.names = names
        try write(["\(epoch)"] + names.map { logs[$0].map(NumberText.shortest) ?? "NA" })
    }

    public override func onTrainEnd(_ logs: Logs) { close() }

    private static func columns(_ logs: Logs) -> [String] {
        let names = logs.names.sorted()
        return names.contains { $0.hasPrefix("val_") } ? names : names + names.map { "val_\($0)" }
    }

    private func write(_ fields: [String]) throws {
        guard let file else { throw failure("is not open") }
        let line = fields.map(quoted).joined(separator: String(separator)) + "\r\n"
        guard fputs(line, file) >= 0, fflush(file) == 0 else { throw failure("cannot be written") }
    }

    /// A field in quotes where it would be read as several.
    private func quoted(_ field: String) -> String {
        guard field.contains(where: { $0 == separator || "\"\r\n".contains($0) }) else { return field }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
    }

    private func close() {
        if let file { fclose(file) }
        file = nil
    }

    private static func hasText(_ path: String) -> Bool {
        guard let file = fopen(path, "re") else { return false }
        defer { fclose(file) }
        return fgetc(file) != EOF
    }

    private func failure(_ what: String) -> IbexError {
        IbexError(
            .file, at: "CSVLogger", found: "\(filename) \(what): \(String(cString: strerror(errno)))",
            expected: "a file to write to")
    }
}
