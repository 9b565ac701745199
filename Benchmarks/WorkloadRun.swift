import Foundation
import Ibex

/// One workload trained on one device in this process.
struct WorkloadRun {
    let workload: Workload
    let device: String
    let seed: UInt64
    let epochs: Int
    let batchSize: Int
    /// The most rows to train on.
    let samples: Int?
    /// The folder of MNIST, for a workload that needs it.
    let mnist: String?
    /// When the process was started, by `MonotonicClock.now`.
    let startedAt: Double

    /// The compiled model and its data, on the current device.
    func prepared() throws -> (model: Sequential, data: BenchmarkData) {
        setRandomSeed(seed)
        let data = try BenchmarkData(workload, samples: samples, mnist: mnist)
        let input = InputLayer(shape: Array(data.train.x.shape.extents.dropFirst()))
        let model = Sequential([input] + workload.layers())
        model.compile(optimizer: workload.optimizer(), loss: .categoricalCrossentropy, metrics: [.accuracy])
        return (model, data)
    }

    /// Training steps in an epoch.
    func steps(_ data: BenchmarkData) -> Int { (data.train.x.shape[0] + batchSize - 1) / batchSize }

    /// Trains, then evaluates on the whole test part.
    /// - Throws: `IbexError` for a device or data that are not there, and what training throws.
    func measure() throws -> RunRecord {
        let device = try Device.named(device)
        return try withDevice(device) {
            let (model, data) = try prepared()
            var firstStep = 0.0
            model.firstStepObserver = { firstStep = MonotonicClock.now() - startedAt }
            let history = try model.fit(data.train.x, data.train.y, batchSize: batchSize, epochs: epochs, verbose: 0)
            let evaluation = try model.evaluate(data.test.x, data.test.y, batchSize: 256, verbose: 0)
            let parameters = model.weights.map(\.shape.elementCount).reduce(0, +)
            return RunRecord(
                workload: workload.name, epochSeconds: history.seconds,
                stepMilliseconds: RunRecord.steady(history.seconds) / Double(steps(data)) * 1e3, parameters: parameters,
                loss: history["loss"].last ?? .nan, testAccuracy: evaluation["accuracy"] ?? .nan,
                device: self.device, deviceName: device.name, firstStepSeconds: firstStep,
                peakMemory: ChildRun.peakMemory())
        }
    }
}
