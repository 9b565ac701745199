import Foundation
import IbexGraph
import Testing

/// An op without a row fails here.
struct OpCoverageTests {
    /// Ops that no row can be made for, and where they are tested instead.
    private static let exempt: Set<String> = [
        "Input",  // every row's operands on a replay; `compile` tests
        "Constant",  // every row's operands
        "Fill",  // every gradient row's zeros and ones
    ]

    /// Every struct in Sources/IbexGraph/Ops that conforms to `Op`.
    private static func declaredOps() throws -> Set<String> {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources/IbexGraph/Ops")
        var ops: Set<String> = []
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /struct (\w+): [^{]*?\b(?:Op|EpilogueOp)\b[^{]*\{/) {
                ops.insert(String(match.1))
            }
        }
        return ops
    }

    @Test func everyOpHasARow() throws {
        let declared = try Self.declaredOps()
        #expect(declared.count >= 25, "found only \(declared.sorted())")
        let covered = Set(RowGroup.all.flatMap(\.rows).map(\.op))
        let missing = declared.subtracting(covered).subtracting(Self.exempt)
        #expect(missing.isEmpty, "ops without a row: \(missing.sorted())")
        #expect(covered.subtracting(declared).isEmpty, "rows of no op: \(covered.subtracting(declared).sorted())")
        #expect(Self.exempt.isSubset(of: declared))
    }

    @Test func everyFunctionHasARow() {
        let all = Set(ElementwiseFunction.all.map(\.name))
        #expect(all == OpRow.coveredFunctions)
    }

    @Test func everyReductionHasARow() {
        let names = RowGroup.all.flatMap(\.rows).filter { $0.op == "Reduce" }.map(\.name)
        for kind in Ops.Reduce.Kind.allCases { #expect(names.contains { $0.hasPrefix(kind.rawValue + " ") }) }
        let draws = RowGroup.all.flatMap(\.rows).filter { $0.op == "Random" }.map(\.name)
        for kind in Ops.Random.Kind.allCases { #expect(draws.contains { $0.contains(" \(kind.rawValue) ") }) }
    }

    @Test func namesAreUnique() {
        let names = RowGroup.all.flatMap(\.rows).map(\.name)
        let twice = Dictionary(grouping: names, by: { $0 }).filter { $1.count > 1 }.keys
        #expect(twice.isEmpty, "\(twice.sorted())")
    }
}
