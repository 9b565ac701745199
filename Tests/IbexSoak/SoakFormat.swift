import Foundation
import IbexFiles
import IbexGraph
import IbexTestSupport

/// A file format whose reader is given damaged files.
package protocol SoakFormat: Sendable {
    /// What the command line calls it.
    var name: String { get }
    /// The files that are damaged.
    var samples: [[UInt8]] { get throws }

    /// Damages one of them; `other` is where foreign pieces come from.
    func damage(_ sample: [UInt8], _ other: [UInt8], by mutation: inout Mutation) throws -> [UInt8]

    /// Reads all of a file: names, numbers and elements. It succeeds or throws an `IbexError`.
    func open(_ path: String) throws

    /// What a reader survived, for the report, such as a child that died; `nil` for an ordinary refusal.
    func incident(_ error: IbexError) -> String?
}

extension SoakFormat {
    package func damage(_ sample: [UInt8], _ other: [UInt8], by mutation: inout Mutation) -> [UInt8] {
        mutation.damage(sample, others: other)
    }

    package func incident(_ error: IbexError) -> String? { nil }

    /// The oracle's files below a folder whose names end so, in a fixed order.
    package func oracleFiles(in folder: String, ending suffix: String) throws -> [String] {
        let root = OracleCatalogue.folder.appendingPathComponent(folder).path
        return try FileManager.default.subpathsOfDirectory(atPath: root).filter { $0.hasSuffix(suffix) }.sorted()
            .map { "\(root)/\($0)" }
    }

    /// The contents of these files, those above a size left out.
    package func contents(_ paths: [String], upTo most: Int = .max) throws -> [[UInt8]] {
        try paths.map { try [UInt8](Data(contentsOf: URL(filePath: $0))) }.filter { $0.count <= most }
    }
}
