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
    ///   - callbacks: told of what happens, in their order.
    ///   - stepsPerEpoch: how many batches make an epoch; by default the whole sequence. With a number, the next epoch
    ///     goes on where the last one ended.
    ///   - validationData: samples and targets that are looked at after each epoch.
    ///   - validationBatches: the same as batches, which may hold weights of their own.
    ///   - classWeight: a factor for the loss of each class; 1 where one is missing.
    ///   - validationSampleWeight: a factor for the loss of each sample of `validationData`.
    ///   - interruptible: whether Control-C ends the training after the running batch, and not the program; see
    ///     `fit(_:_:)`.
    /// - Throws: `IbexError` for batches that do not fit the model, when they come; what was trained until then stays.
    @discardableResult
    public func fit<Batches: Sequence>(
        _ batches: sending Batches, epochs: Int = 1, verbose: Verbosity = .auto, callbacks: [Callback] = [],
        validationData: (x: Tensor, y: Tensor)? = nil, validationBatches: (any Sequence<Batch>)? = nil,
        classWeight: [Int: Double]? = nil, initialEpoch: Int = 0, stepsPerEpoch: Int? = nil,
        validationSampleWeight: Tensor? = nil, interruptible: Bool = false
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
        let run = TrainingRun(
            self, plan, verbose, callbacks, steps: stepsPerEpoch, isInterruptible: interruptible)
        let told = run.callbacks
        if let validationData {
            let data = try TrainingData(
                inputs: [validationData.x], targets: [validationData.y],
                weights: validationSampleWeight.map { [$0] } ?? [], at: "\(place), validation")
            run.validate = {
                try self.prepare(data, for: .evaluate, at: "\(place), validation")
                return try self.logs(of: data, batchSize: plan.validation.batchSize, told)
            }
        } else if let validationBatches {
            run.validate = {
                var iterator = validationBatches.makeIterator()
                return try self.pass(.evaluate, runner, told, limit: nil, "\(place), validation") {
                    try iterator.next().map { .batch(try StagedBatch($0, on: device)) } ?? .end
                }
            }
        }
        var drawn = plan.epochs.lowerBound
        return try run.train { epoch, resumed in
            // Without a number of steps each epoch draws the sequence from its beginning.
            while stepsPerEpoch != nil, drawn < epoch {
                try self.take(stager.next, limit: stepsPerEpoch, place) { _ in true }
                drawn += 1
            }
            drawn = epoch + 1
            return try self.pass(.train, runner, told, limit: stepsPerEpoch, place, resuming: resumed, stager.next)
        }
    }

    /// Measures loss and metrics on batches from a sequence.
    @discardableResult
    public func evaluate<Batches: Sequence>(
        _ batches: sending Batches, verbose: Verbosity = .auto, callbacks: [Callback] = [], steps: Int? = nil
    ) throws -> Evaluation where Batches.Element == Batch {
        let place = "evaluate of \(name)"
        guard let compilation else { throw notCompiled(place) }
        let device = try device
        withDevice(device) { compilation.build() }
        let runner = try StepRunner(device: device, compilation: compilation)
        let stager = try BatchStager(batches, device: device)
        let told = CallbackList(callbacks, for: self, Callback.Params(verbose: verbose, steps: steps))
        stopEvaluating = false
        return Evaluation(
            try told.around(.evaluate) { try pass(.evaluate, runner, told, limit: steps, place, stager.next) })
    }

    /// The model's result for batches from a sequence, joined; targets in the batches are ignored.
    public func predict<Batches: Sequence>(
        _ batches: sending Batches, verbose: Verbosity = .auto, callbacks: [Callback] = [], steps: Int? = nil
    ) throws -> Tensor where Batches.Element == Batch {
        let results: [Tensor] = try predict(batches, verbose: verbose, callbacks: callbacks, steps: steps)
        guard results.count == 1 else { throw resultCountError(results.count) }
        return results[0]
    }

    /// As above, for a model with several results: `let results: [Tensor] = try model.predict(batches)`.
    @_disfavoredOverload
    public func predict<Batches: Sequence>(
        _ batches: sending Batches, verbose: Verbosity = .auto, callbacks: [Callback] = [], steps: Int? = nil
    ) throws -> [Tensor] where Batches.Element == Batch {
        let place = "predict of \(name)"
        let compilation = compilation ?? prediction
        let device = try device
        withDevice(device) { compilation.build() }
        let runner = try StepRunner(device: device, compilation: compilation)
        let stager = try BatchStager(batches, device: device) { Batch(inputs: $0.inputs) }
        let results = ResultReader(runner.backend)
        let told = CallbackList(callbacks, for: self, Callback.Params(verbose: verbose, steps: steps))
        let pass = Pass(.predict, of: self, compilation, runner, told)
        stopPredicting = false
        _ = try told.around(.predict) {
            try take(stager.next, limit: steps, place) { staged in
                let step = try step(for: staged, .predict, runner, compilation, place)
                let outputs = try results.makeStorages(step.outputTypes)
                try results.take(staged.batch.count, outputs, of: step, in: pass) {
                    try runner.run(step, on: staged.storages, outputs: outputs)
                }
                return !pass.isStopped
            }
            return Logs()
        }
        return try results.finish(on: device)
    }

    /// One pass over batches that come one by one; what the accumulators came to.
    ///
    /// - Parameter resumed: the state of a training that was interrupted within this pass.
    private func pass(
        _ kind: Compilation.StepKey.Kind, _ runner: StepRunner, _ callbacks: CallbackList, limit: Int?,
        _ place: String, resuming resumed: TrainingState? = nil, _ next: () throws -> StagedItem?
    ) throws -> Logs {
        guard let compilation else { throw notCompiled(place) }
        try runner.restart()
        let pass = Pass(kind, of: self, compilation, runner, callbacks)
        let behind = resumed?.position.batch ?? 0
        try take(next, limit: limit, place) { staged in
            guard pass.steps >= behind else {
                pass.skip(rows: staged.batch.count)
                guard pass.steps == behind else { return true }
                // The shapes of the accumulators follow from the batch.
                _ = try step(for: staged, kind, runner, compilation, place)
                try resumed?.restore(self, accumulators: true)
                return true
            }
            try pass.take(staged.batch.count) {
                try runner.run(try step(for: staged, kind, runner, compilation, place), on: staged.storages)
            }
            return !pass.isStopped
        }
        guard pass.steps >= behind else {
            throw IbexError(
                .data, at: place, found: "\(pass.steps) batches in an epoch to resume after \(behind)",
                expected: "the batches that the training began with")
        }
        return try pass.finish()
    }

    /// Hands batches on until the sequence ends, enough have come or `body` wants no more.
    private func take(
        _ next: () throws -> StagedItem?, limit: Int?, _ place: String, _ body: (StagedBatch) throws -> Bool
    ) throws {
        var steps = 0
        while steps < limit ?? .max {
            switch try next() {
            case .batch(let staged):
                steps += 1
                guard try body(staged) else { return }
            case .failure(let error): throw error
            // A sequence that ended exactly with the last epoch begins anew.
            case .end where steps == 0 && limit != nil: continue
            case .end where steps > 0: return
            case .end, nil:
                throw IbexError(
                    .data, at: place, found: "a sequence without batches", expected: "at least one for each epoch",
                    remedy: "A sequence that can be drawn once serves one epoch; give one that can be drawn again.")
            }
        }
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
