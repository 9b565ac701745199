import IbexGraph
import IbexTestSupport
import Testing

@testable import IbexRuns

@Suite struct TrainingLogTests {
    @Test func readsWhatTheLoggerWrites() throws {
        let log = try TrainingLog(
            text: "epoch,\"a,b\",loss,val_loss\r\n0,1.5,nan,NA\r\n1,2.5,inf,0.25\r\n", place: "a.csv")
        #expect(log.epochs == [0, 1] && log.names == ["a,b", "loss", "val_loss"])
        #expect(log["a,b"] == [1.5, 2.5] && log["val_loss"] == [nil, 0.25])
        #expect(log["loss"][0]?.isNaN == true && log["loss"][1] == .infinity)
        #expect(log.final.map(\.name) == ["a,b", "loss", "val_loss"] && log.final[2].value == 0.25)
    }

    /// Columns that the logger keeps for a validation that there was not.
    @Test func columnsWithoutValuesAreLeftOut() throws {
        let log = try TrainingLog(text: "epoch,loss,val_loss\n0,1,NA\n", place: "a.csv")
        #expect(log.names == ["loss"])
    }

    /// A training that was resumed did epoch 1 again.
    @Test func theLastLineOfAnEpochCounts() throws {
        let log = try TrainingLog(text: "epoch,loss\n0,3\n1,2\n1,1\n2,0.5\n", place: "a.csv")
        #expect(log.epochs == [0, 1, 2] && log["loss"] == [3, 1, 0.5])
    }

    @Test(arguments: [
        ("", "an empty file"), ("loss\n1\n", "a first line without the column epoch"),
        ("epoch,loss\n0\n", "\"0\""), ("epoch,loss\nx,1\n", "\"x,1\""), ("epoch,\"loss\n", "an open quotation mark"),
        ("epoch,loss,loss\n", "a first line without"),
    ])
    func otherTextsAreErrors(text: String, found: String) {
        expectError(.file, at: "a.csv", found: found) { _ = try TrainingLog(text: text, place: "a.csv") }
    }

    /// What `CSVLogger` leaves of a training that ended before its first epoch did.
    @Test func anEmptyFileMayBeALog() throws {
        let scratch = try Scratch()
        let path = try scratch.write([], to: "log.csv")
        let log = try TrainingLog(path: path, mayBeEmpty: true)
        #expect(log.epochs.isEmpty && log.names.isEmpty && log.final.isEmpty)
        expectError(.file, at: "log.csv", found: "an empty file") { _ = try TrainingLog(path: path) }
    }
}
