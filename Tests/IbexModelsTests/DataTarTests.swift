import IbexGraph
import IbexTestSupport
import Testing

@testable import IbexModels

@Suite struct DataTarTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    func files(in archive: TarArchive) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        while let entry = try archive.next() { files[entry.name] = try archive.contents() }
        return files
    }

    @Test(arguments: [false, true])
    func readsPlainFilesAndPassesOverFolders(packed: Bool) throws {
        let long = (0..<1500).map { UInt8($0 % 251) }
        let bytes = tar([
            ("d/", []), ("d/a", [1, 2, 3]), ("d/empty", []), ("d/block", Array(long[..<512])), ("b", long),
        ])
        let path = try packed ? scratch.writePacked(bytes, to: "a.tar.gz") : scratch.write(bytes, to: "a.tar")
        let files = try files(in: TarArchive(UnpackedBytes(path: path)))
        #expect(files == ["d/a": [1, 2, 3], "d/empty": [], "d/block": Array(long[..<512]), "b": long])
    }

    @Test func contentsThatNobodyAsksForArePassedOver() throws {
        let path = try scratch.write(tar([("a", [UInt8](repeating: 7, count: 70_000)), ("b", [9])]), to: "a.tar")
        let archive = TarArchive(try UnpackedBytes(path: path))
        #expect(try archive.next()?.byteCount == 70_000)
        #expect(try archive.next()?.name == "b")
        #expect(try archive.contents() == [9])
        #expect(try archive.next() == nil)
    }

    @Test(arguments: [0, 100, 512, 600, 1023]) func cutShort(kept: Int) throws {
        let path = try scratch.write(Array(tar([("a", [UInt8](repeating: 7, count: 600))])[..<kept]), to: "a.tar")
        expectError(.file, at: path, found: "the end of the file inside the archive", remedy: "again") {
            _ = try files(in: TarArchive(UnpackedBytes(path: path)))
        }
    }

    /// One byte of a header changed: its name, its size, its sum.
    @Test(arguments: [3, 130, 150]) func damagedHeader(byte: Int) throws {
        var bytes = tar([("name", [1])])
        bytes[byte] ^= 1
        let path = try scratch.write(bytes, to: "a.tar")
        expectError(.file, at: path, found: "a header that is none", expected: "a tar archive") {
            _ = try TarArchive(UnpackedBytes(path: path)).next()
        }
    }
}
