import Foundation
import IbexGraph

/// One model that Keras 3 saved: its configuration, and what it computed, `Tests/Oracle/data/models`.
public struct OracleModel: Sendable {
    public let name: String
    /// The model's JSON: `class_name` and `config`.
    public let json: JSONValue
    /// The entry of the manifest: names of inputs, outputs and weights, `compile_config`.
    public let fields: JSONValue
    private let file: SafetensorsFile

    public init(_ name: String) throws {
        let folder = OracleCatalogue.folder.appendingPathComponent("models/keras3")
        let manifest = try JSONValue(parsing: Data(contentsOf: folder.appendingPathComponent("manifest.json")))
        guard let entry = (manifest["models"]?.array ?? []).first(where: { $0["name"]?.string == name }) else {
            throw IbexError(.file, at: "manifest.json", found: "no model \(name)", expected: "an entry")
        }
        self.name = name
        fields = entry
        json = try JSONValue(parsing: Data(contentsOf: folder.appendingPathComponent("\(name)/\(name).json")))
        file = try SafetensorsFile(contentsOf: folder.appendingPathComponent("\(name)/io.safetensors"))
    }

    /// The strings under a key of the manifest, such as `inputs`.
    public func names(_ key: String) -> [String] { (fields[key]?.array ?? []).compactMap(\.string) }

    public func values(_ name: String) throws -> Values { try file.values(name) }
}
