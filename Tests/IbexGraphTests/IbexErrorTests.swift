import IbexGraph
import Testing

struct IbexErrorTests {
    @Test func saysPlaceFoundAndExpected() {
        let error = IbexError(.shape, at: "matmul", found: "(2, 3) and (4, 5)", expected: "inner extents that match")
        #expect(error.description == "matmul: found (2, 3) and (4, 5); expected inner extents that match.")
    }

    @Test func endsOnTheRemedy() {
        let error = IbexError(
            .configuration, at: "keras.json: floatx", found: "\"float8\"", expected: "float32 or float64",
            remedy: "Edit the file.")
        #expect(
            error.description
                == "keras.json: floatx: found \"float8\"; expected float32 or float64. Edit the file.")
    }

    @Test func isThrownAndCaughtByType() {
        func fail() throws { throw IbexError(.data, at: "labels", found: "11", expected: "0 to 9") }
        #expect { try fail() } throws: { ($0 as? IbexError)?.kind == .data }
    }

    @Test func comparesByContent() {
        let a = IbexError(.name, at: "p", found: "f", expected: "e")
        var b = a
        #expect(a == b)
        b.remedy = "r"
        #expect(a != b)
    }
}
