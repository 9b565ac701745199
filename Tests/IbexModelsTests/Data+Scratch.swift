import CIbexZlib
import FoundationEssentials
import Glibc
import IbexGraph
import Testing

@testable import IbexModels

/// A folder of its own for one test, removed with it.
final class Scratch {
    let path = FileManager.default.temporaryDirectory.path + "/ibex-test-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }

    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        try Data(bytes).write(to: URL(filePath: path + "/" + name))
        return path + "/" + name
    }

    @discardableResult
    func writePacked(_ bytes: [UInt8], to name: String) throws -> String {
        let file = try #require(gzopen(path + "/" + name, "wb"))
        #expect(gzwrite(file, bytes, UInt32(bytes.count)) == Int32(bytes.count))
        #expect(gzclose(file) == Z_OK)
        return path + "/" + name
    }
}

/// An IDX file of unsigned bytes, as the format's definition has it.
func idx(_ extents: [Int], _ elements: [UInt8]) -> [UInt8] {
    [0, 0, 8, UInt8(extents.count)] + extents.flatMap { extent in (0..<4).map { UInt8(extent >> (24 - 8 * $0) & 255) } }
        + elements
}

func digest(of bytes: [UInt8]) -> String {
    var hash = SHA256()
    bytes.withUnsafeBytes { hash.add($0) }
    return hash.digest()
}
