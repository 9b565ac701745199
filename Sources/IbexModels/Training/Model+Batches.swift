import IbexGraph
import IbexRuntime

extension Model {
    /// Trains the model on batches from a sequence, which a thread of its own draws and puts on the device ahead of the
    /// steps.
    ///
    ///     let batches = files.lazy.map { Batch(read($0).images, read($0).labels) }
    ///     try model.fit(batches, epochs: 3)
    ///
    /// - Parameters:
    ///   - batches: drawn from the beginning for each epoch; nothing else may use it meanwhile.
    ///   - stepsPerEpoch: how many batches make an epoch; by default the whole sequence. With a number, the next epoch
    ///     goes on where the last one ended.
    ///   - validationData: samples and targets that are looked at after each epoch.
    ///   - validationBatches: the same as batches, which may hold weights of their own.
    ///   - classWeight: a factor for the loss of each class; 1 where one is missing.
    ///   - validationSampleWeight: a factor for the loss of each sample of `validationData`.
    /// - Throws: `IbexError` for batches that do not fit the model, when they come; what was trained until then stays.
    @discardableResult
    public func fit<Batches: Sequence>(
        _ batches: sending Batches, epochs: Int = 1, verbose: Verbosity = 1,
        validationData: (x: Tensor, y: Tensor)? = nil, validationBatches: (any Sequence<Batch>)? = nil,
        classWeight: [Int: Double]? = nil, initialEpoch: Int = 0, stepsPerEpoch: Int? = nil,
        validationSampleWeight: Tensor? = nil
    ) throws -> History where Batches.Element == Batch {
        let place = "fit of \(name)"
        guard let compilation else { throw notCompiled(place) }
        let plan = try FitPlan(
            batchSize: nil, epochs: initialEpoch..<max(epochs, initialEpoch), split: 0, shuffle: false,
            steps: stepsPerEpoch, at: place)
        if validationData == nil, validationSampleWeight != nil { throw weightsWithoutData(place) }
        let device = try device
        withDevice(device) { compilation.build() }
        let runner = try StepRunner(device: device, compilation: compilation)
        let stager = try BatchStager(batches, device: device) { batch in
            guard let classWeight else { return batch }
            var data = try TrainingData(
                inputs: batch.inputs, targets: batch.targets, weights: batch.sampleWeights, at: place)
            try data.apply(classWeight, at: place)
            return Batch(inputs: batch.inputs, targets: batch.targets, sampleWeights: data.weights)
        }
        let progress = Progress(verbose, epochs: plan.epochs.upperBound, steps: stepsPerEpoch)
        var validate: (() throws -> Logs)?
        if let validationData {
            validate = {
                let result = try self.evaluate(
                    validationData.x, validationData.y, verbose: 0, sampleWeight: validationSampleWeight)
                return zip(result.names, result.values).map { ($0, $1) }
            }
        } else if let validationBatches {
            validate = {
                try self.pass(.evaluate, runner, nil, limit: nil, "\(place), validation") {
                    var iterator = validationBatches.makeIterator()
                    return { try iterator.next().map { .batch(try StagedBatch($0, on: device)) } ?? .end }
                }
            }
        }
        return try train(plan.epochs, progress, validate, every: 1) {
            try self.pass(.train, runner, progress, limit: stepsPerEpoch, place) { stager.next }
        }
    }

    /// Measures loss and metrics on batches from a sequence.
    @discardableResult
    public func evaluate<Batches: Sequence>(
        _ batches: sending Batches, verbose: Verbosity = 1, steps: Int? = nil
    ) throws -> Evaluation where Batches.Element == Batch {
        let place = "evaluate of \(name)"
        guard let compilation else { throw notCompiled(place) }
        let device = try device
        withDevice(device) { compilation.build() }
        let runner = try StepRunner(device: device, compilation: compilation)
        let stager = try BatchStager(batches, device: device)
        let progress = Progress(verbose, epochs: 1, steps: steps)
        progress.begin(epoch: 0)
        let logs = try pass(.evaluate, runner, progress, limit: steps, place) { stager.next }
        progress.end(logs)
        return Evaluation(logs)
    }

