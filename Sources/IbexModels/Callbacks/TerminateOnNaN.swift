import IbexGraph

/// Ends training when the loss is no longer a finite number.
///
///     try model.fit(x, y, epochs: 10, callbacks: [TerminateOnNaN()])
///
/// The device is not waited for: a few more batches may have been trained on until the loss of a batch is looked at.
public final class TerminateOnNaN: Callback {
    public let raiseError: Bool
    private var isFound = false

    /// - Parameter raiseError: whether `fit` throws; else it ends as by `stopTraining`.
    public init(raiseError: Bool = false) { self.raiseError = raiseError }

    public override func onTrainBegin(_ logs: Logs) { isFound = false }

    /// - Throws: `IbexError` of kind `data` for a loss that is not finite, where that was asked for.
    public override func onTrainBatchEnd(_ batch: Int, _ logs: BatchLogs) {
        logs.later { [self] in try look(batch, $0) }
    }

    private func look(_ batch: Int, _ logs: Logs) throws {
        guard !isFound, let loss = logs["loss"], !loss.isFinite else { return }
        isFound = true
        guard !raiseError else {
            throw IbexError(
                .data, at: "TerminateOnNaN", found: "the loss \(loss) at batch \(batch)", expected: "a finite loss",
                remedy: "Lower the learning rate, clip gradients, or look for extreme values in the data.")
        }
        Console.print("Batch \(batch): Invalid loss, terminating training")
        model?.stopTraining = true
    }
}
