import Foundation
import Ibex

/// Reads and writes a large model in each format, beside a `pread` of the same file, which lies in the page cache.
///
/// Each step is a process of its own, so that its memory is its own.
struct FileBench {
    let devices: [String]
    /// Layers of 64 MiB.
    var layers = 8
    var rounds = 3

    private static let formats = [".h5", ".keras", ".weights.h5", ".safetensors", ".npz"]

    func run(_ note: (String) -> Void) throws -> String {
        let folder = FileManager.default.temporaryDirectory.path + "/ibex-bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var rows: [[String]] = []
        for format in Self.formats {
            let path = "\(folder)/m\(format)"
            for device in devices {
                note("\(format) on \(device) ...")
                let save = try best(.save, path, device)
                let (reused, fresh) = try PageCacheRead(path).seconds(rounds: rounds)
                let load = try best(.load, path, device)
                let bytes = Double(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0)
                for (name, result) in [("save", save), ("load", load)] {
                    rows.append([
                        format, device, name, String(format: "%.3f", result.seconds),
                        String(format: "%.2f", bytes / result.seconds / 1e9),
                        String(format: "%.2f", reused / result.seconds),
                        String(format: "%.2f", fresh / result.seconds),
                        String(format: "%.0f", bytes / 0x1p20), String(format: "%.0f", result.mebibytes),
                    ])
                }
            }
            try FileManager.default.removeItem(atPath: path)
        }
        return TextColumns(
            header: [
                "format", "device", "step", "s", "GB/s", "of pread", "of pread, fresh memory", "file MiB", "peak MiB",
            ], rows: rows, left: [0, 1, 2]
        ).text
    }

    private func best(_ step: FileStep, _ path: String, _ device: String) throws -> FileStep.Result {
        let results = try (0..<rounds).map { _ in try step.inChild(path, device, layers: layers) }
        return FileStep.Result(
            seconds: results.map(\.seconds).min() ?? 0, mebibytes: results.map(\.mebibytes).max() ?? 0)
    }
}

/// What is measured.
enum FileStep: String {
    case save
    /// A whole model, or weights into one that is there.
    case load

    struct Result {
        let seconds: Double
        /// The most memory held meanwhile, above what was held before.
        let mebibytes: Double
    }

    static func isWhole(_ path: String) -> Bool {
        path.hasSuffix(".keras") || path.hasSuffix(".h5") && !path.hasSuffix(".weights.h5")
    }

    private static func model(layers: Int) -> Model {
        Sequential(
            [Input(shape: [4096])]
                + (0..<layers).map { _ in Dense(4096, useBias: false, kernelInitializer: .ones) })
    }

    /// Does it in this process and prints what it took.
    func run(_ path: String, layers: Int) throws {
        let model = self == .load && Self.isWhole(path) ? nil : Self.model(layers: layers)
        // A device's program that fills the weights is no part of it.
        for weight in model?.weights ?? [] { _ = try weight.value[0].scalars(as: Float.self) }
        let before = ChildRun.peakMemory()
        let start = MonotonicClock.now()
        switch self {
        case .save: try Self.isWhole(path) ? model?.save(path) : model?.saveWeights(path)
        case .load: if let model { try model.loadWeights(path) } else { _ = try loadModel(path) }
        }
        print("\(MonotonicClock.now() - start) \(ChildRun.peakMemory() - before)")
    }

    func inChild(_ path: String, _ device: String, layers: Int) throws -> Result {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["--file-step", "\(rawValue):\(layers):\(path)", "--devices", device]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        guard process.terminationStatus == 0, numbers.count == 2 else {
            throw ChildRun.Failure(description: "\(rawValue) of \(path) on \(device) failed")
        }
        return Result(seconds: numbers[0], mebibytes: numbers[1])
    }
}

/// How long the system takes to copy a file from the page cache.
private struct PageCacheRead {
    private let descriptor: Int32
    private let byteCount: Int

    init(_ path: String) throws {
        descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw ChildRun.Failure(description: "\(path) cannot be read") }
        byteCount = Int(lseek(descriptor, 0, SEEK_END))
    }

    /// Into one buffer of 8 MiB again and again, and into new memory of the file's size.
    func seconds(rounds: Int) throws -> (reused: Double, fresh: Double) {
        defer { close(descriptor) }
        _ = copy(piece: 8 << 20)
        let reused = (0..<rounds).map { _ in copy(piece: 8 << 20) }
        let fresh = (0..<rounds).map { _ in copy(piece: byteCount) }
        return (reused.min() ?? 0, fresh.min() ?? 0)
    }

    private func copy(piece: Int) -> Double {
        let start = MonotonicClock.now()
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: piece, alignment: 4096)
        defer { buffer.deallocate() }
        var done = 0
        while done < byteCount {
            let start = done % piece
            let count = pread(descriptor, buffer + start, min(piece - start, byteCount - done), off_t(done))
            guard count > 0 else { break }
            done += count
        }
        return MonotonicClock.now() - start
    }
}
