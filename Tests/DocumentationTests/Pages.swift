import Foundation
import Testing

/// The repository's pages and sources, found from this file.
enum Pages {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func lines(_ path: String) throws -> [String] {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The size of a file.
    static func bytes(_ path: String) throws -> Int {
        try Data(contentsOf: root.appendingPathComponent(path)).count
    }

    static func write(_ lines: [String], to path: String) throws {
        try lines.joined(separator: "\n").write(
            to: root.appendingPathComponent(path), atomically: true, encoding: .utf8)
    }

    /// Expects that the blocks of a page are the marked parts of a source file, none longer than 24 lines.
    static func expectPage(_ name: String, shows code: String, location: SourceLocation = #_sourceLocation) throws {
        let source = try lines("Tests/DocumentationTests/\(code).swift")
        let page = try lines("Documentation/\(name).md")
        let parts = blocks(source, from: { $0.hasPrefix("// page: ") }, to: "// end")
        let shown = blocks(page, from: { $0 == "```swift" }, to: "```")
        #expect(parts.count == shown.count, sourceLocation: location)
        for (part, block) in zip(parts, shown) {
            #expect(
                part == block, "Documentation/\(name).md, the block that begins with \(block.first ?? "nothing")",
                sourceLocation: location)
            #expect(part.count < 25, "\(part.first ?? "")", sourceLocation: location)
        }
    }

    private static func blocks(
        _ lines: [String], from isStart: (String) -> Bool, to end: String
    ) -> [[String]] {
        var found: [[String]] = []
        var isInside = false
        for line in lines {
            if isStart(line) {
                isInside = true
                found.append([])
            } else if line == end {
                isInside = false
            } else if isInside {
                found[found.count - 1].append(line)
            }
        }
        return found
    }
}
