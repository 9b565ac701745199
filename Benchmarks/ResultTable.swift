import Foundation

/// The table that a benchmark ends with: a row per run, in the order in which they ran.
struct ResultTable {
    private static let header = [
        "device", "model", "parameters", "first epoch", "steady epoch", "ms/step", "images/s", "peak memory",
        "test accuracy", "OpenCL/CPU",
    ]
    private let rows: [[String]]

    /// A record and how many images each of its epochs trained on.
    struct Run {
        let record: RunRecord
        let images: Int

        /// Images trained on per second in the steady epoch.
        var speed: Double { record.steadyEpoch > 0 ? Double(images) / record.steadyEpoch : 0 }
    }

    init(_ runs: [Run]) {
        rows = runs.map { run in
            let record = run.record
            return [
                record.device, record.workload, Self.grouped(record.parameters),
                Self.fixed(record.epochSeconds.first ?? 0, 2) + " s", Self.fixed(record.steadyEpoch, 2) + " s",
                Self.fixed(record.stepMilliseconds, 2), Self.grouped(Int(run.speed.rounded())),
                Self.fixed(record.peakMemory, 0) + " MiB", Self.fixed(record.testAccuracy, 4),
                Self.ratio(run, in: runs),
            ]
        }
    }

    /// The lines of the table.
    var text: String {
        TextColumns(header: Self.header, rows: rows, left: [0, 1]).text
            + "\nOpenCL/CPU: images per second on that device over images per second on cpu."
    }

    private static func ratio(_ run: Run, in runs: [Run]) -> String {
        let cpu = runs.first { $0.record.device == "cpu" && $0.record.workload == run.record.workload }
        guard run.record.device != "cpu", let cpu, cpu.speed > 0 else { return "" }
        return fixed(run.speed / cpu.speed, 2) + "x"
    }

    private static func fixed(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

    /// A whole number with a comma between each three digits.
    static func grouped(_ number: Int) -> String {
        let digits = Array(String(number))
        return digits.enumerated().reduce(into: "") { text, digit in
            if digit.offset > 0, (digits.count - digit.offset) % 3 == 0, text != "-" { text.append(",") }
            text.append(digit.element)
        }
    }
}
