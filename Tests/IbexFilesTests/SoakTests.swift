import Foundation
import IbexSoak
import Testing

/// Two in a hundred of what `scripts/soak` does, in processes of their own: a crash of one is a failure here.
@Suite struct SoakTests {
    @Test(arguments: Soak.formats.map(\.name)) func damagedFilesAreReadOrRefused(format: String) throws {
        let folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        let process = Process()
        let output = Pipe()
        process.executableURL = folder.appending(path: "soak")
        // Time counts only where nothing else runs.
        process.arguments = ["files", format, "--mutations", "2000", "--seed", "7", "--no-time"]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let report = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 0, "\(format): \(report)")
        let counts = try #require(report.firstMatch(of: /(\d+) damaged files, (\d+) read, (\d+) refused/))
        #expect(counts.1 == "2000")
        #expect(try #require(Int(counts.2)) > 10 && #require(Int(counts.3)) > 500, "\(report)")
    }
}
