import Foundation
import IbexSoak
import Testing

@Suite struct KilledTrainingTests {
    /// Two in a hundred of what `scripts/soak kills` does.
    @Test func comesToTheBitsOfOneThatRanThrough() throws {
        let folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        var training = try KilledTraining(program: folder.appending(path: "soak").path, seed: 5)
        let report = try training.run(kills: 4)
        #expect(report.kills == 4 && report.finished > 0)
        #expect(report.failures.isEmpty, "\(report)")
    }
}
