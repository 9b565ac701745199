import IbexGraph
import IbexRuntime
import IbexTestSupport
import Testing

@testable import IbexArrays

@Suite struct NPYTests {
    private let scratch: Scratch
    init() throws { scratch = try Scratch() }

    /// Every type, both byte orders, both orders of elements, all versions of the format.
    @Test func readsWhatNumPyWrites() throws {
        let files = try ArrayOracle.shared.get().files.filter { $0.key.hasSuffix(".npy") }
        #expect(files.count == 31)
        for (name, want) in files {
            try ArrayOracle.expect(StoredArray(npy: ArrayOracle.path(name)), try #require(want["array"]), name)
        }
    }

    @Test(arguments: [
        "b1", "u1", "i4", "i8", "f2", "f4", "f8", "scalar", "empty", "one_axis",
    ])
    func writesWhatNumPyWrites(name: String) throws {
        let tensor = try loadNPY(ArrayOracle.path("\(name).npy"))
        try saveNPY(tensor, to: scratch.file("out.npy"))
        #expect(try scratch.bytes(of: "out.npy") == ArrayOracle.bytes("\(name).npy"))
    }

    @Test(arguments: ["cpu", "opencl"]) func writesWhatADeviceComputed(device: String) throws {
        try PlainKernels.withDevice(device) {
            let tensor = Tensor([[1, 2], [3, 4]] as [[Float]]) * 2
            try saveNPY(tensor, to: scratch.file("out.npy"))
            #expect(try loadNPY(scratch.file("out.npy")).scalars(as: Float.self) == [2, 4, 6, 8])
        }
    }

    @Test(arguments: [
        ("complex", "'<c8'"), ("text", "'<U2'"), ("bytes", "'|S2'"), ("date", "'<M8[D]'"), ("record", "a record"),
        ("long_double", "'<f16'"), ("object", "'|O'"),
    ])
    func refusesOtherTypes(name: String, found: String) throws {
        expectError(.file, at: "\(name).npy", found: found, expected: "whole or real numbers", remedy: "astype") {
            _ = try loadNPY(ArrayOracle.path("\(name).npy"))
        }
    }

    @Test func refusesNumbersThatDoNotFit() throws {
        expectError(.file, at: "too_large.npy", found: "9223372036854775808", expected: "int64", remedy: "float64") {
            _ = try loadNPY(ArrayOracle.path("too_large.npy"))
        }
        expectError(.argument, at: "x.npy", found: "bfloat16", remedy: "cast(to: .float32)") {
            try saveNPY(Tensor.zeros([1], .bfloat16), to: scratch.file("x.npy"))
        }
    }

    private func npy(_ header: String, elements: Int = 16) -> [UInt8] {
        [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
            + [UInt8](repeating: 0, count: elements)
    }

    @Test(arguments: [
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }   \n",
        #"{"shape": (2L, 2L), "fortran_order": False, "descr": "<f4"}"#,
        "{ 'descr':'=f4','fortran_order':False,'shape':( 4 , ),}",
    ])
    func otherWaysToWriteAHeader(header: String) throws {
        let path = try scratch.write(npy(header), to: "a.npy")
        #expect(try loadNPY(path).elementCount == 4)
    }

    @Test(arguments: [
        "", "{}", "{'descr': '<f4', 'fortran_order': False}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4,), 'more': 1}",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (4,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-4,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2}",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (4,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4,)} + 1",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4, 0)}",
        "{'descr': '<f4, 'fortran_order': False, 'shape': (4,)}",
    ])
    func headersThatAreNone(header: String) throws {
        let path = try scratch.write(npy(header), to: "a.npy")
        expectError(.file, at: "a.npy", expected: "NumPy's format") { _ = try loadNPY(path) }
    }

    @Test func filesOfAnotherLength() throws {
        let whole = try ArrayOracle.bytes("f4.npy")
        for count in 0..<whole.count {
            try scratch.write(Array(whole[..<count]), to: "a.npy")
            expectError(.file, at: "a.npy") { _ = try loadNPY(scratch.file("a.npy")) }
        }
        try scratch.write(whole + [0], to: "a.npy")
        expectError(.file, at: "a.npy", found: "153 bytes", expected: "152") { _ = try loadNPY(scratch.file("a.npy")) }
        expectError(.file, at: "none.npy", found: "No such file") { _ = try loadNPY(scratch.file("none.npy")) }
        expectError(.file, at: scratch.path, found: "no plain file") { _ = try loadNPY(scratch.path) }
    }
}
