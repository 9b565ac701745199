import Foundation
import IbexGraph

/// A folder of its own for one test, removed with it.
package final class Scratch: Sendable {
    package let path = FileManager.default.temporaryDirectory.path + "/ibex-test-" + UUID().uuidString

    package init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// What lies in it, sorted.
    package var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }

    /// The path of a file in it, which need not be there.
    package func file(_ name: String) -> String { path + "/" + name }

    @discardableResult
    package func write(_ bytes: [UInt8], to name: String) throws -> String {
        try Data(bytes).write(to: URL(filePath: file(name)))
        return file(name)
    }

    package func bytes(of name: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(filePath: file(name)))) }
}
