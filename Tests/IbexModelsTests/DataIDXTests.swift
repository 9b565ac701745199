import FoundationEssentials
import IbexGraph
import IbexTestSupport
import Testing

@testable import IbexModels

@Suite struct DataIDXTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    @Test(arguments: [false, true])
    func readsBytesAndExtents(packed: Bool) throws {
        let elements = (0..<24).map { UInt8($0 * 10) }
        let file = idx([2, 3, 4], elements)
        let path = try packed ? scratch.writePacked(file, to: "a.gz") : scratch.write(file, to: "a")
        let array = try IDXArray(contentsOf: path)
        #expect(array.shape == [2, 3, 4])
        #expect(array.bytes == elements)
        #expect(array.digest == digest(of: file))
    }

    @Test func readsMoreThanOneBufferAndSeveralGzipMembers() throws {
        let elements = (0..<200_000).map { UInt8($0 * $0 % 253) }
        let file = idx([200_000], elements)
        let first = try scratch.writePacked(Array(file[..<70_000]), to: "first.gz")
        let second = try scratch.writePacked(Array(file[70_000...]), to: "second.gz")
        let joined = try scratch.write(bytes(of: first) + bytes(of: second), to: "joined.gz")
        #expect(try IDXArray(contentsOf: joined).bytes == elements)
    }

    @Test func emptyArray() throws {
        let array = try IDXArray(contentsOf: scratch.write(idx([0], []), to: "empty"))
        #expect(array.shape == [0])
        #expect(array.bytes.isEmpty)
    }

    @Test func noSuchFile() {
        expectError(.file, at: "/nowhere/x", found: "No such file") { _ = try IDXArray(contentsOf: "/nowhere/x") }
    }

    @Test func aFolderIsNoFile() {
        expectError(.file, found: "no plain file") { _ = try IDXArray(contentsOf: scratch.path) }
    }

    @Test(arguments: [[1, 2, 3, 4], [0, 0, 8, 0], [0, 1, 8, 1]] as [[UInt8]])
    func wrongMagic(magic: [UInt8]) throws {
        let path = try scratch.write(magic + [0, 0, 0, 1, 7], to: "magic")
        expectError(.file, at: path, found: "magic number 0x", expected: "IDX") { _ = try IDXArray(contentsOf: path) }
    }

    @Test func otherElementType() throws {
        let path = try scratch.write([0, 0, 0x0d, 1, 0, 0, 0, 1, 0, 0, 0, 0], to: "floats")
        expectError(.file, found: "0x0d", expected: "unsigned bytes") { _ = try IDXArray(contentsOf: path) }
    }

    @Test(arguments: [0, 1, 3, 4, 6, 11, 12, 17])
    func cutShort(kept: Int) throws {
        let path = try scratch.write(Array(idx([2, 3], [1, 2, 3, 4, 5, 6])[..<kept]), to: "short")
        expectError(.file, at: path, found: "the end of the file", expected: "a whole IDX file") {
            _ = try IDXArray(contentsOf: path)
        }
    }

    @Test func cutShortInsideThePackedData() throws {
        let elements = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
        let whole = try bytes(of: scratch.writePacked(idx([5000], elements), to: "whole.gz"))
        for kept in [12, 40, whole.count / 2, whole.count - 1] {
            let path = try scratch.write(Array(whole[..<kept]), to: "cut.gz")
            expectError(.file, at: path, found: "the end of the file") { _ = try IDXArray(contentsOf: path) }
        }
    }

    @Test func damagedPackedData() throws {
        let elements = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
        var whole = try bytes(of: scratch.writePacked(idx([5000], elements), to: "whole.gz"))
        whole[whole.count - 6] ^= 0x40  // its checksum
        let path = try scratch.write(whole, to: "damaged.gz")
        expectError(.file, at: path, found: "does not unpack", remedy: "again") { _ = try IDXArray(contentsOf: path) }
    }

    @Test(arguments: [false, true])
    func trailingBytes(packed: Bool) throws {
        let file = idx([2], [1, 2]) + [9]
        let path = try packed ? scratch.writePacked(file, to: "a.gz") : scratch.write(file, to: "a")
        expectError(.file, at: path, found: "bytes after the last of 2 elements") { _ = try IDXArray(contentsOf: path) }
    }

    @Test func aHeaderCannotAskForMemoryThatTheFileCannotFill() throws {
        let path = try scratch.write(idx([1 << 29], [1, 2, 3]), to: "greedy")
        expectError(.file, at: path, found: "more than a file of that size holds") {
            _ = try IDXArray(contentsOf: path)
        }
        let huge = try scratch.write(idx([0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [1]), to: "huge")
        expectError(.file, at: huge, found: "announces", expected: "at most") { _ = try IDXArray(contentsOf: huge) }
        let small = try scratch.write(idx([4], [1, 2, 3, 4]), to: "small")
        expectError(.file, expected: "at most 3") { _ = try IDXArray(contentsOf: small, limit: 3) }
    }

    private func bytes(of path: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(filePath: path))) }
}
