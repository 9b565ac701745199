import Foundation
import IbexTestSupport
import Testing

@testable import IbexCommand

/// `ibex train` and `ibex report`, as they are typed.
@Suite struct TrainCommandTests {
    private static let digits = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Examples/Descriptions/digits-cnn.yaml").path

    private func run(_ arguments: String...) throws {
        var command = try IbexCommand.parseAsRoot(arguments)
        try command.run()
    }

    @Test func trainsAndReports() throws {
        let scratch = try Scratch()
        let folder = scratch.file("run")
        try run("train", Self.digits, "--dry-run", "--device", "cpu", "--output", folder)
        #expect(!FileManager.default.fileExists(atPath: folder))
        try run(
            "train", Self.digits, "--device", "cpu", "--epochs", "1", "--output", folder, "--set",
            "model.layers[1].filters=4")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(names == ["arrays.npz", "model.keras", "report.html", "run.json", "training.csv"])
        let page = try Data(contentsOf: URL(filePath: folder + "/report.html"))
        try run("report", folder, "--output", scratch.file("again.html"))
        #expect(try Data(contentsOf: URL(filePath: scratch.file("again.html"))) == page)
        try run("report", folder + "/training.csv")
        #expect(FileManager.default.fileExists(atPath: folder + "/training.html"))
        expectError(.file, at: "run", found: "the results of an earlier training") {
            try run("train", Self.digits, "--device", "cpu", "--epochs", "1", "--output", folder)
        }
    }

    @Test func optionsAreNamedInErrors() throws {
        expectError(.configuration, at: "--epochs", found: "0", expected: "a whole number of at least 1") {
            try run("train", Self.digits, "--epochs", "0", "--dry-run")
        }
        expectError(.device, at: "--device", found: "the device \"opencl:none-such\"") {
            try run("train", Self.digits, "--device", "opencl:none-such", "--dry-run")
        }
    }
}
