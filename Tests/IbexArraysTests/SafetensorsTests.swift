import IbexGraph
import IbexRuntime
import IbexTestSupport
import Testing

@testable import IbexArrays

@Suite struct SafetensorsTests {
    private let scratch: Scratch
    init() throws { scratch = try Scratch() }

    @Test(arguments: ["all.safetensors", "three.safetensors"]) func readsWhatTheLibraryWrites(name: String) throws {
        let file = try SafetensorsFile(path: ArrayOracle.path(name))
        let want = try #require(ArrayOracle.shared.get().files[name])
        let arrays = try #require(want["arrays"]?.array)
        #expect(file.arrays.count == arrays.count)
        for array in arrays {
            let name = try #require(array["name"]?.string)
            try ArrayOracle.expect(file.array(name), array, name)
        }
        #expect(file.metadata == (want["metadata"]?.object ?? [:]).compactMapValues(\.string))
        expectError(.file, at: name, found: "no array x") { _ = try file.array("x") }
    }

    @Test func writesWhatTheLibraryWrites() throws {
        let tensors = try loadSafetensors(ArrayOracle.path("three.safetensors"))
        #expect(tensors.names == ["step", "kernel", "flags"])
        let shuffled = NamedTensors(["flags", "step", "kernel"].map { ($0, tensors[$0] ?? Tensor([0.0])) })
        try saveSafetensors(shuffled, to: scratch.file("a.safetensors"))
        #expect(try scratch.bytes(of: "a.safetensors") == ArrayOracle.bytes("three.safetensors"))
    }

    @Test func writesAndReadsEveryTypeAndName() throws {
        let file = try SafetensorsFile(path: ArrayOracle.path("all.safetensors"))
        let path = scratch.file("a.safetensors")
        let metadata = ["format": "np", "line\u{1}\n": "\"ü\\😀"]
        try SafetensorsFile.write(file.arrays, metadata: metadata, to: path)
        let copy = try SafetensorsFile(path: path)
        #expect(copy.metadata == metadata)
        #expect(Set(copy.arrays.map(\.name)) == Set(file.arrays.map(\.name)))
        for (name, array) in file.arrays {
            #expect(try copy.array(name).bytes() == array.bytes(), "\(name)")
        }
    }

    @Test func namesThatCannotBeWritten() throws {
        expectError(.argument, at: "a.safetensors", found: "__metadata__") {
            try saveSafetensors(["__metadata__": Tensor([1.0])], to: scratch.file("a.safetensors"))
        }
    }

    private func open(_ header: String, bytes: Int, length: Int? = nil) throws {
        let size = UInt64(truncatingIfNeeded: length ?? header.utf8.count)
        let file = withUnsafeBytes(of: size.littleEndian, Array.init) + Array(header.utf8)
        let path = try scratch.write(file + [UInt8](repeating: 0, count: bytes), to: "a.safetensors")
        for (_, array) in try SafetensorsFile(path: path).arrays { _ = try array.bytes() }
    }

    private func entry(_ name: String, _ type: String, _ shape: String, _ offsets: String) -> String {
        #""\#(name)":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
    }

    @Test func wholeFiles() throws {
        try open("{}", bytes: 0)
        try open("{" + entry("a", "F32", "[2]", "[0, 8]") + "}   ", bytes: 8)
        try open("{" + entry("a", "F32", "[]", "[0,4]") + "," + entry("b", "F32", "[0]", "[4,4]") + "}", bytes: 4)
        try open(#"{"__metadata__":{"a":"\u00e9\ud83d\ude00\n"}}"#, bytes: 0)
    }

    @Test func arraysThatDoNotTileTheFile() throws {
        let a = entry("a", "F32", "[2]", "[0,8]")
        for (header, bytes) in [
            (a, 7), (a, 9), (a + "," + entry("b", "F32", "[1]", "[4,8]"), 8),
            (a + "," + entry("b", "F32", "[1]", "[12,16]"), 16), (entry("a", "F32", "[2]", "[8,0]"), 8),
            (entry("a", "F32", "[3]", "[0,8]"), 8), (entry("a", "F64", "[2]", "[0,8]"), 8),
            (entry("a", "U8", "[4611686018427387904,4,0]", "[0,0]"), 0),
            (entry("a", "F32", "[4611686018427387904]", "[0,0]"), 0),
        ] {
            expectError(.file, at: "a.safetensors", remedy: "damaged") { try open("{\(header)}", bytes: bytes) }
        }
    }

    @Test func headersThatAreNone() throws {
        for header in [
            "", "[]", "{", "{}}", "null", #"{"a":1}"#, #"{"a":{"dtype":"F32","shape":[1]}}"#,
            "{" + entry("a", "F32", "[1]", "[0,4,4]") + "}", "{" + entry("a", "F32", "[-1]", "[0,4]") + "}",
            "{" + entry("a", "F32", "[1.0]", "[0,4]") + "}", "{" + entry("a", "F32", "[01]", "[0,4]") + "}",
            "{" + entry("a", "F32", "[1]", "[0,4]") + "," + entry("a", "F32", "[1]", "[0,4]") + "}",
            #"{"__metadata__":{"a":1}}"#, #"{"__metadata__":{"a":"b","a":"c"}}"#, #"{"__metadata__":{"a":"\ud83d"}}"#,
            #"{"__metadata__":{"a":"\x"}}"#, "{\"__metadata__\":{\"a\n\":\"b\"}}",
            String(repeating: "{\"a\":", count: 10_000), String(repeating: "[", count: 100_000),
        ] {
            expectError(.file, at: "a.safetensors", found: "at byte", remedy: "damaged") { try open(header, bytes: 4) }
        }
        expectError(.file, at: "a.safetensors, b", found: "the type F8_E4M3", expected: "BF16") {
            try open("{" + entry("b", "F8_E4M3", "[1]", "[0,1]") + "}", bytes: 1)
        }
    }

    @Test(arguments: [3, 100_000_001, Int.max, -1]) func lengthsThatCannotBe(length: Int) throws {
        expectError(.file, at: "a.safetensors", found: "a header of", expected: "at most 2") {
            try open("{}", bytes: 0, length: length)
        }
    }
}
