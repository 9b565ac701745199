import Foundation
import IbexArrays
import IbexGraph

/// One model that Keras saved: its configuration, and what it computed, `Tests/Oracle/data/models`.
public struct OracleModel: Sendable {
    public let name: String
    /// The model's JSON: `class_name` and `config`.
    public let json: JSONValue
    /// The entry of the manifest: names of inputs, outputs and weights, `compile_config`.
    public let fields: JSONValue
    private let folder: URL
    private let file: SafetensorsFile

    /// - Parameter keras: which Keras saved it, 2 or 3.
    public init(_ name: String, keras: Int = 3) throws {
        folder = Self.folder(keras: keras).appendingPathComponent(name)
        guard let entry = try Self.entries(keras: keras).first(where: { $0["name"]?.string == name }) else {
            throw IbexError(.file, at: "manifest.json", found: "no model \(name)", expected: "an entry")
        }
        self.name = name
        fields = entry
        json = try JSONValue(parsing: Data(contentsOf: folder.appendingPathComponent("\(name).json")))
        file = try SafetensorsFile(contentsOf: folder.appendingPathComponent("io.safetensors"))
    }

    private static func folder(keras: Int) -> URL {
        OracleCatalogue.folder.appendingPathComponent("models/keras\(keras)")
    }

    private static func entries(keras: Int) throws -> [JSONValue] {
        let manifest = folder(keras: keras).appendingPathComponent("manifest.json")
        return try JSONValue(parsing: Data(contentsOf: manifest))["models"]?.array ?? []
    }

    /// The models that a Keras saved.
    public static func names(keras: Int) throws -> [String] {
        try entries(keras: keras).compactMap { $0["name"]?.string }
    }

    /// The path of the model in one of the manifest's formats: `h5`, `keras`, `h5_weights`; `nil` where there is none.
    public func path(_ format: String) -> String? {
        fields["files"]?[format]?.string.map { folder.appendingPathComponent($0).path }
    }

    /// The strings under a key of the manifest, such as `inputs`.
    public func names(_ key: String) -> [String] { (fields[key]?.array ?? []).compactMap(\.string) }

    public func values(_ name: String) throws -> Values { try file.values(name) }

    /// The tensors under `prefix.0`, `prefix.1` and on, by number; the largest of some models is left out.
    public func numbered(_ prefix: String) throws -> [Int: Values] {
        var values: [Int: Values] = [:]
        for name in file.names where name.hasPrefix(prefix + ".") {
            if let number = Int(name.dropFirst(prefix.count + 1)) { values[number] = try file.values(name) }
        }
        return values
    }
}
