import IbexGraph
import IbexModels
import IbexTestSupport
import Testing

@testable import IbexFiles

@Suite struct JSONTests {
    private func read(_ text: String) throws -> ConfigValue { try JSON.value(of: text, at: "config.json") }

    @Test func readsWhatPythonWrites() throws {
        let text =
            #"{"a": [1, -2.5, 1e-07, 1E+3, null, true, false], "b": {"c": "x\n\u00e9\ud83d\ude00\\\/"}, "d": []}"#
        #expect(
            try read(text)
                == ["a": [1, -2.5, 1e-07, 1000.0, nil, true, false], "b": ["c": "x\né😀\\/"], "d": []])
        let numbers = try #require(
            try read("[NaN, Infinity, -Infinity, 123456789012345678901234567890, 1.0, 1e400]").array)
        #expect(numbers[0].double?.isNaN == true)
        #expect(numbers[1...2].map(\.double) == [.infinity, -.infinity])
        #expect(numbers[3] == .double(1.2345678901234568e29))
        #expect(numbers[4] == .double(1))
        #expect(numbers[5] == .double(.infinity))
    }

    @Test func theLastOfEqualKeysCounts() throws { #expect(try read(#"{"a": 1, "a": 2}"#) == ["a": 2]) }

    @Test func halvesOfPairsAreReplaced() throws {
        #expect(try read(#""\ud83d""#) == "\u{FFFD}")
        #expect(try read(#""\ud83d\u0041""#) == "\u{FFFD}A")
    }

    @Test(arguments: [
        "", "{", "[1,", "[1 2]", "{\"a\"}", "{\"a\": }", "{a: 1}", "{'a': 1}", "nul", "01", "1.", "+1", "0x10",
        "\"\\x\"",
        "\"\\u12\"", "\"a", "\"\\", "\"\u{1}\"", "[1] 2", ".5", "-", "--1", "1e", "Infinityy",
    ])
    func refusesWhatIsNone(text: String) {
        expectError(.file, at: "config.json", found: "of its JSON") { _ = try read(text) }
    }

    @Test func depthIsBounded() throws {
        let deep = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
        _ = try read(deep)
        expectError(.file, found: "500 deep") { _ = try read("[" + deep + "]") }
        expectError(.file, found: "500 deep") { _ = try read(String(repeating: "{\"a\":", count: 200_000)) }
    }

    /// The text is what `json.dumps` of Python gives for the same values.
    @Test func writesAsPythonDoes() {
        let value: ConfigValue = [
            "name": "é\"😀\t", "list": [1, 2.0, 1e-07, 1e22, 0.1, nil, true], "empty": [:], "class_name": "A",
            "none": [], "bad": [.double(.nan), .double(-.infinity)],
        ]
        #expect(
            JSON.text(value)
                == #"{"class_name": "A", "name": "\u00e9\"\ud83d\ude00\t", "bad": [NaN, -Infinity], "empty": {}, "#
                + #""list": [1, 2.0, 1e-07, 1e+22, 0.1, null, true], "none": []}"#)
        #expect(JSON.text(["a": [1, ["b": 2]]], indent: 1) == "{\n \"a\": [\n  1,\n  {\n   \"b\": 2\n  }\n ]\n}")
    }
}
