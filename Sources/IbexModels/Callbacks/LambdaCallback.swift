/// A callback made of closures, one for each hook that is needed.
///
///     let print = LambdaCallback(onEpochEnd: { epoch, logs in print(epoch, logs["loss"] ?? .nan) })
///     try model.fit(x, y, epochs: 10, callbacks: [print])
public final class LambdaCallback: Callback {
    public typealias Hook = (_ logs: Logs) throws -> Void
    public typealias NumberedHook = (_ number: Int, _ logs: Logs) throws -> Void
    public typealias EpochEndHook = (_ epoch: Int, _ logs: inout Logs) throws -> Void
    public typealias BatchEndHook = (_ batch: Int, _ logs: BatchLogs) throws -> Void

    private let epochHooks: (begin: NumberedHook?, end: EpochEndHook?)
    private let passHooks: [CallbackList.Kind: (begin: Hook?, end: Hook?)]
    private let batchHooks: [CallbackList.Kind: (begin: NumberedHook?, end: BatchEndHook?)]

    /// Each closure is called as the hook of its name.
    public init(
        onEpochBegin: NumberedHook? = nil, onEpochEnd: EpochEndHook? = nil,
        onTrainBegin: Hook? = nil, onTrainEnd: Hook? = nil,
        onTrainBatchBegin: NumberedHook? = nil, onTrainBatchEnd: BatchEndHook? = nil,
        onTestBegin: Hook? = nil, onTestEnd: Hook? = nil,
        onTestBatchBegin: NumberedHook? = nil, onTestBatchEnd: BatchEndHook? = nil,
        onPredictBegin: Hook? = nil, onPredictEnd: Hook? = nil,
        onPredictBatchBegin: NumberedHook? = nil, onPredictBatchEnd: BatchEndHook? = nil
    ) {
        epochHooks = (onEpochBegin, onEpochEnd)
        passHooks = [
            .train: (onTrainBegin, onTrainEnd), .evaluate: (onTestBegin, onTestEnd),
            .predict: (onPredictBegin, onPredictEnd),
        ]
        batchHooks = [
            .train: (onTrainBatchBegin, onTrainBatchEnd), .evaluate: (onTestBatchBegin, onTestBatchEnd),
            .predict: (onPredictBatchBegin, onPredictBatchEnd),
        ]
    }

    public override func onEpochBegin(_ epoch: Int, _ logs: Logs) throws { try epochHooks.begin?(epoch, logs) }
    public override func onEpochEnd(_ epoch: Int, _ logs: inout Logs) throws { try epochHooks.end?(epoch, &logs) }
    public override func onTrainBegin(_ logs: Logs) throws { try passHooks[.train]?.begin?(logs) }
    public override func onTrainEnd(_ logs: Logs) throws { try passHooks[.train]?.end?(logs) }
    public override func onTestBegin(_ logs: Logs) throws { try passHooks[.evaluate]?.begin?(logs) }
    public override func onTestEnd(_ logs: Logs) throws { try passHooks[.evaluate]?.end?(logs) }
    public override func onPredictBegin(_ logs: Logs) throws { try passHooks[.predict]?.begin?(logs) }
    public override func onPredictEnd(_ logs: Logs) throws { try passHooks[.predict]?.end?(logs) }

    public override func onTrainBatchBegin(_ batch: Int, _ logs: Logs) throws {
        try batchHooks[.train]?.begin?(batch, logs)
    }
    public override func onTrainBatchEnd(_ batch: Int, _ logs: BatchLogs) throws {
        try batchHooks[.train]?.end?(batch, logs)
    }
    public override func onTestBatchBegin(_ batch: Int, _ logs: Logs) throws {
        try batchHooks[.evaluate]?.begin?(batch, logs)
    }
    public override func onTestBatchEnd(_ batch: Int, _ logs: BatchLogs) throws {
        try batchHooks[.evaluate]?.end?(batch, logs)
    }
    public override func onPredictBatchBegin(_ batch: Int, _ logs: Logs) throws {
        try batchHooks[.predict]?.begin?(batch, logs)
    }
    public override func onPredictBatchEnd(_ batch: Int, _ logs: BatchLogs) throws {
        try batchHooks[.predict]?.end?(batch, logs)
    }
}
