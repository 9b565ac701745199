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
    ///   - classWeight: a factor for the loss of each class; 1 where one is missing. It stands for sample weights, so
    ///     there are none beside it, and one target only.
    ///   - sampleWeight: a factor for the loss of each sample, [samples], or of each of its steps, [samples, time].
    ///   - initialEpoch: the number of the epoch to begin with.
    ///   - stepsPerEpoch: how many batches make an epoch, where not all of them: the next epoch goes on with the rest.
    ///   - validationSteps: how many batches of the validation data are looked at; by default all.
    ///   - validationBatchSize: the number of samples in a step of validation; by default that of training.
    ///   - validationFrequency: after how many epochs validation runs.
    ///   - validationSampleWeight: as `sampleWeight`, for the samples of `validationData`: Keras's third part of it.
    /// - Throws: `IbexError` for data, shapes or arguments that do not fit, before any device work.
    @discardableResult
    public func fit(
        _ x: Tensor, _ y: Tensor, batchSize: Int? = nil, epochs: Int = 1, verbose: Verbosity = 1,
        validationSplit: Double = 0, validationData: (x: Tensor, y: Tensor)? = nil, shuffle: Bool = true,
        classWeight: [Int: Double]? = nil, sampleWeight: Tensor? = nil, initialEpoch: Int = 0,
        stepsPerEpoch: Int? = nil, validationSteps: Int? = nil, validationBatchSize: Int? = nil,
        validationFrequency: Int = 1, validationSampleWeight: Tensor? = nil
    ) throws -> History {
        try fit(
            [x], [y], batchSize: batchSize, epochs: epochs, verbose: verbose, validationSplit: validationSplit,
            validationData: validationData.map { ([$0.x], [$0.y]) }, shuffle: shuffle, classWeight: classWeight,
            sampleWeights: sampleWeight.map { [$0] } ?? [], initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
            validationSteps: validationSteps, validationBatchSize: validationBatchSize,
            validationFrequency: validationFrequency,
            validationSampleWeights: validationSampleWeight.map { [$0] } ?? [])
    }

    /// As `fit(_:_:)`, for a model with several inputs or results.
    ///
    ///     try model.fit([text, image], [kind, price], sampleWeights: [kindWeights, priceWeights])
    ///
    /// - Parameters:
    ///   - sampleWeights: one tensor, with a factor for each sample, for all results; or one for each.
    ///   - validationSampleWeights: the same for the samples of `validationData`.
    @discardableResult
    public func fit(
        _ inputs: [Tensor], _ targets: [Tensor], batchSize: Int? = nil, epochs: Int = 1, verbose: Verbosity = 1,
        validationSplit: Double = 0, validationData: (x: [Tensor], y: [Tensor])? = nil, shuffle: Bool = true,
        classWeight: [Int: Double]? = nil, sampleWeights: [Tensor] = [], initialEpoch: Int = 0,
        stepsPerEpoch: Int? = nil, validationSteps: Int? = nil, validationBatchSize: Int? = nil,
        validationFrequency: Int = 1, validationSampleWeights: [Tensor] = []
    ) throws -> History {
        let place = "fit of \(name)"
        let plan = try FitPlan(
            batchSize: batchSize, epochs: initialEpoch..<max(epochs, initialEpoch), split: validationSplit,
            shuffle: shuffle, steps: stepsPerEpoch,
            validation: .init(batchSize: validationBatchSize, steps: validationSteps, frequency: validationFrequency),
            at: place)
        var data = try TrainingData(inputs: inputs, targets: targets, weights: sampleWeights, at: place)
        try prepare(data, for: .train, at: place)
        if let classWeight { try data.apply(classWeight, at: place) }
        var validation: TrainingData?
        if let validationData {
            let given = try TrainingData(
                inputs: validationData.x, targets: validationData.y, weights: validationSampleWeights,
                at: place + ", validation")
            try prepare(given, for: .evaluate, at: place + ", validation")
            validation = given
        }
        if validation == nil, !validationSampleWeights.isEmpty { throw weightsWithoutData(place) }
        let trainingRows = try plan.trainingRows(of: data.count, hasValidationData: validation != nil, at: place)
        return try train(data, rows: trainingRows, validation: validation, plan, verbose)
    }

    func weightsWithoutData(_ place: String) -> IbexError {
        IbexError(
            .argument, at: place, found: "sample weights for validation without validationData",
            expected: "validationData beside them",
            remedy: "What validationSplit keeps for validation has its weights from those of all samples.")
    }

    private func train(
        _ data: TrainingData, rows: Int, validation: TrainingData?, _ plan: FitPlan, _ verbose: Verbosity
    ) throws -> History {
        guard let compilation else { throw notCompiled(place) }
        let device = try device
        withDevice(device) { compilation.build() }
        let runner = try StepRunner(data, rows: rows, device: device, compilation: compilation)
        var validate: (() throws -> Logs)?
        func validating(_ runner: StepRunner, _ data: TrainingData, rows: Range<Int>) throws {
            try runner.setOrder(rows.map { Int32($0) })
            validate = {
                try self.pass(
                    .evaluate, data, 0..<rows.count, plan.validation.batchSize, runner, nil,
                    steps: plan.validation.steps
                ).logs
            }
        }
        if let validation {
            let other = try StepRunner(validation, rows: validation.count, device: device, compilation: compilation)
            try validating(other, validation, rows: 0..<validation.count)
        } else if rows < data.count {
            try validating(try runner.sharing(rows: data.count - rows), data, rows: rows..<data.count)
        }
        let progress = Progress(verbose, epochs: plan.epochs.upperBound, steps: plan.steps(rows))
        var (round, next) = (plan.epochs.lowerBound, rows)
        return try train(plan.epochs, progress, validate, every: plan.validation.frequency) {
            if next >= rows {
                try runner.setOrder(plan.order(rows, epoch: round, seed: RandomState.seed))
                (round, next) = (round + 1, 0)
            }
            let done = try self.pass(
                .train, data, next..<rows, plan.batchSize, runner, progress, steps: plan.stepsPerEpoch)
            next = done.end
            return done.logs
        }
    }

    typealias Logs = [(name: String, value: Double)]

    /// Runs epochs of training and validation, and keeps what they came to.
    func train(
        _ epochs: Range<Int>, _ progress: Progress, _ validate: (() throws -> Logs)?, every frequency: Int,
        _ pass: () throws -> Logs
    ) throws -> History {
        guard let compilation else { throw notCompiled(place) }
        let history = History()
        stopTraining = false
        for epoch in epochs where !stopTraining {
            progress.begin(epoch: epoch)
            let start = ContinuousClock.now
            var logs = try pass()
            if let validate, (epoch + 1) % frequency == 0 {
                logs += try validate().map { ("val_\($0.name)", $0.value) }
            }
            progress.end(logs)
            history.append(epoch: epoch, logs, seconds: (ContinuousClock.now - start).seconds)
        }
        if !epochs.isEmpty { compilation.optimizer.finalize(trainableWeights) }
        return history
    }

    /// One pass over some places of a runner's order: what the accumulators came to, and where it ended.
    ///
    /// - Parameter steps: at most how many batches are taken.
    func pass(
        _ kind: Compilation.StepKey.Kind, _ data: TrainingData, _ rows: Range<Int>, _ batchSize: Int,
        _ runner: StepRunner, _ progress: Progress?, steps limit: Int? = nil
    ) throws -> (logs: Logs, end: Int) {
        guard let compilation else { throw notCompiled(place) }
        try runner.restart(at: rows.lowerBound)
        var (steps, next) = (0, rows.lowerBound)
        while next < rows.upperBound, steps < limit ?? .max {
            let batch = min(batchSize, rows.upperBound - next)
            let step = try step(key(kind, data, batch: batch, runner), compilation)
            let count = batch == batchSize ? (rows.upperBound - next) / batch : 1
            for _ in 0..<min(count, (limit ?? .max) - steps) {
                try runner.run(step)
                steps += 1
                next += batch
                try observe(runner, steps: steps, rows: next - rows.lowerBound, progress)
            }
        }
        let end = try runner.finish(steps: steps, rows: next - rows.lowerBound)
        return (compilation.logs(end.state, rows: end.rows, outputNames: outputNames), next)
    }

    /// Tells the observer of the first step, and shows what has arrived from the device.
    func observe(_ runner: StepRunner, steps: Int, rows: Int, _ progress: Progress?) throws {
        if steps == 1, let observer = firstStepObserver {
            try runner.backend.synchronize()
            observer()
            firstStepObserver = nil
        }
        guard let compilation, let snapshot = try runner.mark(steps: steps, rows: rows) else { return }
        progress?.update(snapshot.steps) {
            compilation.logs(snapshot.state, rows: snapshot.rows, outputNames: outputNames)
        }
    }

    func key(
        _ kind: Compilation.StepKey.Kind, _ data: TrainingData, batch: Int, _ runner: StepRunner
    ) -> Compilation.StepKey {
        Compilation.StepKey(
            kind: kind, batch: batch, types: runner.types, recipes: runner.recipes, targets: data.targets.count,
            weights: data.weights.count, device: runner.device, seed: RandomState.seed)
    }
}
