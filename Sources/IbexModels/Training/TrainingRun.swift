import IbexGraph

/// One call of `fit`: its epochs, their validation, and the callbacks that are told.
final class TrainingRun {
    private let model: Model
    private let plan: FitPlan
    let history: History
    let callbacks: CallbackList
    /// Measures the model after an epoch, if there is something to measure it on.
    var validate: (() throws -> Logs)?

    init(_ model: Model, _ plan: FitPlan, _ verbose: Verbosity, _ given: [Callback], steps: Int?) {
        self.model = model
        self.plan = plan
        history = given.lazy.compactMap { $0 as? History }.first ?? History()
        let params = Callback.Params(verbose: verbose, epochs: plan.epochs.upperBound, steps: steps)
        callbacks = CallbackList(given, for: model, params, history: history)
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
        defer { (model.trainingCallbacks, model.trainingPosition) = ([], nil) }
        try callbacks.onBegin(.train)
        var resumed = try begin()
        var logs = Logs()
        for epoch in (model.trainingPosition?.epoch ?? 0)..<plan.epochs.upperBound {
            try callbacks.onEpochBegin(epoch)
            logs = try pass(epoch, resumed)
            resumed = nil
            if let validate, (epoch + 1) % plan.validation.frequency == 0 {
                model.stopEvaluating = false
                logs.merge(try callbacks.around(.evaluate, validate).prefixed("val_"))
            }
            model.trainingPosition = TrainingPosition(epoch: epoch + 1)
            try callbacks.onEpochEnd(epoch, logs)
            if model.stopTraining { break }
        }
        if !plan.epochs.isEmpty { compilation.optimizer.finalize(model.trainableWeights) }
        try callbacks.onEnd(.train, logs)
        return history
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
