import FoundationEssentials
import IbexArrays
import IbexGraph
import IbexModels

/// An array of a description: the path of an `.npy`, `.npz` or `.csv`, perhaps with what to take of it.
struct ArraySource: Sendable {
    private enum Kind: Sendable {
        case npy
        case npz(member: String?)
        case csv(columns: [Int]?, isVector: Bool, skipRows: Int, separator: Character)
    }

    private let path: String
    private let place: String
    /// The key that the source stands under: the array of an `.npz` that is taken where there are several.
    private let name: String
    private let kind: Kind

    static let expected = "the path of an .npy, .npz or .csv file, or an object with path"

    init(_ field: Field, name: String) throws {
        let isPath = field.value?.string != nil
        let keys = ["path", "array", "columns", "skip_rows", "separator"]
        let section = isPath ? nil : try field.section(keys)
        let pathField = section?["path"] ?? field
        let given = try pathField.required(try pathField.string(), Self.expected)
        path = field.file.resolved(given)
        place = field.place
        self.name = name
        let ending = given.lowercased().split(separator: ".").last.map(String.init) ?? ""
        let fitting: [String]
        switch ending {
        case "npy": (kind, fitting) = (.npy, [])
        case "npz": (kind, fitting) = (.npz(member: try section?["array"].string()), ["array"])
        case "csv":
            kind = try Self.csv(section)
            fitting = ["columns", "skip_rows", "separator"]
        default: throw pathField.misfit("a file that ends with .npy, .npz or .csv")
        }
        if let section {
            try field.checkKeys(of: section.config, against: ["path"] + fitting)
        }
        guard FileManager.default.fileExists(atPath: path) else {
            throw IbexError(
                .file, at: pathField.place, found: "no file \(path)", expected: "a file that is there",
                remedy: field.file.folder.isEmpty ? "" : "Paths are relative to the folder of \(field.file.path).")
        }
    }

    private static func csv(_ section: Section?) throws -> Kind {
        guard let section else { return .csv(columns: nil, isVector: false, skipRows: 0, separator: ",") }
        let columns = section["columns"]
        let one = columns.value?.int
        let list = try columns.required(
            columns.value.map { one.map { [$0] } ?? $0.ints } ?? .some(nil),
            "a column's number from 0, or a list of them")
        let separator = try section["separator"].string() ?? ","
        guard separator.count == 1 else { throw section["separator"].misfit("one character") }
        return .csv(
            columns: list, isVector: one != nil, skipRows: try section["skip_rows"].int(atLeast: 0) ?? 0,
            separator: Character(separator))
    }

    /// Reads the array.
    func tensor() throws -> Tensor {
        switch kind {
        case .npy: return try loadNPY(path)
        case .npz(let member):
            let arrays = try loadNPZ(path)
            if member == nil, arrays.count == 1 { return arrays[0].tensor }
            guard let tensor = arrays[member ?? name] else {
                throw IbexError(
                    .name, at: place, found: "no array \"\(member ?? name)\" in \(path)",
                    expected: "one of " + arrays.names.joined(separator: ", "),
                    remedy: "Say which: {path: …, array: …}.")
            }
            return tensor
        case .csv(let columns, let isVector, let skipRows, let separator):
            let table = try loadCSV(path, separator: separator, skipRows: skipRows, columns: columns)
            return isVector ? table.reshaped(-1) : table
        }
    }
}
