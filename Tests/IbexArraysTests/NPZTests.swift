import IbexGraph
import IbexRuntime
import IbexTestSupport
import Testing

@testable import IbexArrays

@Suite struct NPZTests {
    private let scratch: Scratch
    init() throws { scratch = try Scratch() }

    @Test(arguments: ["stored.npz", "deflated.npz", "zip32.npz"]) func readsWhatNumPyWrites(name: String) throws {
        let arrays = try NPZFile.arrays(in: ArrayOracle.path(name))
        let wanted = try #require(ArrayOracle.shared.get().files[name]?["arrays"]?.array)
        #expect(arrays.map(\.name) == wanted.map { $0["name"]?.string })
        for (array, want) in zip(arrays, wanted) { try ArrayOracle.expect(array.array, want, array.name) }
    }

    @Test(arguments: [false, true]) func writesAndReads(compressed: Bool) throws {
        let path = scratch.file("a.npz")
        let x = Tensor(shape: [50, 40], scalars: (0..<2000).map { Float($0 % 7) })
        try saveNPZ(
            ["x": x, "step": Tensor(Int64(3)), "none": Tensor.zeros([0, 2])], to: path, compressed: compressed)
        let tensors = try loadNPZ(path)
        #expect(tensors.names == ["x", "step", "none"])
        #expect(try tensors["x"]?.scalars(as: Float.self) == x.scalars(as: Float.self))
        #expect(try tensors["step"]?.item(as: Int64.self) == 3)
        #expect(tensors["none"]?.shape == [0, 2] && tensors["other"] == nil)
        #expect(try (scratch.bytes(of: "a.npz").count < 8000) == compressed)
    }

    @Test func equalContentsMakeEqualFiles() throws {
        for name in ["a.npz", "b.npz"] { try saveNPZ(["x": Tensor([1.0, 2])], to: scratch.file(name)) }
        #expect(try scratch.bytes(of: "a.npz") == scratch.bytes(of: "b.npz"))
    }

    @Test func namesThatAnArchiveCannotHave() throws {
        for name in ["/x", "../x", "x/../../y"] {
            expectError(.argument, at: "a.npz", found: name, expected: "names of files inside an archive") {
                try saveNPZ([name: Tensor([1.0])], to: scratch.file("a.npz"))
            }
        }
        expectError(.argument, at: "a.npz", found: "no files") { try saveNPZ([:], to: scratch.file("a.npz")) }
    }

    @Test func anArrayThatCannotBeReadLeavesTheOldFile() throws {
        let path = scratch.file("a.npz")
        try saveNPZ(["x": Tensor([1] as [Float])], to: path)
        let failing = StoredArray(.float32, [2], place: "lost") { _ in
            throw IbexError(.file, at: "lost", found: "nothing", expected: "an array")
        }
        expectError(.file, at: "lost") { try NPZFile.write([(name: "x", array: failing)], to: path) }
        #expect(try loadNPZ(path)["x"]?.scalars(as: Float.self) == [1])
        #expect(try scratch.names == ["a.npz"])
    }

    @Test func otherFilesInTheArchive() throws {
        try ZipArchive.write([.init("note.txt", [1])], to: scratch.file("a.npz"))
        expectError(.file, at: "a.npz, note.txt", expected: ".npy") { _ = try loadNPZ(scratch.file("a.npz")) }
    }
}
