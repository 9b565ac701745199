import Glibc
import IbexGraph
import IbexTestSupport
import Testing

@testable import IbexArrays

@Suite struct AtomicFileTests {
    private struct Failure: Error {}
    private let scratch: Scratch
    private let path: String

    init() throws {
        scratch = try Scratch()
        path = scratch.file("weights.h5")
    }

    @Test func writesANewFileAndThenAnother() throws {
        try AtomicFile.write([1, 2, 3], to: path)
        #expect(try scratch.bytes(of: "weights.h5") == [1, 2, 3])
        try AtomicFile.write([4], to: path)
        #expect(try scratch.bytes(of: "weights.h5") == [4])
        #expect(try scratch.names == ["weights.h5"])
    }

    @Test func anErrorLeavesTheOldFileAndNothingElse() throws {
        try AtomicFile.write([1, 2, 3], to: path)
        #expect(throws: Failure.self) {
            try AtomicFile.withFile(at: path) { file in
                try file.write([9, 9])
                #expect(try scratch.bytes(of: "weights.h5") == [1, 2, 3])
                throw Failure()
            }
        }
        #expect(try scratch.bytes(of: "weights.h5") == [1, 2, 3])
        #expect(try scratch.names == ["weights.h5"])
    }

    @Test func aFullDiskLeavesTheOldFile() throws {
        try AtomicFile.write([1, 2, 3], to: path)
        expectError(.file, at: path, found: "No space left on device", expected: "room for 2 bytes") {
            try AtomicFile.write(to: path) { _ in try OutputFile("/dev/full", place: path).write([9, 9]) }
        }
        #expect(try scratch.bytes(of: "weights.h5") == [1, 2, 3])
    }

    /// As libzip does: the function writes elsewhere and renames onto the temporary name.
    @Test func aFunctionMayRenameOntoTheTemporaryName() throws {
        let other = try scratch.write([7, 8], to: "other")
        try AtomicFile.write(to: path) { #expect(rename(other, $0) == 0) }
        #expect(try scratch.bytes(of: "weights.h5") == [7, 8])
    }

    @Test(arguments: [0o600, 0o664, 0o755] as [mode_t]) func keepsThePermissions(mode: mode_t) throws {
        try AtomicFile.write([1], to: path)
        #expect(chmod(path, mode) == 0)
        try AtomicFile.write([2], to: path)
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == mode)
    }

    @Test func replacesWhatALinkLeadsTo() throws {
        try AtomicFile.write([1], to: path)
        #expect(mkdir(scratch.file("inner"), 0o755) == 0)
        #expect(symlink("../weights.h5", scratch.file("inner/first")) == 0)
        #expect(symlink("inner/first", scratch.file("second")) == 0)
        try AtomicFile.write([2], to: scratch.file("second"))
        #expect(try scratch.bytes(of: "weights.h5") == [2])
        var status = stat()
        #expect(lstat(scratch.file("second"), &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    }

    @Test func writesWhatADanglingLinkLeadsTo() throws {
        #expect(symlink("weights.h5", scratch.file("link")) == 0)
        try AtomicFile.write([2], to: scratch.file("link"))
        #expect(try scratch.bytes(of: "weights.h5") == [2])
    }

    @Test func whatCannotBeWritten() throws {
        expectError(.file, at: "/none/a", found: "No such file", expected: "a folder") {
            try AtomicFile.write([1], to: "/none/a")
        }
        expectError(.file, at: scratch.path, found: "no plain file") { try AtomicFile.write([1], to: scratch.path) }
        expectError(.file, at: "/dev/null", found: "no plain file") { try AtomicFile.write([1], to: "/dev/null") }
        #expect(symlink("loop", scratch.file("loop")) == 0)
        expectError(.file, at: "loop", found: "symbolic links") { try AtomicFile.write([1], to: scratch.file("loop")) }
    }

    @Test func aNameOfFullLength() throws {
        let name = String(repeating: "é", count: 127)
        try AtomicFile.write([1], to: scratch.file(name))
        #expect(try scratch.bytes(of: name) == [1])
    }

    /// A kill leaves a file of the temporary name, here of a process that has ended.
    @Test func removesWhatAKilledProcessLeft() throws {
        var ended: pid_t = 0
        #expect(posix_spawnp(&ended, "true", nil, nil, [strdup("true"), nil], nil) == 0)
        #expect(waitpid(ended, nil, 0) == ended)
        var living = ""
        try AtomicFile.write(to: path) { temporary in
            living = String(temporary.split(separator: "/").last ?? "")
            let left = living.replacing("\(getpid())-", with: "\(ended)-")
            try scratch.write([0], to: left)
            try scratch.write([0], to: left.replacing("weights", with: "others"))
            try AtomicFile.write([5], to: path)
            #expect(try scratch.names.contains(left) == false)
            #expect(try scratch.names.contains(living))
        }
        #expect(try scratch.names.count == 2)
    }
}
