import Foundation
import Ibex
import IbexOpenCL
import IbexRuntime

/// Where a training step's time goes on an OpenCL device: what each kernel costs, measured by the device.
struct StepProfile {
    let title: String
    let steps: Int
    /// Milliseconds per step as the host saw them.
    let stepMilliseconds: Double
    /// The costliest first.
    let entries: [OpenCLProfile.Entry]

    /// Trains an epoch to warm up and another to measure.
    ///
    /// - Throws: `IbexError` for a device that is no OpenCL device, and what training throws.
    init(_ run: WorkloadRun) throws {
        let device = try Device.named(run.device)
        guard let info = try OpenCLPlatforms.devices().first(where: { $0.device == device }) else {
            throw IbexError(
                .device, at: "--profile", found: "the device \(device.id)", expected: "an OpenCL device")
        }
        let backend = try OpenCLBackend(info, isProfiled: true)
        (entries, stepMilliseconds, steps) = try DeviceRegistry.$substitute.withValue(backend) {
            try withDevice(device) {
                let (model, data) = try run.prepared()
                try model.fit(data.train.x, data.train.y, batchSize: run.batchSize, epochs: 1, verbose: 0)
                _ = try backend.profile?.take()
                let history = try model.fit(
                    data.train.x, data.train.y, batchSize: run.batchSize, epochs: 1, verbose: 0)
                let entries = try backend.profile?.take() ?? []
                let steps = run.steps(data)
                return (entries.sorted { $0.seconds > $1.seconds }, history.seconds[0] * 1e3 / Double(steps), steps)
            }
        }
        title = "\(run.workload.name), batch \(run.batchSize), \(steps) steps on \(device.id) (\(device.name))"
    }

    var text: String {
        let total = entries.reduce(0) { $0 + $1.seconds }
        let launches = entries.reduce(0) { $0 + $1.launches }
        func row(_ label: String, _ launches: Int, _ seconds: Double) -> [String] {
            [
                String(format: "%.1f %%", total > 0 ? seconds / total * 100 : 0),
                String(format: "%.1f", seconds * 1e6 / Double(steps)),
                String(format: "%.2f", Double(launches) / Double(steps)),
                String(format: "%.1f", seconds * 1e6 / Double(max(launches, 1))), label,
            ]
        }
        let table = TextColumns(
            header: ["share", "us/step", "launches/step", "us/launch", "kernel"],
            rows: entries.map { row($0.label, $0.launches, $0.seconds) } + [row("all kernels", launches, total)],
            left: [4])
        let host = String(format: "%.3f ms per step as the host saw it, with the device measuring.", stepMilliseconds)
        return title + "\n" + table.text + "\n" + host
    }
}
