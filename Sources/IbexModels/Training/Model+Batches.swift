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
    ///   - validationBatches: looked at after each epoch.
    /// - Throws: `IbexError` for batches that do not fit the model, when they come; what was trained until then stays.
    @discardableResult
    public func fit<Batches: Sequence>(
        _ batches: sending Batches, epochs: Int = 1, verbose: Verbosity = 1,
        validationData: (x: Tensor, y: Tensor)? = nil, validationBatches: (any Sequence<Batch>)? = nil,
        initialEpoch: Int = 0, stepsPerEpoch: Int? = nil
    ) throws -> History where Batches.Element == Batch {
        let place = "fit of \(name)"
        guard let compilation else { throw notCompiled(place) }
        let plan = try FitPlan(
            batchSize: nil, epochs: initialEpoch..<max(epochs, initialEpoch), split: 0, shuffle: false,
            steps: stepsPerEpoch, at: place)
        let device = try device
        withDevice(device) { compilation.build() }
        let runner = try StepRunner(device: device, compilation: compilation)
        let stager = try BatchStager(batches, device: device)
        let progress = Progress(verbose, epochs: plan.epochs.upperBound, steps: stepsPerEpoch)
        var validate: (() throws -> Logs)?
        if let validationData {
            validate = {
                let result = try self.evaluate(validationData.x, validationData.y, verbose: 0)
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

    /// One pass over batches that come one by one; what the accumulators came to.
    private func pass(
        _ kind: Compilation.StepKey.Kind, _ runner: StepRunner, _ progress: Progress?, limit: Int?, _ place: String,
        _ source: () -> (() throws -> StagedItem?)
    ) throws -> Logs {
        guard let compilation else { throw notCompiled(place) }
        let next = source()
        try runner.restart()
        var (steps, rows) = (0, 0)
        taking: while steps < limit ?? .max {
            switch try next() {
            case .batch(let staged):
                try runner.run(try step(for: staged, kind, runner, compilation, place), on: staged.storages)
                steps += 1
                rows += staged.batch.count
                try observe(runner, steps: steps, rows: rows, progress)
            case .failure(let error): throw error
            // A sequence that ended exactly with the last epoch begins anew.
            case .end where steps == 0 && limit != nil: continue
            case .end where steps > 0: break taking
            case .end, nil:
                throw IbexError(
                    .data, at: place, found: "a sequence without batches", expected: "at least one for each epoch",
                    remedy: "A sequence that can be drawn once serves one epoch; give one that can be drawn again.")
            }
        }
        progress?.steps = limit ?? steps
        let end = try runner.finish(steps: steps, rows: rows)
        return compilation.logs(end.state, rows: end.rows, outputNames: outputNames)
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
