import IbexGraph
import IbexTestSupport
import Testing

@testable import IbexModels

/// NumPy's files: `.npz`, which is a zip archive, and `.npy`.
@Suite struct DataNumPyTests {
    @Test func storedAndDeflatedFilesOfAZipArchive() throws {
        let archive = try ZipArchive(zipOfPython(), place: "z")
        #expect(try archive.contents(of: "a.txt") == Array("hello".utf8))
        #expect(try archive.contents(of: "b.txt") == [UInt8](repeating: UInt8(ascii: "x"), count: 100))
        expectError(.file, at: "z", found: "a.txt, b.txt", expected: "c.txt") { _ = try archive.contents(of: "c.txt") }
    }

    @Test func whatNumPyWrites() throws {
        let archive = try ZipArchive(npzOfNumPy(), place: "z")
        let y = try NPYArray(archive.contents(of: "y.npy"), place: "y")
        #expect(y.shape == [10])
        #expect(y.values == (0..<10).map { 1.5 * Double($0) })
        #expect(try NPYArray(archive.contents(of: "x.npy"), place: "x").shape == [10, 13])
    }

    /// Whatever is cut off or changed is an error or leaves the contents as they are; nothing crashes.
    @Test func damagedArchives() throws {
        let whole = try zipOfPython()
        for kept in 0..<whole.count {
            expectError(.file, at: "z") { _ = try ZipArchive(Array(whole[..<kept]), place: "z") }
        }
        for byte in whole.indices {
            for bit in [0, 3, 7] {
                var bytes = whole
                bytes[byte] ^= 1 << bit
                do {
                    let contents = try ZipArchive(bytes, place: "z").contents(of: "b.txt")
                    #expect(contents == [UInt8](repeating: UInt8(ascii: "x"), count: 100))
                } catch let error as IbexError {
                    #expect(error.kind == .file)
                }
            }
        }
    }

    @Test(arguments: ["<f8", "<f4"]) func arrays(type: String) throws {
        let array = try NPYArray(npy([2, 3], [1, 2.5, -3, 0, .infinity, 0.25], type: type), place: "a")
        #expect(array.shape == [2, 3])
        #expect(array.values == [1, 2.5, -3, 0, .infinity, 0.25])
    }

    @Test func damagedArrays() {
        let whole = npy([2, 2], [1, 2, 3, 4])
        for kept in 0..<whole.count {
            expectError(.file, at: "a") { _ = try NPYArray(Array(whole[..<kept]), place: "a") }
        }
        expectError(.file, at: "a", expected: "32 bytes") { _ = try NPYArray(whole + [0], place: "a") }
        expectError(.file, at: "a", found: "'<i8'", expected: "'<f4' or '<f8'") {
            _ = try NPYArray(npy([1], [1], type: "<i8"), place: "a")
        }
        expectError(.file, at: "a") { _ = try NPYArray(npy([Int.max, 8], []), place: "a") }
        expectError(.file, at: "a", found: "header") { _ = try NPYArray(npy([-1], [1]), place: "a") }
    }
}
