import IbexGraph
import IbexRuntime

extension Batch {
    /// The batch of a traced step: cut out of the data set by the rows that the index buffer names from the offset on, or
    /// given as it is.
    fileprivate init(_ tensors: [Tensor], _ key: Compilation.StepKey, offset: Variable) {
        var sources = key.isWhole ? tensors[...] : tensors.dropLast()
        let rows = key.recipes.map { recipe in
            defer { sources = sources.dropFirst(recipe.sourceCount) }
            let taken = Array(sources.prefix(recipe.sourceCount))
            guard let order = tensors.last, !key.isWhole else { return recipe(taken) }
            return recipe(taken.map { Tensor.apply(Ops.Gather(count: key.batch), $0, order, offset.value) })
        }
        let inputCount = rows.count - key.targets - key.weights
        self.init(
            inputs: Array(rows[..<inputCount]), targets: Array(rows[inputCount..<inputCount + key.targets]),
            sampleWeights: rows.suffix(key.weights))
    }
}

extension Model {
    /// The step for a key, traced where it is new: the whole of it is one program that is replayed.
    func step(_ key: Compilation.StepKey, _ compilation: Compilation) throws -> TracedProgram {
        try compilation.step(key) {
            try withDevice(key.device) {
                compilation.build()
                if key.kind == .train { try compilation.optimizer.build(allTrainable.map(\.variable)) }
            }
            guard let offset = compilation.offset else { throw notCompiled(place) }
            let isTraining = key.kind == .train
            let counter = isTraining ? compilation.optimizer.iterations : compilation.draws
            return try TracedProgram(
                device: key.device, inputTypes: key.types, step: counter, advancesStep: !isTraining
            ) { tensors in
                let batch = LayerScope.within("data") { Batch(tensors, key, offset: offset) }
                if !key.isWhole { offset.assign(offset.value + Double(key.batch)) }
                guard key.kind != .predict else { return try self.predictStep(batch.inputs) }
                let loss = try isTraining ? self.trainStep(batch) : self.testStep(batch)
                let sum = compilation.lossTotals[0]
                sum.assign(sum.value + (loss * Double(key.batch)).cast(to: sum.dtype))
                return []
            }
        }
    }

    /// The loss of each result, weighted, with the penalties of the layers.
    func totalLoss(_ batch: Batch, _ outputs: [Tensor], _ context: CallContext) throws -> Tensor {
        guard let compilation else { throw notCompiled(place) }
        let values = try zip(compilation.losses, zip(batch.targets, outputs)).enumerated().map { index, given in
            let (loss, (target, output)) = given
            let value = try loss.evaluate(
                target, output, sampleWeight: batch.sampleWeight(ofTarget: index), mask: context.mask(of: output))
            return value.rank == 0 ? value : value.mean()
        }
        if values.count > 1 {
            for (variable, value) in zip(compilation.lossTotals.dropFirst(), values) {
                variable.assign(variable.value + (value * Double(batch.count)).cast(to: variable.dtype))
            }
        }
        let weighted = zip(values, compilation.lossWeights).map { $1 == 1 ? $0 : $0 * $1 }
        let parts = weighted + regularizationLosses + context.losses
        guard let first = parts.first else {
            throw IbexError(
                .state, at: place, found: "no loss", expected: "a loss given to compile, or one that a layer adds")
        }
        return parts.dropFirst().reduce(first) { $0 + $1 }
    }

    /// Adds a batch to the metrics given to `compile`; for use in a `trainStep` of your own.
    ///
    /// - Parameter context: that of the call that gave the outputs; it knows their masks.
    public func updateMetrics(_ batch: Batch, _ outputs: [Tensor], _ context: CallContext) throws {
        guard let compilation else { throw notCompiled(place) }
        for (group, isWeighted) in [(compilation.metrics, false), (compilation.weightedMetrics, true)] {
            for (index, (metrics, (target, output))) in zip(group, zip(batch.targets, outputs)).enumerated() {
                let weights = isWeighted ? batch.sampleWeight(ofTarget: index) : nil
                for metric in metrics {
                    try metric.update(target, output, sampleWeight: weights, mask: context.mask(of: output))
                }
            }
        }
    }

    /// Takes one step of the optimizer down the gradient of a loss; for use in a `trainStep` of your own.
    ///
    /// - Parameter weights: those that change; by default all that are trainable.
    public func applyGradients(of loss: Tensor, to weights: [Variable]? = nil) throws {
        guard let compilation else { throw notCompiled(place) }
        let chosen = weights.map { Set($0.map { ObjectIdentifier($0) }) }
        let trained = allTrainable.filter { chosen?.contains(ObjectIdentifier($0.variable)) ?? true }
        let found = gradientsIfAny(
            of: [loss], withRespectTo: trained.map(\.variable.value),
            upstreams: [compilation.optimizer.scaleLoss(loss.filled(1))])
        let reached = trained.indices.filter { found[$0] != nil }
        guard !reached.isEmpty else {
            throw IbexError(
                .state, at: place, found: "no weight that the loss depends on",
                expected: "at least one trainable weight")
        }
        try LayerScope.within(compilation.optimizer.name) {
            try compilation.optimizer.apply(
                reached.compactMap { found[$0] }, to: reached.map { trained[$0].variable },
                constraints: reached.map { trained[$0].constraint })
        }
    }

    func notCompiled(_ place: String) -> IbexError {
        IbexError(
            .state, at: place, found: "a model that is not compiled", expected: "a call of compile first",
            remedy: "For example model.compile(optimizer: .adam(), loss: .meanSquaredError).")
    }
}
