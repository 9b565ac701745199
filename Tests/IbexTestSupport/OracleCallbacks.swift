import Foundation
import IbexGraph

/// What Keras's callbacks did with made-up logs, `Tests/Oracle/data/callbacks`.
public enum OracleCallbacks {
    /// All of it, read once.
    public static func shared() throws -> JSONValue { try read.get() }

    /// The entries under a key.
    public static func entries(_ key: String) throws -> [JSONValue] {
        guard let entries = try shared()[key]?.array, !entries.isEmpty else {
            throw IbexError(.file, at: "callbacks.json", found: "no \(key)", expected: "some")
        }
        return entries
    }

    private static let read = Result {
        try JSONValue(
            parsing: Data(contentsOf: OracleCatalogue.folder.appendingPathComponent("callbacks/callbacks.json")))
    }
}

extension JSONValue {
    /// A number, also one that JSON has no digits for: `"nan"`, `"inf"`, `"-inf"`.
    public var anyDouble: Double? { double ?? string.flatMap { Double($0) } }
}
