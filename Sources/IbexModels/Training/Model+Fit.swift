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
    ///   - callbacks: told of what happens, in their order.
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
    ///   - interruptible: whether Control-C ends the training after the running batch, and not the program: callbacks hear
    ///     of the end, the history says where it was, and what was saved stays. The epoch at work is not validated and
    ///     has no end. Control-C once more ends the program at once. Afterwards Control-C does what it did before.
    /// - Throws: `IbexError` for data, shapes or arguments that do not fit, before any device work; what a callback throws.
    @discardableResult
    public func fit(
        _ x: Tensor, _ y: Tensor, batchSize: Int? = nil, epochs: Int = 1, verbose: Verbosity = .auto,
        callbacks: [Callback] = [], validationSplit: Double = 0, validationData: (x: Tensor, y: Tensor)? = nil,
        shuffle: Bool = true, classWeight: [Int: Double]? = nil, sampleWeight: Tensor? = nil, initialEpoch: Int = 0,
        stepsPerEpoch: Int? = nil, validationSteps: Int? = nil, validationBatchSize: Int? = nil,
        validationFrequency: Int = 1, validationSampleWeight: Tensor? = nil, interruptible: Bool = false
    ) throws -> History {
        try fit(
            [x], [y], batchSize: batchSize, epochs: epochs, verbose: verbose, callbacks: callbacks,
            validationSplit: validationSplit, validationData: validationData.map { ([$0.x], [$0.y]) },
            shuffle: shuffle, classWeight: classWeight,
            sampleWeights: sampleWeight.map { [$0] } ?? [], initialEpoch: initialEpoch, stepsPerEpoch: stepsPerEpoch,
            validationSteps: validationSteps, validationBatchSize: validationBatchSize,
            validationFrequency: validationFrequency,
            validationSampleWeights: validationSampleWeight.map { [$0] } ?? [], interruptible: interruptible)
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
        _ inputs: [Tensor], _ targets: [Tensor], batchSize: Int? = nil, epochs: Int = 1, verbose: Verbosity = .auto,
        callbacks: [Callback] = [], validationSplit: Double = 0, validationData: (x: [Tensor], y: [Tensor])? = nil,
        shuffle: Bool = true,
        classWeight: [Int: Double]? = nil, sampleWeights: [Tensor] = [], initialEpoch: Int = 0,
        stepsPerEpoch: Int? = nil, validationSteps: Int? = nil, validationBatchSize: Int? = nil,
        validationFrequency: Int = 1, validationSampleWeights: [Tensor] = [], interruptible: Bool = false
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
        return try train(data, rows: trainingRows, validation: validation, plan, verbose, callbacks, interruptible)
    }

    func weightsWithoutData(_ place: String) -> IbexError {
        IbexError(
            .argument, at: place, found: "sample weights for validation without validationData",
            expected: "validationData beside them",
            remedy: "What validationSplit keeps for validation has its weights from those of all samples.")
    }

    private func train(
        _ data: TrainingData, rows: Int, validation: TrainingData?, _ plan: FitPlan, _ verbose: Verbosity,
        _ given: [Callback], _ isInterruptible: Bool
    ) throws -> History {
        guard let compilation else { throw notCompiled(place) }
        let device = try device
        withDevice(device) { compilation.build() }
        let runner = try StepRunner(data, rows: rows, device: device, compilation: compilation)
        let run = TrainingRun(
            self, plan, verbose, given, steps: plan.steps(rows), isInterruptible: isInterruptible)
        let callbacks = run.callbacks
        func validate(_ runner: StepRunner, _ data: TrainingData, rows: Range<Int>) throws {
            try runner.setOrder(rows.map { Int32($0) })
            let (size, steps) = (plan.validation.batchSize, plan.validation.steps)
            let places = 0..<min(rows.count, steps.map { min($0, rows.count) * size } ?? rows.count)
            run.validate = { try self.pass(.evaluate, data, places, size, runner, callbacks) }
        }
        if let validation {
            let other = try StepRunner(validation, rows: validation.count, device: device, compilation: compilation)
            try validate(other, validation, rows: 0..<validation.count)
        } else if rows < data.count {
            try validate(try runner.sharing(rows: data.count - rows), data, rows: rows..<data.count)
        }
        var (cursor, order) = (RowCursor(plan, rows: rows), Int?.none)
        return try run.train { epoch, resumed in
            let places = cursor.places(of: epoch)
            if order != cursor.round {
                try runner.setOrder(plan.order(rows, epoch: cursor.round, seed: RandomState.seed))
                order = cursor.round
            }
            return try self.pass(.train, data, places, plan.batchSize, runner, callbacks, resuming: resumed)
        }
    }

    /// One pass over some places of a runner's order: what the accumulators came to.
    ///
    /// - Parameter resumed: the state of a training that was interrupted within this pass.
    func pass(
        _ kind: Compilation.StepKey.Kind, _ data: TrainingData, _ places: Range<Int>, _ batchSize: Int,
        _ runner: StepRunner, _ callbacks: CallbackList, resuming resumed: TrainingState? = nil
    ) throws -> Logs {
        guard let compilation else { throw notCompiled(place) }
        let pass = Pass(kind, of: self, compilation, runner, callbacks)
        if let resumed {
            pass.skip(resumed.position.batch, rows: min(resumed.position.batch * batchSize, places.count))
        }
        try runner.restart(at: places.lowerBound + pass.rows)
        try resumed?.restore(self, accumulators: true)
        while pass.rows < places.count {
            let batch = min(batchSize, places.count - pass.rows)
            let step = try step(key(kind, data, batch: batch, runner), compilation)
            repeat {
                try pass.take(batch) { try runner.run(step) }
            } while pass.rows + batch <= places.count && !pass.isStopped
            if pass.isStopped { break }
        }
        return try pass.finish()
    }

    func key(
        _ kind: Compilation.StepKey.Kind, _ data: TrainingData, batch: Int, _ runner: StepRunner
    ) -> Compilation.StepKey {
        Compilation.StepKey(
            kind: kind, batch: batch, types: runner.types, recipes: runner.recipes, targets: data.targets.count,
            weights: data.weights.count, device: runner.device, seed: RandomState.seed)
    }
}
