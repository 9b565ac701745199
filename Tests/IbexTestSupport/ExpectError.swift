import IbexGraph
import Testing

/// Expects an `IbexError` whose parts contain the given words.
public func expectError(
    _ kind: IbexError.Kind, at place: String = "", found: String = "", expected: String = "", remedy: String = "",
    location: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
    let error = #expect(throws: IbexError.self, sourceLocation: location) { try body() }
    guard let error else { return }
    #expect(error.kind == kind, sourceLocation: location)
    for (text, part) in [
        (error.place, place), (error.found, found), (error.expected, expected), (error.remedy, remedy),
    ] where !part.isEmpty {
        #expect(text.contains(part), sourceLocation: location)
    }
}
