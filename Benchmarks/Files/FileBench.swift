import Foundation
import Ibex

/// Writes and reads a large model in each format, beside the system's plain writing and reading of the same bytes.
///
/// Each step is a process of its own, so that its memory is its own; the best of some rounds counts.
struct FileBench {
    let devices: [String]
    /// Endings of the formats.
    let formats: [String]
    /// Layers of 64 MiB.
    var layers = 8
    var rounds = 3

    static let formats = [".h5", ".keras", ".weights.h5", ".safetensors", ".npz"]

    func run(_ note: (String) -> Void) throws -> String {
        let folder = FileManager.default.temporaryDirectory.path + "/ibex-bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var (saves, loads): ([[String]], [[String]]) = ([], [])
        for format in formats {
            let path = "\(folder)/m\(format)"
            for device in devices {
                note("\(format) on \(device) ...")
                let save = try best(.save, path, device)
                let plain = try PlainFile(path)
                let flushed = try plain.write(to: "\(folder)/plain", rounds: rounds, isFlushed: true)
                let cached = try plain.write(to: "\(folder)/plain", rounds: rounds, isFlushed: false)
                let (reused, fresh) = plain.read(rounds: rounds)
                let load = try best(.load, path, device)
                saves.append(row(format, device, save, plain, [flushed, cached]))
                loads.append(row(format, device, load, plain, [reused, fresh]))
            }
            try FileManager.default.removeItem(atPath: path)
        }
        let columns = ["format", "device", "s", "GB/s"]
        let memory = ["file MiB", "peak MiB"]
        let tables = [
            TextColumns(header: columns + ["of pwrite", "unflushed"] + memory, rows: saves, left: [0, 1]),
            TextColumns(header: columns + ["of pread", "fresh memory"] + memory, rows: loads, left: [0, 1]),
        ]
        return zip(["Saving", "Loading"], tables).map { "\($0)\n\n\($1.text)" }.joined(separator: "\n\n")
    }

    private func best(_ step: FileStep, _ path: String, _ device: String) throws -> FileStep.Result {
        let results = try (0..<rounds).map { _ in try step.inChild(path, device, layers: layers) }
        return FileStep.Result(
            seconds: results.map(\.seconds).min() ?? 0, mebibytes: results.map(\.mebibytes).max() ?? 0)
    }

    private func row(
        _ format: String, _ device: String, _ result: FileStep.Result, _ plain: PlainFile, _ others: [Double]
    ) -> [String] {
        let bytes = Double(plain.byteCount)
        let rates = [bytes / result.seconds / 1e9] + others.map { $0 / result.seconds }
        return [format, device, String(format: "%.3f", result.seconds)] + rates.map { String(format: "%.2f", $0) }
            + [bytes / 0x1p20, result.mebibytes].map { String(format: "%.0f", $0) }
    }
}
