import Foundation
import Glibc
import IbexTestSupport
import Testing

@testable import IbexArrays

/// An archive beyond 4 GiB, where sizes and places stand in fields of 64 bits (PKWARE's APPNOTE, 4.3.14 to 4.5.3). Most
/// of it is a hole that takes no room.
@Suite struct LargeZipTests {
    private static let large = 5 << 30
    private let scratch: Scratch
    private let archive: ZipArchive

    init() throws {
        scratch = try Scratch()
        let path = try scratch.write([], to: "large.zip")
        let descriptor = open(path, O_WRONLY)
        defer { close(descriptor) }
        func write(_ bytes: [UInt8], at position: Int) {
            #expect(pwrite(descriptor, bytes, bytes.count, off_t(position)) == bytes.count)
        }
        // Flags, method, time and date of 1980-01-01, checksum.
        let about = little(0, 2) + little(0, 2) + little(0x21 << 16, 4)
        let unknown = little(0xFFFF_FFFF, 4)
        // A large file of zeros, whose checksum nobody looks at here.
        let sizes = little(1, 2) + little(16, 2) + little(Self.large, 8) + little(Self.large, 8)
        let large =
            about + little(0, 4) + unknown + unknown + little(5, 2) + little(sizes.count, 2)
        write([0x50, 0x4B, 3, 4] + little(45, 2) + large + Array("large".utf8) + sizes, at: 0)
        // A small one behind it, whose checksum is that of "hello".
        let second = 30 + 5 + sizes.count + Self.large
        let small = about + little(0x3610_A686, 4) + little(5, 4) + little(5, 4) + little(5, 2)
        write([0x50, 0x4B, 3, 4] + little(45, 2) + small + little(0, 2) + Array("smallhello".utf8), at: second)
        let place = little(1, 2) + little(8, 2) + little(second, 8)
        // No comment, the first disk, no attributes.
        let rest = [UInt8](repeating: 0, count: 10)
        let version = little(45, 2) + little(45, 2)
        let first = [0x50, 0x4B, 1, 2] + version + large + rest + little(0, 4) + Array("large".utf8) + sizes
        let other =
            [0x50, 0x4B, 1, 2] + version + small + little(place.count, 2) + rest + unknown + Array("small".utf8) + place
        let directory = second + 40
        let end = directory + first.count + other.count
        write(first + other, at: directory)
        write(
            [0x50, 0x4B, 6, 6] + little(44, 8) + version + little(0, 4) + little(0, 4) + little(2, 8) + little(2, 8)
                + little(end - directory, 8) + little(directory, 8), at: end)
        write([0x50, 0x4B, 6, 7] + little(0, 4) + little(end, 8) + little(1, 4), at: end + 56)
        write(
            [0x50, 0x4B, 5, 6] + little(0, 4) + little(0xFFFF, 2) + little(0xFFFF, 2) + unknown + unknown
                + little(0, 2),
            at: end + 76)
        archive = try ZipArchive(path: path)
    }

    @Test func tellsSizesAndPlaces() throws {
        #expect(archive.members.map(\.byteCount) == [Self.large, 5])
        let large = try #require(try archive.storedRange(of: archive.member("large")))
        #expect(large.bytes == 55..<55 + Self.large)
        let small = try #require(try archive.storedRange(of: archive.member("small")))
        var bytes = [UInt8](repeating: 0, count: 5)
        try bytes.withUnsafeMutableBytes { try small.file.read(at: small.bytes.lowerBound, into: $0) }
        #expect(bytes == Array("hello".utf8))
    }

    @Test func readsBehindFourGibibytes() throws {
        #expect(try archive.contents(of: "small") == Array("hello".utf8))
    }
}
