import Ibex

/// Where a training step's time goes on a device, and what the device could do.
struct StepProfile {
    let title: String
    let profile: Profile

    /// - Throws: `IbexError` for a device or data that are not there, and what training throws.
    init(_ run: WorkloadRun) throws {
        let device = try Device.named(run.device)
        profile = try withDevice(device) {
            let (model, data) = try run.prepared()
            return try model.profile(
                data.train.x, data.train.y, batchSize: run.batchSize, steps: run.steps(data), measuresLimits: true)
        }
        title = "\(run.workload.name), batch \(run.batchSize)"
    }

    var text: String { "\(title)\n\(profile)" }
}
