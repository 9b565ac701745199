/// What happens beside training, evaluation and prediction: a subclass overrides the hooks that it needs.
///
///     final class StopWhenGood: Callback {
///         override func onEpochEnd(_ epoch: Int, _ logs: inout Logs) {
///             if (logs["accuracy"] ?? 0) > 0.99 { model?.stopTraining = true }
///         }
///     }
///     try model.fit(x, y, epochs: 100, callbacks: [StopWhenGood()])
///
/// `fit` calls `onTrainBegin`; for each epoch `onEpochBegin`, `onTrainBatchBegin` and `onTrainBatchEnd` for each batch,
/// the test hooks where it validates, then `onEpochEnd`; and `onTrainEnd`. The callbacks given to `fit` are called in
/// their order, then `History`, then `ProgbarLogger`. Epochs and batches count from 0. What a hook throws ends the pass
/// and comes out of `fit`; no other hook is called then.
open class Callback {
    /// The model at work.
    public package(set) weak var model: Model?
    /// The arguments of the call at work.
    public package(set) var params = Params()

    /// What `fit`, `evaluate` or `predict` was asked for.
    public struct Params: Sendable, Hashable {
        public var verbose: Verbosity = .silent
        /// The number of the epoch to end with.
        public var epochs = 1
        /// The number of batches of an epoch, where it is known beforehand.
        public var steps: Int?

        public init(verbose: Verbosity = .silent, epochs: Int = 1, steps: Int? = nil) {
            self.verbose = verbose
            self.epochs = epochs
            self.steps = steps
        }
    }

    public init() {}

    /// Before the first epoch of `fit`. - Parameter logs: empty, as in Keras.
    open func onTrainBegin(_ logs: Logs) throws {}

    /// After the last epoch of `fit`. - Parameter logs: those of the last epoch, in alphabetical order.
    open func onTrainEnd(_ logs: Logs) throws {}

    /// Before an epoch. - Parameter logs: empty, as in Keras.
    open func onEpochBegin(_ epoch: Int, _ logs: Logs) throws {}

    /// After an epoch and its validation.
    ///
    /// - Parameter logs: loss and metrics in alphabetical order, those of validation after `val_`. The callbacks that
    ///   follow see what is changed in them.
    open func onEpochEnd(_ epoch: Int, _ logs: inout Logs) throws {}

    /// Before a batch of training. - Parameter logs: empty, as in Keras.
    open func onTrainBatchBegin(_ batch: Int, _ logs: Logs) throws {}

    /// After a batch of training was handed to the device, which may still be at work on it. What is read from weights
    /// or `logs` here is as of this batch.
    open func onTrainBatchEnd(_ batch: Int, _ logs: BatchLogs) throws {}

    /// Before `evaluate`, and before the validation of `fit`. - Parameter logs: empty, as in Keras.
    open func onTestBegin(_ logs: Logs) throws {}

    /// After `evaluate`, and after the validation of `fit`. - Parameter logs: loss and metrics without `val_`.
    open func onTestEnd(_ logs: Logs) throws {}

    /// Before a batch of evaluation. - Parameter logs: empty, as in Keras.
    open func onTestBatchBegin(_ batch: Int, _ logs: Logs) throws {}

    /// After a batch of evaluation, as `onTrainBatchEnd`.
    open func onTestBatchEnd(_ batch: Int, _ logs: BatchLogs) throws {}

    /// Before `predict`. - Parameter logs: empty, as in Keras.
    open func onPredictBegin(_ logs: Logs) throws {}

    /// After `predict`. - Parameter logs: empty.
    open func onPredictEnd(_ logs: Logs) throws {}

    /// Before a batch of prediction. - Parameter logs: empty, as in Keras.
    open func onPredictBatchBegin(_ batch: Int, _ logs: Logs) throws {}

    /// After a batch of prediction. - Parameter logs: no values, but `outputs()`.
    open func onPredictBatchEnd(_ batch: Int, _ logs: BatchLogs) throws {}

    /// What a training that is resumed must find again for this callback to go on as if nothing had happened.
    open var state: CallbackState {
        get { CallbackState() }
        set {}
    }

    /// Whether the callback is told after the others given to `fit`, because it keeps what they leave.
    open var isToldLast: Bool { false }
}
