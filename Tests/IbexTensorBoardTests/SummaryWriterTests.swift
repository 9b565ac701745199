import CIbexZlib
import Foundation
import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import SwiftProtobuf
import Testing

@testable import IbexTensorBoard

@Suite struct SummaryWriterTests {
    private func written(_ body: (SummaryWriter) throws -> Void) throws -> EventRecords {
        let scratch = try Scratch()
        let writer = try SummaryWriter(scratch.path) { 7 }
        try withDevice("cpu") { try body(writer) }
        try writer.close()
        return try EventRecords(folder: scratch.path)
    }

    @Test func flushShowsWhatWasWritten() throws {
        let scratch = try Scratch()
        let writer = try SummaryWriter(scratch.path)
        try writer.scalar("loss", 1, step: 0)
        #expect(try scratch.bytes(of: scratch.names[0]).isEmpty)
        try writer.flush()
        #expect(try EventRecords(folder: scratch.path).points == ["loss 0"])
        for step in 1...2000 { try writer.scalar("loss", .nan, step: step) }
        #expect(try scratch.bytes(of: scratch.names[0]).count > 1 << 16)
    }

    @Test func recordsAreShownWithinTenSeconds() throws {
        let scratch = try Scratch()
        var now = 100.0
        let writer = try SummaryWriter(scratch.path) { now }
        var step = 0
        for (time, shown) in [(100, 0), (109.9, 0), (110, 3), (111, 3), (120.9, 3), (121, 6)] {
            now = time
            try writer.scalar("loss", 1, step: step)
            step += 1
            let isEmpty = try scratch.bytes(of: scratch.names[0]).isEmpty
            #expect(try (isEmpty ? 0 : EventRecords(folder: scratch.path).points.count) == shown)
        }
    }

    @Test func histogramCountsBuckets() throws {
        let rows = Histogram([0, 1, 2, 3, 10], buckets: 5).rows
        #expect(rows.map(\.left) == [0, 2, 4, 6, 8] && rows.map(\.right) == [2, 4, 6, 8, 10])
        #expect(rows.map(\.count) == [2, 2, 0, 0, 1])
        let single = Histogram([3, 3], buckets: 2).rows
        #expect(single.map(\.left) == [3, 3] && single.map(\.right) == [3, 3] && single.map(\.count) == [0, 2])
        #expect(Histogram([], buckets: 2).rows.map(\.count) == [0, 0])
        #expect(Histogram([.nan, .infinity, 1, 2], buckets: 2).rows.map(\.count) == [1, 1])
        let records = try written { try $0.histogram("w", [[1, 2], [3, 4]], step: 5) }
        #expect(records.points == ["w 5"])
        #expect(records.first("w")?.tensor.tensorShape.dim.map(\.size) == [30, 3])
        let scratch = try Scratch()
        let writer = try SummaryWriter(scratch.path)
        expectError(.argument, found: "0 buckets") { try writer.histogram("w", [1.0], step: 0, buckets: 0) }
    }

    /// The pixels of a PNG without a filter, unpacked by zlib.
    private func pixels(_ png: Data, channels: Int) throws -> [[UInt8]] {
        let bytes = [UInt8](png)
        #expect(bytes.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        func number(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
        let (width, height) = (number(16), number(20))
        var unpacked = [UInt8](repeating: 0, count: height * (1 + width * channels))
        var count = uLong(unpacked.count)
        let packed = Array(bytes[41..<41 + number(33)])
        #expect(uncompress(&unpacked, &count, packed, uLong(packed.count)) == Z_OK)
        return (0..<height).map { row in
            let start = row * (1 + width * channels)
            return Array(unpacked[start + 1..<start + 1 + width * channels])
        }
    }

    @Test func imagesAreCutAndScaledAsKerasDoes() throws {
        let grey = Tensor(shape: [2, 1, 5, 1], scalars: [-1, 0, 0.5, 1, 2, 0.25, 0.1, .nan, 0.999, 0.001] as [Float])
        let records = try written {
            try $0.image("grey", grey, step: 4)
            try $0.image("bytes", Tensor(shape: [4, 1, 1, 3], scalars: (0..<12).map { UInt8($0 * 20) }), step: 0)
        }
        let strings = try #require(records.first("grey")?.tensor.stringVal)
        #expect(strings.prefix(2).map { String(decoding: $0, as: UTF8.self) } == ["5", "1"])
        #expect(try pixels(strings[2], channels: 1) == [[0, 0, 127, 255, 255]])
        #expect(try pixels(strings[3], channels: 1) == [[63, 25, 0, 255, 0]])
        let colours = try #require(records.first("bytes")?.tensor.stringVal)
        #expect(colours.count == 5)
        #expect(try pixels(colours[4], channels: 3) == [[120, 140, 160]])
        let scratch = try Scratch()
        let writer = try SummaryWriter(scratch.path)
        expectError(.shape, at: "\"flat\"") { try writer.image("flat", grey.reshaped(2, 5), step: 0) }
    }

    @Test func hyperParametersAreWritten() throws {
        let records = try written {
            try $0.experiment(
                [
                    HyperParameter("units", .values([16, 32]), displayName: "Units"),
                    HyperParameter("dropout", .interval(0.1...0.5)), HyperParameter("name"),
                ], metrics: [HyperParameterMetric("epoch_loss", group: "validation")])
            try $0.hyperParameters(["units": 16, "name": "a", "on": true], trial: "one")
            try $0.hyperParametersEnd()
        }
        let data = try records.values.map {
            try ProtoHParamsPluginData(serializedBytes: [UInt8]($0.value.metadata.pluginData.content))
        }
        #expect(
            records.points == [
                "_hparams_/experiment 0", "_hparams_/session_start_info 0", "_hparams_/session_end_info 0",
            ])
        let infos = data[0].experiment.hparamInfos
        #expect(infos.map(\.name) == ["units", "dropout", "name"] && infos.map(\.type) == [.number, .number, .unset])
        #expect(infos[0].domainDiscrete.values.map(\.numberValue) == [16, 32])
        #expect(infos[1].domainInterval.maxValue == 0.5)
        #expect(data[0].experiment.metricInfos.map(\.name.group) == ["validation"])
        #expect(data[1].sessionStartInfo.groupName == "one")
        #expect(data[1].sessionStartInfo.hparams["on"]?.boolValue == true)
        #expect(data[2].sessionEndInfo.status == .success)
        expectError(.argument, at: "\"rate\"") { _ = try HyperParameter("rate", .values([1, "a"])).info() }
        expectError(.argument, at: "\"rate\"") {
            _ = try written { try $0.hyperParameters(["rate": .array([])]) }
        }
    }
}
