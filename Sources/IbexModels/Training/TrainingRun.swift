import IbexGraph

/// One call of `fit`: its epochs, their validation, and the callbacks that are told.
final class TrainingRun {
    private let model: Model
    private let plan: FitPlan
    private let isInterruptible: Bool
    let history: History
    let callbacks: CallbackList
    /// Measures the model after an epoch, if there is something to measure it on.
    var validate: (() throws -> Logs)?

    /// - Parameter isInterruptible: whether Control-C ends the training after the running batch.
    init(
        _ model: Model, _ plan: FitPlan, _ verbose: Verbosity, _ given: [Callback], steps: Int?, isInterruptible: Bool
    ) {
        self.model = model
        self.plan = plan
        self.isInterruptible = isInterruptible
        history = given.lazy.compactMap { $0 as? History }.first ?? History()
        let params = Callback.Params(verbose: verbose, epochs: plan.epochs.upperBound, steps: steps)
        callbacks = CallbackList(given, for: model, params, history: history, isInterruptible: isInterruptible)
    }

    /// Trains epoch by epoch, and tells what they came to.
    ///
    /// - Parameter pass: trains one epoch; gets the state to begin with where the epoch was interrupted.
    func train(_ pass: (_ epoch: Int, _ resumed: TrainingState?) throws -> Logs) throws -> History {
        guard let compilation = model.compilation else { throw model.notCompiled(model.place) }
        model.stopTraining = false
        model.history = history
        model.trainingCallbacks = callbacks.callbacks
        model.trainingPosition = TrainingPosition(epoch: plan.epochs.lowerBound)
        model.interruptWatch = isInterruptible ? try InterruptWatch() : nil
        defer {
            (model.trainingCallbacks, model.trainingPosition, model.interruptWatch, model.profiling) = (
                [], nil, nil, nil
            )
        }
        try callbacks.onBegin(.train)
        var resumed = try begin()
        var logs = Logs()
        for epoch in (model.trainingPosition?.epoch ?? 0)..<plan.epochs.upperBound {
            try callbacks.onEpochBegin(epoch)
            guard let own = try epochLogs({ try pass(epoch, resumed) }, validating: epoch) else { break }
            (logs, resumed) = (own, nil)
            model.trainingPosition = TrainingPosition(epoch: epoch + 1)
            try callbacks.onEpochEnd(epoch, logs)
            if model.stopTraining || epoch + 1 == plan.epochs.upperBound { break }
            model.noteInterruption()
            if history.isInterrupted { break }
        }
        if !plan.epochs.isEmpty { compilation.optimizer.finalize(model.trainableWeights) }
        try callbacks.onEnd(.train, logs)
        return history
    }

    /// What training and validation of an epoch came to; `nil` where the epoch was interrupted and has no end.
    private func epochLogs(_ pass: () throws -> Logs, validating epoch: Int) throws -> Logs? {
        var logs = try pass()
        if let validate, !history.isInterrupted, (epoch + 1) % plan.validation.frequency == 0 {
            model.stopEvaluating = false
            logs.merge(try callbacks.around(.evaluate, validate).prefixed("val_"))
        }
        return history.isInterrupted ? nil : logs
    }

    /// Goes to where an interrupted training is resumed; gives its state where that is within an epoch.
    private func begin() throws -> TrainingState? {
        guard let state = model.resumption else { return nil }
        model.resumption = nil
        guard state.position.epoch >= plan.epochs.lowerBound, state.position.epoch <= plan.epochs.upperBound else {
            throw IbexError(
                .state, at: model.place, found: "a training to resume at epoch \(state.position.epoch)",
                expected: "an epoch from \(plan.epochs.lowerBound) to \(plan.epochs.upperBound)",
                remedy: "Resume with the arguments that the training began with.")
        }
        try state.restore(model, accumulators: false)
        state.restore(model.trainingCallbacks)
        model.trainingPosition = state.position
        return state.position.batch > 0 ? state : nil
    }
}
