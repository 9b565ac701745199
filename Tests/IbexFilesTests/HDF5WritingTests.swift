import Foundation
import Glibc
import IbexArrays
import IbexGraph
import IbexRuntime
import IbexTestSupport
import Testing

@testable import IbexFiles

@Suite struct HDF5WritingTests {
    let scratch: Scratch
    let path: String

    init() throws {
        scratch = try Scratch()
        path = scratch.file("x.h5")
    }

    /// Each file of the oracle read, written and read again is the same; an empty list of texts becomes one of numbers,
    /// as Keras has it.
    @Test func whatIsWrittenReadsBackEqual() throws {
        for name in try HDF5Trees.stored.get().files.keys {
            var root = try HDF5File.read(HDF5Trees.path(name))
            try HDF5File.write(root, to: path)
            if root.attributes["no texts"] != nil { root.attributes["no texts"] = .numbers([]) }
            #expect(try HDF5File.read(path).description() == root.description(), "\(name)")
        }
    }

    @Test func writesArraysInOnePiece() throws {
        var root = HDF5Group()
        root.put(StoredArray(Tensor([1, 2, 3] as [Int32]), place: "x"), at: "a/b")
        try HDF5File.write(root, to: path)
        let file = try Data(contentsOf: URL(filePath: path))
        #expect(file.range(of: Data([1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0])) != nil)
    }

    /// The counts are Keras's for texts longer than 16 bytes; shorter ones count as 16, since HDF5 refers to each.
    @Test(arguments: [(900, 101, 2), (4032, 16, 0), (4033, 3, 2), (3, 70_000, 3), (0, 0, 0)])
    func splitsLongListsAndJoinsThem(_ count: Int, _ length: Int, _ parts: Int) throws {
        let texts = (0..<count).map { "\($0)".padding(toLength: length, withPad: "x", startingAt: 0) }
        var root = HDF5Group()
        root.setStrings(texts, named: "names")
        #expect(root.attributes["names"] == (parts == 0 ? .strings(texts) : nil))
        #expect(root.attributes.count == max(parts, 1))
        try HDF5File.write(root, to: path)
        #expect(try HDF5File.read(path).strings(named: "names") == texts)
    }

    @Test func partsDifferByOneAtMost() {
        var root = HDF5Group()
        root.setStrings([String](repeating: String(repeating: "x", count: 20_000), count: 8), named: "names")
        #expect((0..<3).map { root.attributes["names\($0)"]?.strings?.count } == [3, 3, 2])
        #expect(HDF5Group().strings(named: "names") == nil)
    }

    @Test(arguments: ["", ".", "..", "a/b", "a\0"])
    func refusesNamesThatHDF5CannotHold(_ name: String) {
        var root = HDF5Group()
        root.groups[name] = HDF5Group()
        expectError(.name, at: path, found: "the name '\(name)'") { try HDF5File.write(root, to: path) }
        #expect(access(path, F_OK) != 0)
    }

    @Test func refusesTextsThatHDF5CannotHold() {
        var root = HDF5Group()
        root.attributes["text"] = .string("a\0b")
        expectError(.data, at: path, found: "a NUL character in the attribute 'text'") {
            try HDF5File.write(root, to: path)
        }
    }

    @Test func refusesTwoThingsOfOneName() {
        var root = HDF5Group()
        root.arrays["a"] = StoredArray(Tensor([1]), place: "a")
        root.groups["a"] = HDF5Group()
        expectError(.name, found: "a group and an array '/a'") { try HDF5File.write(root, to: path) }
    }

    /// libhdf5 itself does not survive a disk that is full when it closes a file.
    @Test func aFullDiskIsAnError() throws {
        let full = open("/dev/full", O_RDWR)
        defer { close(full) }
        for name in ["keras2/cnn_32/cnn_32.h5", "keras3/mlp_10/mlp_10.weights.h5"] {
            let root = try HDF5File.read(HDF5Trees.path("models/" + name))
            expectError(.file, at: path, found: "No space left on device") {
                try HDF5File.write(root, to: full, place: path)
            }
        }
        try HDF5File.write(HDF5Group(), to: path)
    }

    @Test func afterAFailureTheOldFileIsWhole() throws {
        var root = try HDF5File.read(HDF5Trees.path("hdf5/types.h5"))
        try HDF5File.write(root, to: path)
        let before = try scratch.bytes(of: "x.h5")
        root.arrays["zzz"] = StoredArray(.float32, [3], place: "a broken disk") { _ in
            throw IbexError(.file, at: "a broken disk", found: "nothing", expected: "bytes")
        }
        expectError(.file, at: "a broken disk") { try HDF5File.write(root, to: path) }
        #expect(try scratch.bytes(of: "x.h5") == before)
        #expect(try scratch.names == ["x.h5"])
    }
}
