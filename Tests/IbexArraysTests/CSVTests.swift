import IbexGraph
import IbexRuntime
import IbexTestSupport
import Testing

@testable import IbexArrays

@Suite struct CSVTests {
    private let scratch: Scratch
    init() throws { scratch = try Scratch() }

    private func file(_ text: String) throws -> String { try scratch.write(Array(text.utf8), to: "t.csv") }

    @Test(arguments: [
        "1,2.5\n-3,4e2\n", "1,2.5\r\n-3,4e2\r\n", "1,2.5\r-3,4e2", "\u{FEFF}1,2.5\n\n-3,4e2",
        " 1 , 2.5\n\t-3,+400 \n\n", "\"1\",\"2.5\"\n\" -3\",4e2", "# a,b\n1,2.5 # c\n-3,4e2\n   # d",
    ])
    func oneTableInManyForms(text: String) throws {
        let table = try loadCSV(file(text))
        #expect(table.shape == [2, 2])
        #expect(try table.scalars(as: Float.self) == [1, 2.5, -3, 400])
    }

    @Test func argumentsAsOfLoadtxt() throws {
        let path = try file("a;b;c\n1;2;3\n4;5;6\n")
        let table = try loadCSV(path, separator: ";", skipRows: 1, columns: [2, 0], dtype: .int32)
        #expect(table.shape == [2, 2])
        #expect(try table.scalars(as: Int32.self) == [3, 1, 6, 4])
        let blanks = try loadCSV(file("  1  2\t3 \n4 5   6"), separator: nil, dtype: .float64)
        #expect(try blanks.shape == [2, 3] && blanks.scalars(as: Double.self) == [1, 2, 3, 4, 5, 6])
        let percent = try loadCSV(file("% a\n1,2"), comment: "%", dtype: .uint8)
        #expect(try percent.scalars(as: UInt8.self) == [1, 2])
        #expect(try loadCSV(file("")).shape == [0, 0])
    }

    @Test(
        arguments: [
            ("table.csv", ",", DType.float64), ("blanks.csv", nil, .float64), ("whole.csv", ";", .int64),
        ] as [(String, Character?, DType)])
    func readsWhatNumPyWrites(name: String, separator: Character?, dtype: DType) throws {
        let table = try loadCSV(ArrayOracle.path(name), separator: separator, dtype: dtype)
        let want = try #require(ArrayOracle.shared.get().files[name]?["array"])
        try ArrayOracle.expect(StoredArray(table, place: name), want, name)
    }

    @Test func numbersAtTheirLimits() throws {
        let path = try file("nan,inf,-inf,1e-45,3.4028235e38")
        let values = try loadCSV(path).scalars(as: Float.self)
        #expect(
            values[0].isNaN
                && values[1...] == [.infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude])
        let whole = try loadCSV(file("9223372036854775807,-9223372036854775808"), dtype: .int64)
        #expect(try whole.scalars(as: Int64.self) == [.max, .min])
    }

    @Test(arguments: [
        ("1,2\n1,2,3\n", "3 columns in line 2", "2 columns"), ("1,2\n\n1,x\n", "\"x\" in line 3, column 2", "a number"),
        ("1,,2", "\"\" in line 1, column 2", "a number"), ("1,\"2\n", "quotation mark in line 1", "closing"),
        ("1,2\0", "column 2", "a number"), ("1,0x", "column 2", "a number"),
    ])
    func tablesThatAreNone(text: String, found: String, expected: String) throws {
        let path = try file(text)
        expectError(.file, at: "t.csv", found: found, expected: expected) { _ = try loadCSV(path) }
    }

    @Test func argumentsThatDoNotFit() throws {
        let path = try file("1,2\n")
        expectError(.argument, at: "t.csv", found: "column 2", expected: "0 to 1") {
            _ = try loadCSV(path, columns: [0, 2])
        }
        expectError(.argument, at: "t.csv", found: "ü", expected: "ASCII") { _ = try loadCSV(path, separator: "ü") }
        expectError(.argument, at: "t.csv", found: "bool", remedy: "Cast") { _ = try loadCSV(path, dtype: .bool) }
        expectError(.file, at: "t.csv", found: "\"300\"", expected: "uint8") {
            _ = try loadCSV(file("300"), dtype: .uint8)
        }
        expectError(.shape, at: "t.csv", found: "(1, 1, 1)") { try saveCSV(Tensor.zeros([1, 1, 1]), to: path) }
        expectError(.shape, at: "t.csv", found: "1 names for 2") {
            try saveCSV(Tensor.zeros([1, 2]), to: path, header: ["a"])
        }
    }

    @Test func writesAndReads() throws {
        let path = scratch.file("t.csv")
        let table = Tensor(shape: [2, 2], scalars: [0.1, -1e-30, .infinity, 16_777_216] as [Float])
        try saveCSV(table, to: path, separator: ";", header: ["a", "b;c"])
        #expect(
            try String(decoding: scratch.bytes(of: "t.csv"), as: UTF8.self)
                == "a;\"b;c\"\n0.1;-1e-30\ninf;16777216.0\n")
        let copy = try loadCSV(path, separator: ";", skipRows: 1)
        #expect(try copy.scalars(as: Float.self) == table.scalars(as: Float.self))
        try saveCSV(Tensor([true, false]), to: path)
        #expect(try scratch.bytes(of: "t.csv") == Array("1\n0\n".utf8))
    }
}
