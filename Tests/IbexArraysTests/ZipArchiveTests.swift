import Foundation
import IbexGraph
import IbexTestSupport
import Testing

@testable import IbexArrays

@Suite struct ZipArchiveTests {
    private let scratch: Scratch
    init() throws { scratch = try Scratch() }

    @Test func storedAndDeflatedFiles() throws {
        let archive = try ZipArchive(zipOfPython(), place: "z")
        #expect(archive.members.map(\.name) == ["a.txt", "b.txt"] && archive.members.map(\.byteCount) == [5, 100])
        #expect(try archive.contents(of: "a.txt") == Array("hello".utf8))
        #expect(try archive.contents(of: "b.txt") == [UInt8](repeating: UInt8(ascii: "x"), count: 100))
        expectError(.file, at: "z", found: "a.txt, b.txt", expected: "c.txt") { _ = try archive.contents(of: "c.txt") }
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

    @Test(arguments: ["/a", "../a", "a/../../b", "\\a", "a\\..\\b", "C:\\a", "/", ".."])
    func namesThatLeadElsewhere(name: String) throws {
        expectError(.file, at: "z", found: name, expected: "names inside") {
            _ = try ZipArchive(zip([Entry(name)]), place: "z")
        }
    }

    @Test func aNameThatComesTwice() throws {
        expectError(.file, at: "z", found: "two files of the name a") {
            _ = try ZipArchive(zip([Entry("a"), Entry("a")]), place: "z")
        }
    }

    @Test func sizesThatCannotBe() throws {
        let bombs = [
            Entry("a", method: 8, size: 0xFFFF_FFF0), Entry("a", method: 8, size: 4 * 1032 + 1),
            Entry("a", method: 0, size: 5), Entry("a", method: 8, size: 1000, packedSize: 1 << 20),
        ]
        for bomb in bombs {
            expectError(.file, at: "z", found: "for a", expected: "sizes that an archive") {
                _ = try ZipArchive(zip([bomb]), place: "z")
            }
        }
    }

    /// Many names for the same packed bytes: together more than the archive has.
    @Test func overlappingFiles() throws {
        let entries = (0..<40).map { Entry("a\($0)", contents: [UInt8](repeating: 1, count: 100), start: 0) }
        let shared = try #require(entries.first)
        expectError(.file, at: "z", expected: "sizes that an archive") {
            _ = try ZipArchive(zip([shared], directory: entries), place: "z")
        }
    }

    @Test func whatIsNotUnpacked() throws {
        expectError(.file, at: "z, a", found: "encrypted") {
            _ = try ZipArchive(zip([Entry("a", flags: 1)]), place: "z").contents(of: "a")
        }
        expectError(.file, at: "z, a", found: "packing method 12", expected: "stored or deflated") {
            _ = try ZipArchive(zip([Entry("a", method: 12)]), place: "z").contents(of: "a")
        }
    }

    @Test func writesFilesInTheirOrder() throws {
        let copied = try scratch.write([7, 8, 9], to: "copied")
        let path = scratch.file("z.zip")
        try ZipArchive.write(
            [.init("metadata.json", Array("{}".utf8)), .init("empty", []), .init("ü/weights", copyOf: copied)], to: path
        )
        let archive = try ZipArchive(path: path)
        #expect(archive.members.map(\.name) == ["metadata.json", "empty", "ü/weights"])
        #expect(try archive.contents(of: "ü/weights") == [7, 8, 9])
        #expect(try archive.contents(of: "empty") == [])
        // A stored file, dated 1980-01-01 00:00: bytes 8 and 9 are the method, 10 to 13 time and date.
        #expect(try Array(scratch.bytes(of: "z.zip")[8..<14]) == [0, 0, 0, 0, 0x21, 0])
        expectError(.file, at: "z.zip", found: "No such file") {
            try ZipArchive.write([.init("a", copyOf: scratch.file("none"))], to: path)
        }
        #expect(try ZipArchive(path: path).members.count == 3)
        #expect(try scratch.names == ["copied", "z.zip"])
    }

    @Test func tellsWhereAStoredFileLies() throws {
        let path = scratch.file("z.zip")
        let contents = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        try ZipArchive.write([.init("a", [1]), .init("ü/weights", contents)], to: path)
        let archive = try ZipArchive(path: path)
        let stored = try #require(try archive.storedRange(of: archive.member("ü/weights")))
        #expect(try stored.file.contents()[stored.bytes] == contents[...])
        // Packed, in memory, or with another header than the directory's: to be unpacked by libzip.
        try ZipArchive.write([.init("a", contents)], to: path, compressed: true)
        let packed = try ZipArchive(path: path)
        #expect(try packed.storedRange(of: packed.member("a")) == nil)
        let whole = try zipOfPython()
        let inMemory = try ZipArchive(whole, place: "z")
        #expect(try inMemory.storedRange(of: inMemory.member("a.txt")) == nil)
        // The header's signature, flags, method, size, length of name, name; the directory's name.
        for byte in [0, 6, 8, 22, 26, 30] {
            var bytes = whole
            bytes[byte] ^= 1
            guard let archive = try? ZipArchive(path: scratch.write(bytes, to: "damaged.zip")) else { continue }
            #expect(try archive.storedRange(of: archive.member("a.txt")) == nil, "byte \(byte)")
        }
        let sound = try ZipArchive(path: scratch.write(whole + [], to: "sound.zip"))
        let range = try #require(try sound.storedRange(of: sound.member("a.txt"))).bytes
        #expect(whole[range] == Array("hello".utf8)[...])
    }

    @Test func severalFilesAtATime() throws {
        let archive = try ZipArchive(zipOfPython(), place: "z")
        var bytes = [UInt8](repeating: 0, count: 5)
        try archive.read(archive.member("a.txt")) { a in
            try bytes.withUnsafeMutableBytes { bytes in
                try a(UnsafeMutableRawBufferPointer(rebasing: bytes[..<2]))
                #expect(try archive.contents(of: "b.txt").count == 100)
                try a(UnsafeMutableRawBufferPointer(rebasing: bytes[2...]))
                expectError(.file, at: "z, a.txt", found: "0 bytes more") { try a(bytes) }
            }
        }
        #expect(bytes == Array("hello".utf8))
    }
}

/// What Python's `zipfile` made of `a.txt` with `hello` stored and `b.txt` with 100 times `x` deflated.
private func zipOfPython() throws -> [UInt8] {
    let text =
        "UEsDBBQAAAAAAAAAIQCGphA2BQAAAAUAAAAFAAAAYS50eHRoZWxsb1BLAwQUAAAACAAAACEAj10OXgYAAABkAAAABQAAAGIu"
        + "dHh0q6igPQAAUEsBAhQDFAAAAAAAAAAhAIamEDYFAAAABQAAAAUAAAAAAAAAAAAAAIABAAAAAGEudHh0UEsBAhQDFAAAAAgA"
        + "AAAhAI9dDl4GAAAAZAAAAAUAAAAAAAAAAAAAAIABKAAAAGIudHh0UEsFBgAAAAACAAIAZgAAAFEAAAAAAA=="
    return try [UInt8](#require(Data(base64Encoded: text)))
}

/// A file as an archive declares it, truly or not.
private struct Entry {
    let name: String
    let contents: [UInt8]
    let method, flags: Int
    let size, packedSize: Int
    let start: Int?

    init(
        _ name: String, contents: [UInt8] = [1, 2, 3, 4], method: Int = 0, flags: Int = 0, size: Int? = nil,
        packedSize: Int? = nil, start: Int? = nil
    ) {
        self.name = name
        self.contents = contents
        self.method = method
        self.flags = flags
        self.size = size ?? contents.count
        self.packedSize = packedSize ?? contents.count
        self.start = start
    }

    /// What local header and directory share: from the flags to the length of the extra field.
    var fields: [UInt8] {
        let date = little(0x21 << 16, 4)
        let sizes = little(packedSize, 4) + little(size, 4)
        return little(flags, 2) + little(method, 2) + date + little(0, 4) + sizes + little(name.utf8.count, 2)
            + little(0, 2)
    }
}

func little(_ number: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}

/// An archive as the format's definition has it, with checksums of zero.
private func zip(_ entries: [Entry], directory: [Entry]? = nil) -> [UInt8] {
    var archive: [UInt8] = []
    var starts: [Int] = []
    for entry in entries {
        starts.append(archive.count)
        archive += [0x50, 0x4B, 3, 4] + little(20, 2) + entry.fields + Array(entry.name.utf8) + entry.contents
    }
    let begin = archive.count
    for (index, entry) in (directory ?? entries).enumerated() {
        archive += [0x50, 0x4B, 1, 2] + little(20, 2) + little(20, 2) + entry.fields + little(0, 2) + little(0, 2)
        archive += little(0, 2) + little(0, 4) + little(entry.start ?? starts[index], 4) + Array(entry.name.utf8)
    }
    let count = little((directory ?? entries).count, 2)
    return archive + [0x50, 0x4B, 5, 6] + little(0, 4) + count + count + little(archive.count - begin, 4)
        + little(begin, 4) + little(0, 2)
}
