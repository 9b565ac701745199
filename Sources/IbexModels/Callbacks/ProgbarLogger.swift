/// Shows how far a pass is, and what it has come to; `fit`, `evaluate` and `predict` add it unless they are silent.
///
/// Inside `fit` validation is silent. The values shown are a few batches old: nothing waits for them.
public final class ProgbarLogger: Callback {
    private var progress: Progress?
    private var isTraining = false
    private var isAwaited = false
    private var seen = 0

    private func begin(epoch: Int = 0) {
        let progress =
            progress
            ?? Progress(
                params.verbose, epochs: params.epochs, steps: params.steps, write: Console.current.write)
        self.progress = progress
        (seen, isAwaited) = (0, false)
        progress.begin(epoch: epoch)
    }

    private func batch(_ batch: Int, _ logs: BatchLogs) {
        seen = batch + 1
        guard let progress, !isAwaited, progress.isDue(seen) else { return }
        isAwaited = true
        logs.later { [self, seen] in
            isAwaited = false
            progress.update(seen, logs: $0)
        }
    }

    private func end(_ logs: Logs) {
        guard let progress else { return }
        progress.steps = progress.steps ?? seen
        progress.end(logs)
    }

    public override func onTrainBegin(_ logs: Logs) { (isTraining, progress) = (true, nil) }
    public override func onEpochBegin(_ epoch: Int, _ logs: Logs) { begin(epoch: epoch) }
    public override func onTrainBatchEnd(_ batch: Int, _ logs: BatchLogs) { self.batch(batch, logs) }
    public override func onEpochEnd(_ epoch: Int, _ logs: inout Logs) { end(logs) }
    public override func onTrainEnd(_ logs: Logs) { isTraining = false }

    public override func onTestBegin(_ logs: Logs) {
        guard !isTraining else { return }
        progress = nil
        begin()
    }
    public override func onTestBatchEnd(_ batch: Int, _ logs: BatchLogs) {
        if !isTraining { self.batch(batch, logs) }
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
