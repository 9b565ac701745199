/// Shows how far a pass is, and what it has come to; `fit`, `evaluate` and `predict` add it unless they are silent.
///
///     try model.fit(x, y, epochs: 5, callbacks: [ProgbarLogger(style: .keras2)])     // for another look
///
/// On a terminal it is a bar, drawn at most ten times a second; elsewhere it is one line an epoch (see `Verbosity`). The
/// values shown are a few batches old: nothing waits for them. Inside `fit` validation is silent. It is told after all
/// other callbacks, so that what they print stands before its line.
///
/// A line is never longer than the terminal is wide. While a pass runs the bar gets shorter, down to five cells; then the
/// time of a step is left out, then values from the last one on, the loss as the last of them, and the bar. The line that
/// stays has all values, on several lines where they need them. The time left is Keras's, the mean time of a step so far
/// without the first, times the steps to come; it is corrected only where it is wrong by a twentieth or half a second,
/// and steps of half a minute ago and more fade away.
public final class ProgbarLogger: Callback {
    public let style: ProgressStyle
    private var progress: Progress?
    private var isTraining = false
    private var isAwaited = false
    private var seen = 0
    /// The names of the values of a batch, in the order in which they are shown.
    private var names: [String] = []

    public init(style: ProgressStyle = .keras3) { self.style = style }

    private func begin(epoch: Int = 0) {
        let progress = progress ?? Progress(params.verbose, epochs: params.epochs, steps: params.steps, style: style)
        self.progress = progress
        (seen, isAwaited) = (0, false)
        progress.begin(epoch: epoch)
    }

    private func batch(_ batch: Int, _ logs: BatchLogs) {
        seen = batch + 1
        leaveLineIfInterrupted()
        guard let progress, !isAwaited, progress.isDue(seen) else { return }
        isAwaited = true
        logs.later { [self, seen] in
            isAwaited = false
            if names.isEmpty { names = style.order($0.names) }
            self.progress?.update(seen, logs: shown($0))
        }
    }

    /// After Control-C nothing more is drawn: what the other callbacks print at the end of training has its own lines.
    private func leaveLineIfInterrupted() {
        guard isTraining, model?.history?.isInterrupted == true else { return }
        progress?.endLine()
        progress = nil
    }

    private func end(_ logs: Logs) {
        guard let progress else { return }
        progress.steps = progress.steps ?? seen
        progress.end(shown(logs))
    }

    /// The values in the order in which Keras shows them: those of a batch, those of validation, what callbacks added.
    /// The single numbers of a metric that has several, `f1_score[0]` and so on, are left out: their mean stands there.
    private func shown(_ logs: Logs) -> Logs {
        let known = names + names.map { "val_" + $0 }
        var shown = Logs()
        for name in known + logs.names where !name.hasSuffix("]") { shown[name] = logs[name] }
        return shown
    }

    public override func onTrainBegin(_ logs: Logs) { (isTraining, progress, names) = (true, nil, []) }
    public override func onEpochBegin(_ epoch: Int, _ logs: Logs) { begin(epoch: epoch) }
    public override func onTrainBatchEnd(_ batch: Int, _ logs: BatchLogs) { self.batch(batch, logs) }
    public override func onEpochEnd(_ epoch: Int, _ logs: inout Logs) { end(logs) }
    public override func onTrainEnd(_ logs: Logs) {
        isTraining = false
        guard let place = model?.history?.interruption, params.verbose != .silent else { return }
        Console.print("Interrupted in epoch \(place.epoch + 1) after \(place.batches) batches.")
    }

    public override func onTestBegin(_ logs: Logs) {
        guard !isTraining else { return progress?.endSteps() ?? () }
        (progress, names) = (nil, [])
        begin()
    }
    public override func onTestBatchEnd(_ batch: Int, _ logs: BatchLogs) {
        isTraining ? leaveLineIfInterrupted() : self.batch(batch, logs)
    }
    public override func onTestEnd(_ logs: Logs) {
        if !isTraining { end(logs) }
    }

    public override func onPredictBegin(_ logs: Logs) {
        progress = nil
        begin()
    }
    public override func onPredictBatchEnd(_ batch: Int, _ logs: BatchLogs) { self.batch(batch, logs) }
    public override func onPredictEnd(_ logs: Logs) { end(logs) }
}