    /// The model's result for batches from a sequence, joined; targets in the batches are ignored.
    public func predict<Batches: Sequence>(
        _ batches: sending Batches, verbose: Verbosity = 1, steps: Int? = nil
    ) throws -> Tensor where Batches.Element == Batch {
        let results: [Tensor] = try predict(batches, verbose: verbose, steps: steps)
        guard results.count == 1 else { throw resultCountError(results.count) }
        return results[0]
    }

    /// As above, for a model with several results: `let results: [Tensor] = try model.predict(batches)`.
    @_disfavoredOverload
    public func predict<Batches: Sequence>(
        _ batches: sending Batches, verbose: Verbosity = 1, steps: Int? = nil
    ) throws -> [Tensor] where Batches.Element == Batch {
        let place = "predict of \(name)"
        let compilation = compilation ?? prediction
        let device = try device
        withDevice(device) { compilation.build() }
        let runner = try StepRunner(device: device, compilation: compilation)
        let stager = try BatchStager(batches, device: device) { Batch(inputs: $0.inputs) }
        let results = ResultReader(runner.backend)
        let progress = Progress(verbose, epochs: 1, steps: steps)
        progress.begin(epoch: 0)
        let done = try take(stager.next, limit: steps, place) { staged, steps in
            let step = try step(for: staged, .predict, runner, compilation, place)
            let outputs = try results.makeStorages(step.outputTypes)
            try runner.run(step, on: staged.storages, outputs: outputs)
            try results.add(outputs, step.outputTypes)
            progress.update(steps) { [] }
        }
        let rows = try results.finish()
        progress.steps = steps ?? done.steps
        progress.end([])
        return withDevice(device) { rows.map { Tensor(HostData($0.bytes), $0.type) } }
    }

    /// One pass over batches that come one by one; what the accumulators came to.
    private func pass(
        _ kind: Compilation.StepKey.Kind, _ runner: StepRunner, _ progress: Progress?, limit: Int?, _ place: String,
        _ source: () -> (() throws -> StagedItem?)
    ) throws -> Logs {
        guard let compilation else { throw notCompiled(place) }
        try runner.restart()
        var seen = 0
        let done = try take(source(), limit: limit, place) { staged, steps in
            try runner.run(try step(for: staged, kind, runner, compilation, place), on: staged.storages)
            seen += staged.batch.count
            try observe(runner, steps: steps, rows: seen, progress)
        }
        progress?.steps = limit ?? done.steps
        let end = try runner.finish(steps: done.steps, rows: done.rows)
        return compilation.logs(end.state, rows: end.rows, outputNames: outputNames)
    }

    /// Hands batches on until the sequence ends or enough have come; counts them and their rows.
    private func take(
        _ next: () throws -> StagedItem?, limit: Int?, _ place: String,
        _ body: (StagedBatch, _ steps: Int) throws -> Void
    ) throws -> (steps: Int, rows: Int) {
        var (steps, rows) = (0, 0)
        while steps < limit ?? .max {
            switch try next() {
            case .batch(let staged):
                steps += 1
                rows += staged.batch.count
                try body(staged, steps)
            case .failure(let error): throw error
            // A sequence that ended exactly with the last epoch begins anew.
            case .end where steps == 0 && limit != nil: continue
            case .end where steps > 0: return (steps, rows)
            case .end, nil:
                throw IbexError(
                    .data, at: place, found: "a sequence without batches", expected: "at least one for each epoch",
                    remedy: "A sequence that can be drawn once serves one epoch; give one that can be drawn again.")
            }
        }
        return (steps, rows)
    }

    private func step(
        for staged: StagedBatch, _ kind: Compilation.StepKey.Kind, _ runner: StepRunner, _ compilation: Compilation,
        _ place: String
    ) throws -> TracedProgram {
        let batch = staged.batch
        let data = try TrainingData(
            inputs: batch.inputs, targets: batch.targets, weights: batch.sampleWeights, at: place)
        try prepare(data, for: kind, at: place)
        let key = Compilation.StepKey(
            kind: kind, batch: data.count, isWhole: true, types: staged.types, recipes: staged.recipes,
            targets: batch.targets.count, weights: batch.sampleWeights.count, device: runner.device,
            seed: RandomState.seed)
        return try step(key, compilation)
    }
}
