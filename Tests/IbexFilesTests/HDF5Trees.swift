import CIbexZlib
import Foundation
import IbexArrays
import IbexGraph
import IbexTestSupport

@testable import IbexFiles

/// What h5py sees in files that it wrote, and in models that Keras saved: `Tests/Oracle/data/hdf5/trees.json`.
struct HDF5Trees {
    static let stored = Result { try HDF5Trees() }

    /// The description of each file, by its path below the data folder.
    let files: [String: JSONValue]
    /// A word of the reason for which a file must be refused.
    let refused: [String: String]

    private init() throws {
        let json = try JSONValue(parsing: Data(contentsOf: URL(filePath: Self.path("hdf5/trees.json"))))
        files = json["files"]?.object ?? [:]
        refused = (json["refused"]?.object ?? [:]).compactMapValues(\.string)
    }

    static func path(_ name: String) -> String { OracleCatalogue.folder.appendingPathComponent(name).path }
}

extension HDF5Group {
    /// The group as `trees.json` describes one.
    func description() throws -> JSONValue {
        var groups: [String: JSONValue] = [:]
        var arrays: [String: JSONValue] = [:]
        func walk(_ group: HDF5Group, _ path: String) throws {
            groups[path] = .object(group.attributes.mapValues(\.described))
            for (name, array) in group.arrays {
                arrays[(path.isEmpty ? "" : path + "/") + name] = try array.described()
            }
            for (name, inner) in group.groups { try walk(inner, (path.isEmpty ? "" : path + "/") + name) }
        }
        try walk(self, "")
        return .object(["groups": .object(groups), "arrays": .object(arrays)])
    }
}

extension HDF5Attribute {
    fileprivate var described: JSONValue {
        func described(_ text: String) -> JSONValue {
            let bytes = Array(text.utf8)
            return bytes.count <= 200
                ? .string(text) : .object(["bytes": .number(Double(bytes.count)), "crc32": crc(bytes)])
        }
        return switch self {
        case .string(let text): described(text)
        case .strings(let texts): .array(texts.map(described))
        case .numbers(let numbers): .object(["numbers": .array(numbers.map { .string("\($0)") })])
        }
    }
}

extension StoredArray {
    fileprivate func described() throws -> JSONValue {
        .object([
            "dtype": .string(dtype.rawValue), "shape": .array(shape.extents.map { .number(Double($0)) }),
            "crc32": crc(try bytes()),
        ])
    }
}

private func crc(_ bytes: [UInt8]) -> JSONValue { .number(Double(crc32(0, bytes, UInt32(bytes.count)))) }
