import IbexArrays
import IbexGraph

/// The values of each epoch, as `CSVLogger` wrote them.
///
///     let log = try TrainingLog(path: "runs/mnist/training.csv")
///     log["val_loss"]                      // a value for each epoch, nil where none was measured
package struct TrainingLog: Sendable, Hashable {
    /// The numbers of the epochs, from 0, each once.
    package private(set) var epochs: [Int] = []
    /// The names of the values, in the order of the columns.
    package private(set) var names: [String] = []
    package private(set) var values: [String: [Double?]] = [:]

    package subscript(name: String) -> [Double?] { values[name] ?? [] }

    /// - Parameter mayBeEmpty: whether nothing at all is the log of a training that ended before its first epoch did.
    /// - Throws: `IbexError` of kind `file` where it cannot be read, or is no such log.
    package init(path: String, mayBeEmpty: Bool = false) throws {
        let bytes = try InputFile.contents(of: path, expected: "the log of a training, as CSVLogger writes it")
        if mayBeEmpty, bytes.isEmpty {
            self.init()
        } else {
            try self.init(text: String(decoding: bytes, as: UTF8.self), place: path)
        }
    }

    /// The log of no epochs.
    init() {}

    /// Of an epoch that stands there twice the last line counts: a training that was resumed did it again.
    init(text: String, place: String) throws {
        let lines = text.split(whereSeparator: \.isNewline)
        let header = try lines.first.map { try Self.fields($0, place: place) } ?? []
        guard let epochColumn = header.firstIndex(of: "epoch"), Set(header).count == header.count else {
            throw IbexError(
                .file, at: place, found: lines.isEmpty ? "an empty file" : "a first line without the column epoch",
                expected: "the log of a training, as CSVLogger writes it")
        }
        var rows: [Int: [String]] = [:]
        for (number, line) in lines.enumerated().dropFirst() {
            let fields = try Self.fields(line, place: place)
            guard fields.count == header.count, let epoch = Int(fields[epochColumn]) else {
                throw IbexError(
                    .file, at: "\(place), line \(number + 1)", found: "\"\(line.prefix(60))\"",
                    expected: "an epoch and \(header.count - 1) values")
            }
            rows[epoch] = fields
        }
        epochs = rows.keys.sorted()
        for (column, name) in header.enumerated() where column != epochColumn {
            let values = epochs.map { rows[$0].flatMap { Double($0[column]) } }
            // Columns for a validation that there was not.
            if name.hasPrefix("val_"), values.allSatisfy({ $0 == nil }) { continue }
            names.append(name)
            self.values[name] = values
        }
    }

    /// The last value of each name.
    package var final: [(name: String, value: Double)] {
        names.compactMap { name in self[name].last { $0 != nil }.flatMap(\.self).map { (name, $0) } }
    }

    private static func fields(_ line: Substring, place: String) throws(IbexError) -> [String] {
        var (fields, field) = ([String](), "")
        var (isQuoted, rest) = (false, line)
        while let character = rest.popFirst() {
            switch character {
            case "\"" where isQuoted && rest.first == "\"":
                rest.removeFirst()
                field.append("\"")
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                fields.append(field)
                field = ""
            default: field.append(character)
            }
        }
        guard !isQuoted else {
            throw IbexError(.file, at: place, found: "an open quotation mark", expected: "a closing one")
        }
        return fields + [field]
    }
}
