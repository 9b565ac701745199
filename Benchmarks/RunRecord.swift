import Foundation

/// What one run of one workload on one device measured: a line of `--json`.
///
/// The first seven keys are those that the peers' programs print, so that lines of both can be laid side by side.
struct RunRecord: Codable, Hashable {
    /// Whose run it is; `ibex` for ours.
    var peer = "ibex"
    /// The workload's name.
    let workload: String
    /// Seconds per epoch; the first includes tracing and kernel builds.
    let epochSeconds: [Double]
    /// Milliseconds per step in the fastest epoch after the first.
    let stepMilliseconds: Double
    /// The number of the model's weights.
    let parameters: Int
    /// The training loss of the last epoch.
    let loss: Double
    let testAccuracy: Double
    /// The device as the user named it.
    let device: String
    /// What the device calls itself.
    let deviceName: String
    /// Seconds from the start of the process to the end of its first training step.
    let firstStepSeconds: Double
    /// The most memory that the process held, in MiB.
    let peakMemory: Double

    enum CodingKeys: String, CodingKey {
        case peer, workload, loss, device
        case epochSeconds = "epoch_s"
        case stepMilliseconds = "step_ms"
        case parameters = "params"
        case testAccuracy = "test_accuracy"
        case deviceName = "device_name"
        case firstStepSeconds = "first_step_s"
        case peakMemory = "peak_rss_mb"
    }

    /// The fastest epoch after the first, or the only one.
    static func steady(_ epochs: [Double]) -> Double { epochs.dropFirst().min() ?? epochs.first ?? 0 }

    var steadyEpoch: Double { Self.steady(epochSeconds) }

    /// The record as one line of JSON; a number that is none, as a loss that diverged, becomes a string.
    func line() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension RunRecord {
    /// Reads a line of JSON.
    init(line: some StringProtocol) throws {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        self = try decoder.decode(RunRecord.self, from: Data(line.utf8))
    }
}
