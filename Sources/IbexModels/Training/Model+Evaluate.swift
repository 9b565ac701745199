import IbexGraph
import IbexRuntime

extension Model {
    /// Measures loss and metrics on samples and their targets.
    ///
    ///     let result = try model.evaluate(x, y)
    ///     print(result.loss, result["accuracy"] ?? 0)
    ///
    /// - Throws: `IbexError` for data or shapes that do not fit, before any device work; what a callback throws.
    @discardableResult
    public func evaluate(
        _ x: Tensor, _ y: Tensor, batchSize: Int? = nil, verbose: Verbosity = .auto, callbacks: [Callback] = [],
        sampleWeight: Tensor? = nil
    ) throws -> Evaluation {
        try evaluate(
            [x], [y], batchSize: batchSize, verbose: verbose, callbacks: callbacks,
            sampleWeights: sampleWeight.map { [$0] } ?? [])
    }

    /// As `evaluate(_:_:)`, for a model with several inputs or results.
    @discardableResult
    public func evaluate(
        _ inputs: [Tensor], _ targets: [Tensor], batchSize: Int? = nil, verbose: Verbosity = .auto,
        callbacks: [Callback] = [], sampleWeights: [Tensor] = []
    ) throws -> Evaluation {
        let place = "evaluate of \(name)"
        let size = try FitPlan.batchSize(batchSize, at: place)
        let data = try TrainingData(inputs: inputs, targets: targets, weights: sampleWeights, at: place)
        try prepare(data, for: .evaluate, at: place)
        let steps = (data.count + size - 1) / size
        let told = CallbackList(callbacks, for: self, Callback.Params(verbose: verbose, steps: steps))
        stopEvaluating = false
        return Evaluation(
            try told.around(.evaluate) { try logs(of: data, batchSize: size, told) })
    }

    /// What loss and metrics come to on data that was prepared.
    func logs(of data: TrainingData, batchSize: Int, _ callbacks: CallbackList) throws -> Logs {
        guard let compilation else { throw notCompiled(place) }
        let device = try device
        withDevice(device) { compilation.build() }
        let runner = try StepRunner(data, rows: data.count, device: device, compilation: compilation)
        try runner.setOrder(Array(0..<Int32(data.count)))
        return try pass(.evaluate, data, 0..<data.count, batchSize, runner, callbacks)
    }

    /// The model's results for samples, batch by batch.
    ///
    ///     let probabilities = try model.predict(x)
    ///
    /// - Throws: `IbexError` for data or shapes that do not fit, before any device work; what a callback throws.
    public func predict(
        _ x: Tensor, batchSize: Int? = nil, verbose: Verbosity = .auto, callbacks: [Callback] = []
    ) throws -> Tensor {
        try predict([x], batchSize: batchSize, verbose: verbose, callbacks: callbacks)[0]
    }

    /// As `predict(_:)`, for a model with several inputs or results.
    public func predict(
        _ inputs: [Tensor], batchSize: Int? = nil, verbose: Verbosity = .auto, callbacks: [Callback] = []
    ) throws -> [Tensor] {
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
        let steps = (data.count + size - 1) / size
        let told = CallbackList(callbacks, for: self, Callback.Params(verbose: verbose, steps: steps))
        let pass = Pass(.predict, of: self, compilation, runner, told)
        let results = ResultReader(runner.backend)
        stopPredicting = false
        _ = try told.around(.predict) {
            while pass.rows < data.count {
                let batch = min(size, data.count - pass.rows)
                let step = try step(key(.predict, data, batch: batch, runner), compilation)
                let outputs = try results.makeStorages(step.outputTypes)
                repeat {
                    try results.take(batch, outputs, of: step, in: pass) { try runner.run(step, outputs: outputs) }
                } while pass.rows + batch <= data.count && !pass.isStopped
                if pass.isStopped { break }
            }
            return Logs()
        }
        return try results.finish(on: device)
    }
}
