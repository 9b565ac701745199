import Foundation
import Ibex
import IbexTestSupport
import Testing

/// The README's table "Keras to Ibex".
@Suite struct ReadmeTests {
    /// Every piece of code in the table's right column is compiled: by KerasTwins.swift or the code of Custom.md.
    @Test func tableIsCompiled() throws {
        let code = try ["KerasTwins", "CustomPageCode"].flatMap {
            try Pages.lines("Tests/DocumentationTests/\($0).swift")
        }
        let table = try Pages.lines("README.md").drop { $0 != "## Keras to Ibex" }.dropFirst()
            .prefix { !$0.hasPrefix("## ") }.filter { $0.hasPrefix("| `") }
        #expect(table.count > 20)
        for row in table {
            let columns = row.components(separatedBy: " | ")
            try #require(columns.count == 2, "\(row)")
            // Between the first and the second backtick, the third and the fourth.
            let quoted = columns[1].components(separatedBy: "`").enumerated()
            let pieces = quoted.filter { $0.offset % 2 == 1 }.map(\.element)
            #expect(!pieces.isEmpty, "\(row)")
            for piece in pieces {
                #expect(code.contains { $0.contains(piece) }, "KerasTwins.swift lacks \(piece)")
            }
        }
    }

    @Test func tableRuns() throws {
        try PlainKernels.withDevice("cpu") {
            try withConfiguration {
                let (x, y) = (Tensor.randomUniform([40, 784]), Tensor.randomUniform([40, 10]))
                let batches = (0..<10).map { Batch(x[$0..<$0 + 4], y[$0..<$0 + 4]) }
                let results = try kerasTwins(x, y, batches)
                #expect(results.map(\.shape) == [[40, 64], [40, 64], [2, 10], [2]])
                #expect(try results[0].scalars(as: Float.self) == results[1].scalars(as: Float.self))
                #expect(try results[3].scalars(as: Float.self).allSatisfy { $0 > 0 && $0 < 1 })
            }
        }
    }
}
