import Foundation
import IbexGraph
import IbexModels
import Testing

/// Documentation/Coverage.md says of every name of Keras whether it is here, and what it says is so.
@Suite struct CoverageTests {
    private static let page = "Documentation/Coverage.md"

    /// Makes the thing of a Keras name; by the heading of the page that lists its kind.
    private static let makers: [String: @Sendable (String) throws -> Void] = [
        "Layers": { _ = try LayerRegistry.layer($0, config: [:]) },
        "Losses": { _ = try Loss($0) },
        "Metrics": { name in
            let config: Config = name == "MeanMetricWrapper" ? ["fn": "mse"] : [:]
            _ = try Metric.configured(["class_name": .string(name), "config": .object(config)])
        },
        "Optimizers": { _ = try Optimizer.named($0) },
        "Learning rate schedules": { _ = try LearningRateSchedule($0, arguments: [:]) },
        "Initializers": { _ = try Initializer($0) },
        "Regularizers": { _ = try Regularizer($0) },
        "Constraints": { _ = try Constraint($0) },
        "Activations": { _ = try ActivationFunction($0) },
    ]

    /// Whether a name is known; that it lacks arguments does not matter.
    private func resolves(_ name: String, _ make: (String) throws -> Void) -> Bool {
        do { try make(name) } catch let error as IbexError { return error.kind != .name } catch { return false }
        return true
    }

    private struct Row {
        let kind, name, answer: String
        let line: Int
    }

    /// The rows "| `Dense` | yes |", each with the heading that it stands under.
    private func rows(_ lines: [String]) -> [Row] {
        var kind = ""
        return lines.enumerated().compactMap { number, line in
            if line.hasPrefix("## ") { kind = String(line.dropFirst(3)) }
            let parts = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, parts[0].hasPrefix("`") else { return nil }
            return Row(kind: kind, name: parts[0].trimmingCharacters(in: ["`"]), answer: parts[1], line: number)
        }
    }

    @Test func everyRowIsTrue() throws {
        var lines = try Pages.lines(Self.page)
        var wrong: [String] = []
        for row in rows(lines) {
            let make = try #require(Self.makers[row.kind], "no heading \"\(row.kind)\"")
            let answer = resolves(row.name, make) ? "yes" : "not yet"
            guard row.answer != answer else { continue }
            lines[row.line] = "| `\(row.name)` | \(answer) |"
            wrong.append("\(Self.page):\(row.line + 1): write \(lines[row.line])")
        }
        if ProcessInfo.processInfo.environment["IBEX_REWRITE_COVERAGE"] == "1" {
            try Pages.write(lines, to: Self.page)
        } else if !wrong.isEmpty {
            Issue.record("\(wrong.joined(separator: "\n"))")
        }
    }

    /// A layer that comes to the library comes to the page. `Sequential` is a model, and no layer of Keras's list.
    @Test func everyLayerIsListed() throws {
        let rows = rows(try Pages.lines(Self.page))
        let listed = Set(rows.filter { $0.kind == "Layers" }.map(\.name))
        let missing = Set(LayerRegistry.names).subtracting(listed).subtracting(["Sequential"])
        #expect(missing.isEmpty, "not on \(Self.page): \(missing.sorted().joined(separator: ", "))")
        #expect(Set(rows.map(\.kind)) == Set(Self.makers.keys))
        #expect(Set(rows.map { $0.kind + $0.name }).count == rows.count)
    }
}
