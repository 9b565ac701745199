import IbexGraph
import IbexRuntime

/// A place in a training: so many epochs are finished, and so many batches of the next one.
package struct TrainingPosition: Sendable, Hashable {
    package var epoch: Int
    package var batch: Int

    package init(epoch: Int, batch: Int = 0) {
        self.epoch = epoch
        self.batch = batch
    }
}

/// Everything that a training needs to go on, in another process too, as if it had never been interrupted: the same bits.
///
///     let state = try model.trainingState()       // in onTrainBatchEnd or onEpochEnd
///     other.resumption = state                    // before fit, or in onTrainBegin
///     try other.fit(x, y, …)                      // with the arguments of the first
///
/// Both models are made and compiled by the same code. Variables that a model of one's own keeps outside `addWeight` are
/// not known here.
package struct TrainingState: Sendable {
    package var position: TrainingPosition
    /// The seed, on which orders of rows and random draws depend.
    package var seed: UInt64
    /// How many numbers were drawn outside of steps.
    package var draws: UInt32
    /// The values of `Model.stateVariables`.
    package var tensors: [(name: String, value: Tensor)]
    /// What callbacks remember, by class name, numbered where there are several of a class.
    package var callbacks: [String: CallbackState]

    package init(
        position: TrainingPosition, seed: UInt64, draws: UInt32, tensors: [(name: String, value: Tensor)],
        callbacks: [String: CallbackState] = [:]
    ) {
        self.position = position
        self.seed = seed
        self.draws = draws
        self.tensors = tensors
        self.callbacks = callbacks
    }
}

extension Model {
    /// Every variable that steps of training and validation change, under names that are the same in every process:
    /// `weights/0`, `optimizer/0`, `draws`, and the accumulators of an epoch, `losses/0` and `metrics/0`.
    package var stateVariables: [(name: String, variable: Variable)] {
        func named(_ group: String, _ variables: [Variable]) -> [(name: String, variable: Variable)] {
            variables.enumerated().map { ("\(group)/\($0)", $1) }
        }
        guard let compilation else { return named("weights", weights) }
        return named("weights", weights) + named("optimizer", compilation.optimizer.variables)
            + named("losses", compilation.lossTotals) + named("metrics", compilation.allMetrics.flatMap(\.variables))
            + [compilation.draws].compactMap { $0.map { ("draws", $0) } }
    }

    /// The state of the training at work, as of the last batch or epoch that was told to callbacks.
    ///
    /// - Throws: `IbexError` of kind `state` where none is at work.
    package func trainingState() throws -> TrainingState {
        guard let position = trainingPosition else {
            throw IbexError(
                .state, at: place, found: "no training at work", expected: "a call in a callback's hook of fit")
        }
        return TrainingState(
            position: position, seed: RandomState.seed, draws: RandomState.draws,
            tensors: stateVariables.map { ($0.name, $0.variable.stored) },
            callbacks: TrainingState.named(trainingCallbacks).mapValues(\.state).filter { !$0.value.isEmpty })
    }
}

extension TrainingState {
    private static let accumulators = ["losses/", "metrics/"]

    /// Callbacks under their keys in `callbacks`.
    fileprivate static func named(_ callbacks: [Callback]) -> [String: Callback] {
        var named: [String: Callback] = [:]
        for callback in callbacks {
            let name = String(describing: type(of: callback))
            let number = named.keys.count { $0 == name || $0.hasPrefix("\(name)_") }
            named[number == 0 ? name : "\(name)_\(number)"] = callback
        }
        return named
    }

    /// Gives callbacks what they remembered.
    func restore(_ callbacks: [Callback]) {
        for (name, callback) in Self.named(callbacks) {
            if let state = self.callbacks[name] { callback.state = state }
        }
    }

    /// Sets a model's variables and the random numbers; nothing changes where something does not fit.
    ///
    /// - Parameter accumulators: whether those of the epoch too, whose shapes are known once data was seen.
    /// - Throws: `IbexError` of kind `state` for a model that is not built or compiled, or is another one.
    func restore(_ model: Model, accumulators: Bool) throws {
        let device = try model.device
        guard let compilation = model.compilation, model.isBuilt else {
            throw IbexError(
                .state, at: model.place, found: "a model to resume that is not built", expected: "a model with weights",
                remedy: "Begin the model with Input(shape:), or call it on a batch first.")
        }
        try withDevice(device) {
            compilation.build()
            try compilation.optimizer.build(model.allTrainable.map(\.variable))
        }
        func isWanted(_ name: String) -> Bool { accumulators || !Self.accumulators.contains { name.hasPrefix($0) } }
        let variables = model.stateVariables.filter { isWanted($0.name) }
        let values = tensors.filter { isWanted($0.name) }
        let own = Dictionary(values, uniquingKeysWith: { $1 })
        guard Set(own.keys) == Set(variables.map(\.name)) else {
            throw misfit("\(values.count) variables", expected: "\(variables.count)", model)
        }
        for (name, variable) in variables where own[name]?.type != variable.type {
            throw misfit(
                "\(name) of type \(own[name]?.type.description ?? "")",
                expected: "\(variable.type) for \(variable.name)", model)
        }
        try withDevice(device) {
            for (name, variable) in variables {
                guard let value = own[name] else { continue }
                variable.assign(Tensor(HostData(try value.bytes()), value.type))
            }
        }
        (RandomState.seed, RandomState.draws) = (seed, draws)
    }

    private func misfit(_ found: String, expected: String, _ model: Model) -> IbexError {
        IbexError(
            .state, at: model.place, found: "a training to resume with \(found)", expected: expected,
            remedy: "Resume with the model and the arguments of compile that the training began with.")
    }
}
