import IbexGraph
import IbexRuntime

/// The inputs of a traced step, by what they are.
private struct StepInputs {
    let inputs: [Tensor]
    let targets: [Tensor]
    let weights: Tensor?

    /// Cuts the batch out of the data set: the rows that the index buffer names from the offset on.
    init(_ tensors: [Tensor], _ key: Compilation.StepKey, offset: Variable) {
        let order = tensors[tensors.count - 1]
        var sources = tensors.dropLast()
        let rows = key.recipes.map { recipe in
            defer { sources = sources.dropFirst(recipe.sourceCount) }
            return recipe(
                sources.prefix(recipe.sourceCount).map {
                    Tensor.apply(Ops.Gather(count: key.batch), $0, order, offset.value)
                })
        }
        let inputCount = rows.count - key.targets - (key.hasWeights ? 1 : 0)
        inputs = Array(rows[..<inputCount])
        targets = Array(rows[inputCount..<inputCount + key.targets])
        weights = key.hasWeights ? rows[rows.count - 1] : nil
    }
}

extension Model {
    /// The step for a key, traced where it is new: the whole of it is one program that is replayed.
    func step(_ key: Compilation.StepKey, _ compilation: Compilation) throws -> TracedProgram {
        try compilation.step(key) {
            let trained = key.kind == .train ? allTrainable : []
            try withDevice(key.device) {
                compilation.build()
                if key.kind == .train { try compilation.optimizer.build(trained.map(\.variable)) }
            }
            guard let offset = compilation.offset else { throw notCompiled(place) }
            let counter = key.kind == .train ? compilation.optimizer.iterations : nil
            return try TracedProgram(device: key.device, inputTypes: key.types, step: counter) { tensors in
                let batch = StepInputs(tensors, key, offset: offset)
                let context = CallContext(training: key.kind == .train)
                let outputs = try self.apply(batch.inputs, context)
                offset.assign(offset.value + Double(key.batch))
                guard key.kind != .predict else { return outputs }
                let loss = try self.recordLoss(outputs, batch, context, key, compilation)
                try self.recordMetrics(outputs, batch, compilation)
                if key.kind == .train { try self.recordUpdate(loss, trained, compilation.optimizer) }
                return []
            }
        }
    }

    private func recordLoss(
        _ outputs: [Tensor], _ batch: StepInputs, _ context: CallContext, _ key: Compilation.StepKey,
        _ compilation: Compilation
    ) throws -> Tensor {
        let rows = Double(key.batch)
        let values = zip(compilation.losses, zip(batch.targets, outputs)).map { loss, pair in
            let value = loss.evaluate(
                pair.0, pair.1, sampleWeight: batch.weights, mask: context.mask(of: pair.1))
            return value.rank == 0 ? value : value.mean()
        }
        if values.count > 1 {
            for (variable, value) in zip(compilation.lossTotals.dropFirst(), values) {
                variable.assign(variable.value + (value * rows).cast(to: .float32))
            }
        }
        let weighted = zip(values, compilation.lossWeights).map { $1 == 1 ? $0 : $0 * $1 }
        let parts = weighted + regularizationLosses + context.losses
        guard let first = parts.first else {
            throw IbexError(
                .state, at: place, found: "no loss", expected: "a loss given to compile, or one that a layer adds")
        }
        let total = parts.dropFirst().reduce(first) { $0 + $1 }
        let sum = compilation.lossTotals[0]
        sum.assign(sum.value + (total * rows).cast(to: .float32))
        return total
    }

    private func recordMetrics(_ outputs: [Tensor], _ batch: StepInputs, _ compilation: Compilation) throws {
        for (group, weights) in [(compilation.metrics, nil), (compilation.weightedMetrics, batch.weights)] {
            for (metrics, (target, output)) in zip(group, zip(batch.targets, outputs)) {
                for metric in metrics { try metric.update(target, output, sampleWeight: weights) }
            }
        }
    }

    private func recordUpdate(_ loss: Tensor, _ trained: [Weight], _ optimizer: Optimizer) throws {
        let values = trained.map(\.variable.value)
        let upstream = optimizer.scaleLoss(loss.filled(1))
        let found = gradientsIfAny(of: [loss], withRespectTo: values, upstreams: [upstream])
        let reached = trained.indices.filter { found[$0] != nil }
        guard !reached.isEmpty else {
            throw IbexError(
                .state, at: place, found: "no weight that the loss depends on",
                expected: "at least one trainable weight")
        }
        try optimizer.apply(
            reached.compactMap { found[$0] }, to: reached.map { trained[$0].variable },
            constraints: reached.map { trained[$0].constraint })
    }

    func notCompiled(_ place: String) -> IbexError {
        IbexError(
            .state, at: place, found: "a model that is not compiled", expected: "a call of compile first",
            remedy: "For example model.compile(optimizer: .adam(), loss: .meanSquaredError).")
    }
}
