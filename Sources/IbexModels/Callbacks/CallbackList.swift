/// The callbacks of one call of `fit`, `evaluate` or `predict`, told together.
struct CallbackList {
    typealias Kind = Compilation.StepKey.Kind

    let callbacks: [Callback]
    /// Whether Control-C ends the passes that are told here.
    let isInterruptible: Bool

    /// Nobody.
    init() { (callbacks, isInterruptible) = ([], false) }

    /// The callbacks given, those that keep what the others leave, then the history where none was given, then the bar.
    init(
        _ given: [Callback], for model: Model, _ params: Callback.Params, history: History? = nil,
        isInterruptible: Bool = false
    ) {
        self.isInterruptible = isInterruptible
        let bars = given.filter { $0 is ProgbarLogger }
        let others = given.filter { !($0 is ProgbarLogger) }
        var all = others.filter { !$0.isToldLast } + others.filter(\.isToldLast)
        if let history, !all.contains(where: { $0 === history }) { all.append(history) }
        all += params.verbose != .silent && bars.isEmpty ? [ProgbarLogger()] : bars
        callbacks = all
        for callback in all {
            callback.model = model
            callback.params = params
        }
    }

    func onBegin(_ kind: Kind) throws {
        for callback in callbacks {
            switch kind {
            case .train: try callback.onTrainBegin(Logs())
            case .evaluate: try callback.onTestBegin(Logs())
            case .predict: try callback.onPredictBegin(Logs())
            }
        }
    }

    func onEnd(_ kind: Kind, _ logs: Logs) throws {
        let logs = logs.alphabetical
        for callback in callbacks {
            switch kind {
            case .train: try callback.onTrainEnd(logs)
            case .evaluate: try callback.onTestEnd(logs)
            case .predict: try callback.onPredictEnd(logs)
            }
        }
    }

    /// Tells of the begin and the end of a pass; gives what it came to.
    func around(_ kind: Kind, _ pass: () throws -> Logs) throws -> Logs {
        try onBegin(kind)
        let logs = try pass()
        try onEnd(kind, logs)
        return logs
    }

    func onBatchBegin(_ kind: Kind, _ batch: Int) throws {
        for callback in callbacks {
            switch kind {
            case .train: try callback.onTrainBatchBegin(batch, Logs())
            case .evaluate: try callback.onTestBatchBegin(batch, Logs())
            case .predict: try callback.onPredictBatchBegin(batch, Logs())
            }
        }
    }

    func onBatchEnd(_ kind: Kind, _ batch: Int, _ logs: BatchLogs) throws {
        for callback in callbacks {
            switch kind {
            case .train: try callback.onTrainBatchEnd(batch, logs)
            case .evaluate: try callback.onTestBatchEnd(batch, logs)
            case .predict: try callback.onPredictBatchEnd(batch, logs)
            }
        }
    }

    func onEpochBegin(_ epoch: Int) throws {
        for callback in callbacks { try callback.onEpochBegin(epoch, Logs()) }
    }

    func onEpochEnd(_ epoch: Int, _ logs: Logs) throws {
        var logs = logs.alphabetical
        for callback in callbacks { try callback.onEpochEnd(epoch, &logs) }
    }
}
