import Foundation
import Ibex
import IbexTestSupport
import Testing

@testable import IbexCommand

/// `ibex train` in a terminal, and Control-C.
@Suite struct InterruptedTrainCommandTests {
    private static let products = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    private static let digits = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Examples/Descriptions/digits-cnn.yaml").path

    /// In which epoch; the first has a batch for each sample, so that it takes long enough.
    @Test(arguments: [1, 2]) func leavesModelLogRecordAndPage(epoch: Int) throws {
        let scratch = try Scratch()
        let folder = scratch.file("run")
        let ibex = Self.products.appending(path: "ibex").path
        let watched = try WatchedProgram(
            ibex,
            [
                "train", Self.digits, "--device", "cpu", "--epochs", "1000", "--output", folder, "--set",
                "fit.batch_size=\(epoch == 1 ? 1 : 32)",
            ], columns: 300)
        try watched.wait(for: "Epoch \(epoch)/1000")
        watched.terminal.type("\u{3}")
        let end = watched.end(within: 60)
        try watched.expect(end == .exit(130), "the process ended by \(end)")
        // The terminal is wide enough for the paths that are named; the table of layers has lines of its own length.
        try watched.expectSaneTerminal(wraps: .max)
        let lines = watched.screen.lines
        let place = try #require(lines.last { $0.contains("Interrupted in epoch") })
        let numbers = try #require(place.firstMatch(of: /Interrupted in epoch (\d+) after (\d+) batches\./))
        let (ended, batches) = (try #require(Int(numbers.1)), try #require(Int(numbers.2)))
        #expect(epoch == 1 ? ended == 1 && batches < 1000 : ended >= 2)
        #expect(lines.contains { $0.contains("report.html shows what it came to") })

        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(names == ["arrays.npz", "model.keras", "report.html", "run.json", "training.csv"])
        let rows = try String(contentsOfFile: folder + "/training.csv", encoding: .utf8).split(separator: "\r\n")
        #expect(max(rows.count - 1, 0) == ended - 1)
        let record = try JSON.value(of: Array(Data(contentsOf: URL(filePath: folder + "/run.json"))), at: "run.json")
        #expect(record.object?["interruption"] == ["epoch": .int(ended - 1), "batches": .int(batches)])
        let page = try String(contentsOfFile: folder + "/report.html", encoding: .utf8)
        #expect(page.contains("Ended by Control-C in epoch \(ended), after \(batches) of its batches."))
        try withDevice(.cpu) { _ = try loadModel(folder + "/model.keras") }

        // The page is made again from what is there.
        var again = try IbexCommand.parseAsRoot(["report", folder, "--output", scratch.file("again.html")])
        try again.run()
        #expect(try String(contentsOfFile: scratch.file("again.html"), encoding: .utf8) == page)
    }
}
