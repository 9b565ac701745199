import IbexGraph
import IbexRuntime

extension Model {
    /// Trains the model on samples and their targets.
    ///
    ///     let history = try model.fit(x, y, batchSize: 128, epochs: 5, validationSplit: 0.2)
    ///
    /// - Parameters:
    ///   - x: the samples, along the first axis.
    ///   - y: their targets.
    ///   - batchSize: the number of samples in a step; 32, or what the configuration says. The last step takes the rest.
    ///   - epochs: the number of the epoch to end with; with `initialEpoch` 0, how often all samples are seen.
    ///   - verbose: 0 for silence, 1 for a bar, 2 for one line an epoch.
    ///   - validationSplit: the share of the last samples that is kept for validation.
    ///   - validationData: other samples for validation; stands over `validationSplit`.
    ///   - shuffle: whether every epoch sees the samples in another order, which depends on seed and epoch alone.
    ///   - classWeight: a factor for the loss of each class; 1 where one is missing.
    ///   - sampleWeight: a factor for the loss of each sample.
    /// - Throws: `IbexError` for data, shapes or arguments that do not fit, before any device work.
    @discardableResult
    public func fit(
        _ x: Tensor, _ y: Tensor, batchSize: Int? = nil, epochs: Int = 1, verbose: Verbosity = 1,
        validationSplit: Double = 0, validationData: (x: Tensor, y: Tensor)? = nil, shuffle: Bool = true,
        classWeight: [Int: Double]? = nil, sampleWeight: Tensor? = nil, initialEpoch: Int = 0
    ) throws -> History {
        try fit(
            [x], [y], batchSize: batchSize, epochs: epochs, verbose: verbose, validationSplit: validationSplit,
            validationData: validationData.map { ([$0.x], [$0.y]) }, shuffle: shuffle, classWeight: classWeight,
            sampleWeight: sampleWeight, initialEpoch: initialEpoch)
    }

    /// As `fit(_:_:)`, for a model with several inputs or results.
    @discardableResult
    public func fit(
        _ inputs: [Tensor], _ targets: [Tensor], batchSize: Int? = nil, epochs: Int = 1, verbose: Verbosity = 1,
        validationSplit: Double = 0, validationData: (x: [Tensor], y: [Tensor])? = nil, shuffle: Bool = true,
        classWeight: [Int: Double]? = nil, sampleWeight: Tensor? = nil, initialEpoch: Int = 0
    ) throws -> History {
        let place = "fit of \(name)"
        let plan = try FitPlan(
            batchSize: batchSize, epochs: initialEpoch..<max(epochs, initialEpoch), split: validationSplit,
            shuffle: shuffle, at: place)
        var data = try TrainingData(inputs: inputs, targets: targets, weights: sampleWeight, at: place)
        try prepare(data, for: .train, at: place)
        if let classWeight { try data.apply(classWeight, at: place) }
        var validation: TrainingData?
        if let validationData {
            let given = try TrainingData(
                inputs: validationData.x, targets: validationData.y, at: place + ", validation")
            try prepare(given, for: .evaluate, at: place + ", validation")
            validation = given
        }
        let trainingRows = try plan.trainingRows(of: data.count, hasValidationData: validation != nil, at: place)
        return try train(data, rows: trainingRows, validation: validation, plan, verbose)
    }

    private func train(
        _ data: TrainingData, rows: Int, validation: TrainingData?, _ plan: FitPlan, _ verbose: Verbosity
    ) throws -> History {
        guard let compilation else { throw notCompiled(place) }
        let device = try device
        withDevice(device) { compilation.build() }
        let runner = try StepRunner(data, rows: rows, device: device, compilation: compilation)
        var validator: (runner: StepRunner, data: TrainingData, rows: Int)?
        if let validation {
            let other = try StepRunner(validation, rows: validation.count, device: device, compilation: compilation)
            try other.setOrder(Array(0..<Int32(validation.count)))
            validator = (other, validation, validation.count)
        } else if rows < data.count {
            validator = (try runner.sharing(rows: data.count - rows), data, data.count - rows)
            try validator?.runner.setOrder(Array(Int32(rows)..<Int32(data.count)))
        }
        let history = History()
        stopTraining = false
        let progress = Progress(verbose, epochs: plan.epochs.upperBound, steps: plan.steps(rows))
        for epoch in plan.epochs where !stopTraining {
            progress.begin(epoch: epoch)
            let start = ContinuousClock.now
            try runner.setOrder(plan.order(rows, epoch: epoch, seed: RandomState.seed))
            var logs = try pass(.train, data, rows, plan.batchSize, runner, progress)
            if let validator {
                let values = try pass(.evaluate, validator.data, validator.rows, plan.batchSize, validator.runner, nil)
                logs += values.map { ("val_\($0.name)", $0.value) }
            }
            progress.end(logs)
            history.append(epoch: epoch, logs, seconds: (ContinuousClock.now - start).seconds)
        }
        if plan.epochs.count > 0 { compilation.optimizer.finalize(trainableWeights) }
        return history
    }

    /// One pass over the rows of a runner's order; what the accumulators came to.
    func pass(
        _ kind: Compilation.StepKey.Kind, _ data: TrainingData, _ rows: Int, _ batchSize: Int, _ runner: StepRunner,
        _ progress: Progress?
    ) throws -> [(name: String, value: Double)] {
        guard let compilation else { throw notCompiled(place) }
        try runner.restart()
        var (steps, done) = (0, 0)
        while done < rows {
            let batch = min(batchSize, rows - done)
            let step = try step(key(kind, data, batch: batch, runner), compilation)
            let count = batch == batchSize ? (rows - done) / batch : 1
            for _ in 0..<count {
                try runner.run(step)
                if steps == 0, let observer = firstStepObserver {
                    try runner.backend.synchronize()
                    observer()
                    firstStepObserver = nil
                }
                steps += 1
                done += batch
                if let snapshot = try runner.mark(steps: steps, rows: done) {
                    progress?.update(snapshot.steps) {
                        compilation.logs(snapshot.state, rows: snapshot.rows, outputNames: outputNames)
                    }
                }
            }
        }
        let end = try runner.finish(steps: steps, rows: done)
        return compilation.logs(end.state, rows: end.rows, outputNames: outputNames)
    }

    func key(
        _ kind: Compilation.StepKey.Kind, _ data: TrainingData, batch: Int, _ runner: StepRunner
    ) -> Compilation.StepKey {
        Compilation.StepKey(
            kind: kind, batch: batch, types: runner.types, recipes: runner.recipes, targets: data.targets.count,
            hasWeights: data.weights != nil, device: runner.device, seed: RandomState.seed)
    }
}
