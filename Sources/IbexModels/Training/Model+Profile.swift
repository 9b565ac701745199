import IbexGraph
import IbexRuntime

extension Model {
    /// Measures where the time of training steps goes, by layer and by kernel.
    ///
    ///     print(try model.profile(x, y, batchSize: 128))
    ///
    /// Steps are run on the first rows again and again, two of them before the measurement. Weights, optimizer and metrics
    /// are as before afterwards.
    ///
    /// - Parameters:
    ///   - steps: how many are measured.
    ///   - measuresLimits: whether the device's limits are measured too, which takes a moment and 130 MB.
    /// - Throws: `IbexError` for data or shapes that do not fit, before any device work; of kind `device` for a device that
    ///   cannot measure.
    public func profile(
        _ x: Tensor, _ y: Tensor, batchSize: Int? = nil, steps: Int = 10, measuresLimits: Bool = false
    ) throws -> Profile {
        try profile([x], [y], batchSize: batchSize, steps: steps, measuresLimits: measuresLimits)
    }

    /// As `profile(_:_:)`, for a model with several inputs or results.
    public func profile(
        _ inputs: [Tensor], _ targets: [Tensor], batchSize: Int? = nil, steps: Int = 10, measuresLimits: Bool = false
    ) throws -> Profile {
        let place = "profile of \(name)"
        guard steps > 0 else {
            throw IbexError(.argument, at: place, found: "\(steps) steps", expected: "a positive number")
        }
        let size = try FitPlan.batchSize(batchSize, at: place)
        let data = try TrainingData(inputs: inputs, targets: targets, at: place)
        try prepare(data, for: .train, at: place)
        guard let compilation else { throw notCompiled(self.place) }
        let device = try device
        withDevice(device) { compilation.build() }
        let batch = min(size, data.count)
        let runner = try StepRunner(data, rows: data.count, device: device, compilation: compilation)
        try runner.setOrder(Array(0..<Int32(data.count)))
        let step = try step(key(.train, data, batch: batch, runner), compilation)
        let kept = step.variables.map { ($0, $0.value) }
        defer { for (variable, value) in kept { variable.assign(value) } }
        func run() throws {
            try runner.restart()
            try runner.run(step)
        }
        for _ in 0..<2 { try run() }
        try runner.backend.synchronize()
        let limits = measuresLimits ? try Profile.Limits.measured(on: device) : nil
        return try Profile(on: device, steps: steps, limits: limits, run)
    }
}
