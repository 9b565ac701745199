import Foundation
import IbexArrays
import IbexGraph

/// All cases of `Tests/Oracle/data/ops`, read once.
public struct OracleCatalogue: Sendable {
    public let cases: [OracleCase]

    /// The folder `Tests/Oracle/data` of this checkout.
    public static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Oracle/data")

    private static let read = Result { try OracleCatalogue(folder: folder.appendingPathComponent("ops")) }

    /// - Throws: where the data is missing or damaged.
    public static func shared() throws -> OracleCatalogue { try read.get() }

    /// - Throws: `IbexError` of kind `file` where `cases.json` or a container is not as expected.
    public init(folder: URL) throws {
        let index = try JSONValue(parsing: Data(contentsOf: folder.appendingPathComponent("cases.json")))
        guard let families = index["families"]?.object, let cases = index["cases"]?.array else {
            throw IbexError(.file, at: "cases.json", found: "another layout", expected: "families and cases")
        }
        var files: [String: SafetensorsFile] = [:]
        for (family, entry) in families {
            guard let file = entry["file"]?.string else { continue }
            files[family] = try SafetensorsFile(contentsOf: folder.appendingPathComponent(file))
        }
        self.cases = try cases.map { try OracleCase($0, files: files) }
    }

    /// The cases of a family, perhaps of one of Keras's names only.
    public func cases(family: String, named name: String? = nil) -> [OracleCase] {
        cases.filter { $0.family == family && (name == nil || $0.name == name) }
    }
}
