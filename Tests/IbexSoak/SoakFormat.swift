import Foundation
import IbexGraph
import IbexTestSupport

/// A file format whose reader is given damaged files.
package protocol SoakFormat: Sendable {
    /// What the command line calls it.
    var name: String { get }
    /// Paths of the files that are damaged.
    var samples: [String] { get throws }

    /// Reads all of a file: names, numbers and elements. It succeeds or throws an `IbexError`.
    func open(_ path: String) throws

    /// What a reader survived, for the report, such as a child that died; `nil` for an ordinary refusal.
    func incident(_ error: IbexError) -> String?
}

extension SoakFormat {
    package func incident(_ error: IbexError) -> String? { nil }

    /// The oracle's files below a folder whose names end so, in a fixed order.
    package func oracleFiles(in folder: String, ending suffix: String) throws -> [String] {
        let root = OracleCatalogue.folder.appendingPathComponent(folder).path
        return try FileManager.default.subpathsOfDirectory(atPath: root).filter { $0.hasSuffix(suffix) }.sorted()
            .map { "\(root)/\($0)" }
    }
}
