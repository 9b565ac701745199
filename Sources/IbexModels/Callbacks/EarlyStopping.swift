import IbexGraph

/// Ends training when a value has stopped getting better.
///
///     let stop = EarlyStopping(monitor: "val_loss", patience: 3, restoreBestWeights: true)
///     try model.fit(x, y, epochs: 100, callbacks: [stop], validationSplit: 0.2)
///
/// Each epoch without an improvement counts; at `patience` of them training ends, though not after the first epoch. Where
/// the value is missing, a warning says which there are.
public final class EarlyStopping: MonitorCallback {
    public let patience: Int
    public let verbose: Verbosity
    public let baseline: Double?
    public let restoreBestWeights: Bool
    public let startFromEpoch: Int
    /// The number of the epoch after which training was ended; 0 where it was not.
    public private(set) var stoppedEpoch = 0
    /// The number of the epoch with the best value.
    public private(set) var bestEpoch = 0
    private var wait = 0
    private var bestWeights: [Tensor]?

    /// - Parameters:
    ///   - monitor: the name of the value in logs.
    ///   - minDelta: by how much a value must be better than the best to count.
    ///   - patience: after how many epochs without an improvement training ends.
    ///   - verbose: 1 to print when it ends training or puts weights back.
    ///   - mode: which values are better.
    ///   - baseline: only a value that is better than this one, too, makes the count of epochs begin anew.
    ///   - restoreBestWeights: whether the weights of the best epoch are put back at the end of training, also where
    ///     training was not ended early.
    ///   - startFromEpoch: the epochs before this one are not looked at.
    public init(
        monitor: String = "val_loss", minDelta: Double = 0, patience: Int = 0, verbose: Verbosity = 0,
        mode: Mode = .auto, baseline: Double? = nil, restoreBestWeights: Bool = false, startFromEpoch: Int = 0
    ) {
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restoreBestWeights = restoreBestWeights
        self.startFromEpoch = startFromEpoch
        super.init(monitor: monitor, mode: mode, minDelta: minDelta)
    }

    public override func onTrainBegin(_ logs: Logs) throws {
        try settleDirection()
        (wait, stoppedEpoch, bestEpoch) = (0, 0, 0)
        (best, bestWeights) = (nil, nil)
    }

    public override func onEpochEnd(_ epoch: Int, _ logs: inout Logs) throws {
        guard let value = logs[monitor] else {
            return Console.warn(
                "Early stopping conditioned on metric `\(monitor)` which is not available. "
                    + "Available metrics are: \(available(logs))")
        }
        guard epoch >= startFromEpoch else { return }
        if restoreBestWeights, bestWeights == nil { keepWeights(of: epoch) }
        wait += 1
        if isImprovement(value, over: best) {
            best = value
            bestEpoch = epoch
            if restoreBestWeights { keepWeights(of: epoch) }
            if isImprovement(value, over: baseline) { wait = 0 }
        } else if wait >= patience, epoch > 0 {
            stoppedEpoch = epoch
            model?.stopTraining = true
        }
    }

    private func keepWeights(of epoch: Int) {
        bestWeights = model?.getWeights()
        bestEpoch = epoch
    }

    public override func onTrainEnd(_ logs: Logs) throws {
        if stoppedEpoch > 0, verbose != .silent { Console.print("Epoch \(stoppedEpoch + 1): early stopping") }
        guard let bestWeights else { return }
        if verbose != .silent {
            Console.print("Restoring model weights from the end of the best epoch: \(bestEpoch + 1).")
        }
        try model?.setWeights(bestWeights)
    }

    public override var state: CallbackState {
        get {
            CallbackState(
                numbers: ["best": best, "wait": Double(wait), "best_epoch": Double(bestEpoch)],
                tensors: bestWeights ?? [])
        }
        set {
            best = newValue.numbers["best"]
            wait = newValue.integer("wait") ?? 0
            bestEpoch = newValue.integer("best_epoch") ?? 0
            bestWeights = newValue.tensors.isEmpty ? nil : newValue.tensors
        }
    }
}
