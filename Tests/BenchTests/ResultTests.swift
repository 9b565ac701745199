import Foundation
import Testing

@testable import bench

@Suite struct ResultTests {
    func record(_ workload: String, _ device: String, epochs: [Double], parameters: Int = 623_290, loss: Double = 0.1)
        -> RunRecord
    {
        RunRecord(
            workload: workload, epochSeconds: epochs, stepMilliseconds: 2.5, parameters: parameters, loss: loss,
            testAccuracy: 0.9731, device: device, deviceName: "A device", firstStepSeconds: 0.25, peakMemory: 123.4)
    }

    /// The keys of the peers' programs, and four of ours.
    @Test func aLineOfJSON() throws {
        let line = try record("mlp-784", "cpu", epochs: [2, 1.5, 1.25]).line()
        #expect(!line.contains("\n"))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(
            Set(object.keys) == [
                "peer", "workload", "epoch_s", "step_ms", "params", "loss", "test_accuracy", "device", "device_name",
                "first_step_s", "peak_rss_mb",
            ])
        #expect(object["peer"] as? String == "ibex")
        #expect(object["epoch_s"] as? [Double] == [2, 1.5, 1.25])
        #expect(object["params"] as? Int == 623_290)
        #expect(
            try RunRecord(line: line)
                == record("mlp-784", "cpu", epochs: [2, 1.5, 1.25]))
    }

    @Test func aLossThatDivergedIsWrittenAndRead() throws {
        let line = try record("mlp-784", "cpu", epochs: [1], loss: .nan).line()
        #expect(line.contains(#""loss":"nan""#))
        #expect(try RunRecord(line: line).loss.isNaN)
    }

    @Test(arguments: [([3, 1, 2], 1), ([3], 3), ([1, 2], 2), ([], 0)] as [([Double], Double)])
    func theSteadyEpochLeavesTheFirstOut(epochs: [Double], steady: Double) {
        #expect(RunRecord.steady(epochs) == steady)
    }

    @Test func theTable() {
        let text = ResultTable([
            ResultTable.Run(record: record("mlp-784", "cpu", epochs: [3, 2]), images: 60_000),
            ResultTable.Run(record: record("mlp-784", "opencl", epochs: [4, 1.5]), images: 60_000),
            ResultTable.Run(record: record("mlp-10", "opencl", epochs: [1], parameters: 7960), images: 60_000),
        ]).text
        let lines = text.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
        #expect(lines.count == 6)
        #expect(
            lines[2] == [
                "cpu", "mlp-784", "623,290", "3.00", "s", "2.00", "s", "2.50", "30,000", "123", "MiB", "0.9731",
            ])
        #expect(lines[3].last == "1.33x")
        #expect(lines[4].last == "0.9731")
        #expect(lines[4].contains("7,960"))
    }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1000, "1,000"), (60_000, "60,000"), (1_234_567, "1,234,567"), (-1000, "-1,000"),
    ])
    func groups(number: Int, text: String) { #expect(ResultTable.grouped(number) == text) }
}
