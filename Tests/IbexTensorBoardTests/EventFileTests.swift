import Foundation
import IbexGraph
import IbexTestSupport
import Testing

@testable import IbexTensorBoard

@Suite struct EventFileTests {
    /// The record of `abc`, framed by TensorBoard 2.21's own checksum.
    @Test func frameIsThatOfTensorBoard() {
        let want: [UInt8] = [
            0x03, 0, 0, 0, 0, 0, 0, 0, 0xb0, 0x99, 0x49, 0x0e, 0x61, 0x62, 0x63, 0x6e, 0x57, 0xf1, 0x21,
        ]
        #expect(EventFile.record(Array("abc".utf8)) == want)
    }

    /// A scalar worked out by hand from the encoding of protocol buffers and the fields' numbers.
    @Test func scalarIsWrittenByteByByte() throws {
        let scratch = try Scratch()
        let writer = try SummaryWriter(scratch.file("run")) { 2 }
        try writer.scalar("a", 1.5, step: 3)
        try writer.close()
        let name = try #require(FileManager.default.contentsOfDirectory(atPath: scratch.file("run")).first)
        #expect(name.hasPrefix("events.out.tfevents.0000000002."))
        let version: [UInt8] =
            [0x09, 0, 0, 0, 0, 0, 0, 0, 0x40]  // field 1, 64 bits: 2.0
            + [0x1A, 13] + Array("brain.Event:2".utf8)  // field 3
            + [0x52, 17, 0x0A, 15] + Array("IbexTensorBoard".utf8)  // field 10, and 1 in it
        let tensor: [UInt8] = [0x08, 1, 0x12, 0, 0x2A, 4, 0, 0, 0xC0, 0x3F]  // dtype, shape, packed 1.5
        let metadata: [UInt8] = [0x0A, 9, 0x0A, 7] + Array("scalars".utf8)
        let value: [UInt8] =
            [0x0A, 1] + Array("a".utf8) + [0x42, UInt8(tensor.count)] + tensor + [0x4A, UInt8(metadata.count)]
            + metadata
        let summary = [0x0A, UInt8(value.count)] + value
        let scalar: [UInt8] =
            [0x09, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x10, 3, 0x2A, UInt8(summary.count)] + summary
        #expect(try scratch.bytes(of: "run/\(name)") == EventFile.record(version) + EventFile.record(scalar))
    }

    /// What TensorBoard's own writer wrote (Fixtures/make.py) is read by the same messages.
    @Test func messagesReadTensorBoardsFile() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/real.tfevents")
        let records = try EventRecords([UInt8](Data(contentsOf: path)))
        #expect(records.events.first?.fileVersion == "brain.Event:2")
        #expect(
            records.points == ["loss 3", "loss 4", "weights 1", "notes 2", "_hparams_/session_start_info 0"])
        #expect(records.events.dropFirst().map(\.wallTime) == [1003.5, 1004.5, 1001.5, 1002.5, 1000.5])
        #expect(records.scalars("loss") == [0.5, -2.25])
        #expect(records.first("loss")?.metadata.pluginData.pluginName == "scalars")
        let histogram = try #require(records.first("weights")?.tensor)
        #expect(histogram.dtype == .double && histogram.tensorShape.dim.map(\.size) == [4, 3])
        let rows = Histogram([0, 0.5, 1, 1, -1], buckets: 4).rows.flatMap { [$0.left, $0.right, $0.count] }
        #expect(histogram.tensorContent == ProtoTensor.doubles(rows, shape: [4, 3]).tensorContent)
        #expect(records.first("notes")?.tensor.stringVal == [Data("**fine** \u{e9}".utf8)])
        let hparams = try ProtoHParamsPluginData(
            serializedBytes: [UInt8](
                try #require(records.first("_hparams_/session_start_info")).metadata.pluginData.content))
        #expect(hparams.sessionStartInfo.startTimeSecs == 5)
        #expect(hparams.sessionStartInfo.hparams["units"]?.numberValue == 16)
        #expect(hparams.sessionStartInfo.hparams["name"]?.stringValue == "a")
        #expect(hparams.sessionStartInfo.hparams["on"]?.boolValue == true)
    }

    /// Two writers of one folder and one second have files of their own, and a folder that cannot be made is an error.
    @Test func filesAreNew() throws {
        let scratch = try Scratch()
        let (a, b) = (try SummaryWriter(scratch.file("x/y")), try SummaryWriter(scratch.file("x/y")))
        #expect(a.path != nil && a.path != b.path)
        try scratch.write([], to: "file")
        expectError(.file, at: "file/run") { _ = try SummaryWriter(scratch.file("file/run")) }
        try a.close()
        expectError(.state, found: "\"loss\" after close()") { try a.scalar("loss", 1, step: 0) }
    }
}
