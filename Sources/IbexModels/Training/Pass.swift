import IbexGraph

/// One pass of steps over data: counts them, tells the callbacks, and keeps the host from running too far ahead.
final class Pass {
    typealias Kind = Compilation.StepKey.Kind

    private let kind: Kind
    private let model: Model
    private let compilation: Compilation
    private let runner: StepRunner
    private let callbacks: CallbackList
    /// Steps taken, those included that a training had behind it when it was resumed.
    private(set) var steps = 0
    /// The rows of these steps.
    private(set) var rows = 0

    init(
        _ kind: Kind, of model: Model, _ compilation: Compilation, _ runner: StepRunner, _ callbacks: CallbackList
    ) {
        self.kind = kind
        self.model = model
        self.compilation = compilation
        self.runner = runner
        self.callbacks = callbacks
    }

    /// Counts steps that were taken before the training was resumed.
    func skip(_ steps: Int = 1, rows: Int) {
        self.steps += steps
        self.rows += rows
    }

    /// Takes a step.
    ///
    /// - Parameters:
    ///   - count: the number of its rows.
    ///   - outputs: reads the results of a step of `predict`.
    ///   - run: enqueues the step.
    func take(_ count: Int, outputs: (() throws -> [Tensor])? = nil, _ run: () throws -> Void) throws {
        try callbacks.onBatchBegin(kind, steps)
        if kind == .train, model.profiling != nil { try model.profiling?.measure(run) } else { try run() }
        steps += 1
        rows += count
        if kind == .train { model.trainingPosition?.batch = steps }
        if callbacks.isInterruptible { model.noteInterruption() }
        if let observer = model.firstStepObserver {
            try runner.backend.synchronize()
            observer()
            model.firstStepObserver = nil
        }
        let receivers = try tell(outputs)
        if kind != .predict { try runner.mark(steps: steps, rows: rows, for: receivers) }
    }

    /// Tells the callbacks that a step was enqueued; gives who waits for its values.
    private func tell(_ outputs: (() throws -> [Tensor])?) throws -> [StepRunner.Receiver] {
        guard !callbacks.callbacks.isEmpty else { return [] }
        let batch =
            outputs.map { BatchLogs(outputs: $0) }
            ?? BatchLogs { [self] in logs(of: try runner.snapshot(steps: steps, rows: rows)) }
        try callbacks.onBatchEnd(kind, steps - 1, batch)
        return try batch.close().map { receive in { [self] in try receive(logs(of: $0)) } }
    }

    /// Whether a callback, or who pressed Control-C, has asked to end here.
    var isStopped: Bool {
        if callbacks.isInterruptible, model.history?.isInterrupted == true { return true }
        switch kind {
        case .train: return model.stopTraining
        case .evaluate: return model.stopEvaluating
        case .predict: return model.stopPredicting
        }
    }

    /// What the pass came to, for which this waits.
    func finish() throws -> Logs { logs(of: try runner.finish(steps: steps, rows: rows)) }

    private func logs(of snapshot: StepRunner.Snapshot) -> Logs {
        compilation.logs(snapshot.state, rows: snapshot.rows, outputNames: model.outputNames)
    }
}
