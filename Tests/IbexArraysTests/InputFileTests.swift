import Glibc
import IbexGraph
import IbexTestSupport
import Testing

@testable import IbexArrays

@Suite struct InputFileTests {
    private let scratch: Scratch
    init() throws { scratch = try Scratch() }

    /// More than several threads' pieces, which are of 4 MiB.
    @Test func readsALargeFileAtAnyPlace() throws {
        let bytes = (0..<9 << 17).map { UInt64($0) }.withUnsafeBytes { Array($0) }
        let file = try InputFile(scratch.write(bytes, to: "a"))
        #expect(file.byteCount == bytes.count)
        var target = [UInt8](repeating: 0, count: bytes.count - 5)
        try target.withUnsafeMutableBytes { try file.read(at: 3, into: $0) }
        #expect(target[...] == bytes[3..<bytes.count - 2])
        expectError(.file, at: "a", found: "the end of the file", expected: "bytes from") {
            try target.withUnsafeMutableBytes { try file.read(at: 6, into: $0) }
        }
    }

    @Test func staysTheFileThatItWas() throws {
        let file = try InputFile(scratch.write([1, 2, 3], to: "a"))
        try AtomicFile.write([9], to: scratch.file("a"))
        var target = [UInt8](repeating: 0, count: 3)
        try target.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }
        #expect(target == [1, 2, 3])
    }

    @Test func whatIsNoFile() throws {
        expectError(.file, at: "none", found: "No such file") { _ = try InputFile(scratch.file("none")) }
        #expect(mkfifo(scratch.file("pipe"), 0o600) == 0)
        expectError(.file, at: "pipe", found: "no plain file") { _ = try InputFile(scratch.file("pipe")) }
    }
}
