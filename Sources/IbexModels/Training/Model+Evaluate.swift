import IbexGraph
import IbexRuntime

extension Model {
    /// Measures loss and metrics on samples and their targets.
    ///
    ///     let result = try model.evaluate(x, y)
    ///     print(result.loss, result["accuracy"] ?? 0)
    ///
    /// - Throws: `IbexError` for data or shapes that do not fit, before any device work.
    @discardableResult
    public func evaluate(
        _ x: Tensor, _ y: Tensor, batchSize: Int? = nil, verbose: Verbosity = 1, sampleWeight: Tensor? = nil
    ) throws -> Evaluation {
        try evaluate([x], [y], batchSize: batchSize, verbose: verbose, sampleWeights: sampleWeight.map { [$0] } ?? [])
    }

    /// As `evaluate(_:_:)`, for a model with several inputs or results.
    @discardableResult
    public func evaluate(
        _ inputs: [Tensor], _ targets: [Tensor], batchSize: Int? = nil, verbose: Verbosity = 1,
        sampleWeights: [Tensor] = []
    ) throws -> Evaluation {
        let place = "evaluate of \(name)"
        let size = try FitPlan.batchSize(batchSize, at: place)
        let data = try TrainingData(inputs: inputs, targets: targets, weights: sampleWeights, at: place)
        try prepare(data, for: .evaluate, at: place)
        guard let compilation else { throw notCompiled(place) }
        let device = try device
        withDevice(device) { compilation.build() }
        let runner = try StepRunner(data, rows: data.count, device: device, compilation: compilation)
        try runner.setOrder(Array(0..<Int32(data.count)))
        let progress = Progress(verbose, epochs: 1, steps: (data.count + size - 1) / size)
        progress.begin(epoch: 0)
        let logs = try pass(.evaluate, data, 0..<data.count, size, runner, progress).logs
        progress.end(logs)
        return Evaluation(logs)
    }

    /// The model's results for samples, batch by batch.
    ///
    ///     let probabilities = try model.predict(x)
    ///
    /// - Throws: `IbexError` for data or shapes that do not fit, before any device work.
    public func predict(_ x: Tensor, batchSize: Int? = nil, verbose: Verbosity = 1) throws -> Tensor {
        try predict([x], batchSize: batchSize, verbose: verbose)[0]
    }

    /// As `predict(_:)`, for a model with several inputs or results.
    public func predict(_ inputs: [Tensor], batchSize: Int? = nil, verbose: Verbosity = 1) throws -> [Tensor] {
        let place = "predict of \(name)"
        let size = try FitPlan.batchSize(batchSize, at: place)
        let data = try TrainingData(inputs: inputs, targets: [], at: place)
        try prepare(data, for: .predict, at: place)
        let compilation = compilation ?? prediction
        let device = try device
        withDevice(device) { compilation.build() }
        let runner = try StepRunner(data, rows: data.count, device: device, compilation: compilation)
        try runner.setOrder(Array(0..<Int32(data.count)))
        try runner.restart()
        let progress = Progress(verbose, epochs: 1, steps: (data.count + size - 1) / size)
        progress.begin(epoch: 0)
        let results = try predictions(data, size, runner, compilation, progress)
        progress.end([])
        return withDevice(device) { results.map { Tensor(HostData($0.bytes), $0.type) } }
    }

    private func predictions(
        _ data: TrainingData, _ size: Int, _ runner: StepRunner, _ compilation: Compilation, _ progress: Progress
    ) throws -> [(type: TensorType, bytes: [UInt8])] {
        let results = ResultReader(runner.backend)
        var (done, steps) = (0, 0)
        while done < data.count {
            let batch = min(size, data.count - done)
            let step = try step(key(.predict, data, batch: batch, runner), compilation)
            let outputs = try results.makeStorages(step.outputTypes)
            for _ in 0..<(batch == size ? (data.count - done) / batch : 1) {
                try runner.run(step, outputs: outputs)
                try results.add(outputs, step.outputTypes)
                done += batch
                steps += 1
                progress.update(steps) { [] }
            }
        }
        return try results.finish()
    }
}
