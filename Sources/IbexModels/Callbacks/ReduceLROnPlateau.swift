import IbexGraph

/// Multiplies the learning rate by a factor when a value has stopped getting better.
///
///     let reduce = ReduceLROnPlateau(monitor: "val_loss", factor: 0.2, patience: 5, minLR: 0.001)
///     try model.fit(x, y, epochs: 100, callbacks: [reduce], validationSplit: 0.2)
///
/// It adds `learning_rate` to the logs, as it was during the epoch.
public final class ReduceLROnPlateau: MonitorCallback {
    public let factor: Double
    public let patience: Int
    public let verbose: Verbosity
    public let cooldown: Int
    public let minLR: Double
    private var wait = 0
    private var cooldownCounter = 0

    /// - Parameters:
    ///   - monitor: the name of the value in logs.
    ///   - factor: what the learning rate is multiplied by, below 1.
    ///   - patience: after how many epochs without an improvement.
    ///   - verbose: 1 to print each change.
    ///   - mode: which values are better.
    ///   - minDelta: by how much a value must be better than the best to count.
    ///   - cooldown: how many epochs after a change do not count.
    ///   - minLR: the learning rate does not go below this one.
    public init(
        monitor: String = "val_loss", factor: Double = 0.1, patience: Int = 10, verbose: Verbosity = 0,
        mode: Mode = .auto, minDelta: Double = 1e-4, cooldown: Int = 0, minLR: Double = 0
    ) {
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.cooldown = cooldown
        self.minLR = minLR
        super.init(monitor: monitor, mode: mode, minDelta: minDelta)
    }

    /// - Throws: `IbexError` of kind `argument` for a factor of 1 or more, or an optimizer that follows a schedule.
    public override func onTrainBegin(_ logs: Logs) throws {
        guard factor < 1 else {
            throw IbexError(.argument, at: className, found: "factor \(factor)", expected: "a number below 1")
        }
        try settleDirection()
        _ = try model?.adjustableOptimizer(for: className)
        (best, wait, cooldownCounter) = (nil, 0, 0)
    }

    public override func onEpochEnd(_ epoch: Int, _ logs: inout Logs) throws {
        guard let optimizer = try model?.adjustableOptimizer(for: className) else { return }
        logs["learning_rate"] = optimizer.learningRate
        guard let value = logs[monitor] else {
            return Console.warn(
                "Learning rate reduction is conditioned on metric `\(monitor)` which is not available. "
                    + "Available metrics are: \(available(logs)).")
        }
        if cooldownCounter > 0 {
            cooldownCounter -= 1
            wait = 0
        }
        if isImprovement(value, over: best) {
            best = value
            wait = 0
        } else if cooldownCounter == 0 {
            wait += 1
            if wait >= patience { reduce(optimizer, epoch) }
        }
    }

    private func reduce(_ optimizer: Optimizer, _ epoch: Int) {
        let rate = optimizer.learningRate
        guard rate > Double(Float(minLR)) else { return }
        let reduced = max(rate * factor, minLR)
        optimizer.learningRate = reduced
        if verbose != .silent {
            Console.print(
                "\nEpoch \(epoch + 1): ReduceLROnPlateau reducing learning rate to \(NumberText.shortest(reduced)).")
        }
        (cooldownCounter, wait) = (cooldown, 0)
    }

    public override var state: CallbackState {
        get {
            CallbackState(
                numbers: ["best": best, "wait": Double(wait), "cooldown_counter": Double(cooldownCounter)])
        }
        set {
            best = newValue.numbers["best"]
            wait = newValue.integer("wait") ?? 0
            cooldownCounter = newValue.integer("cooldown_counter") ?? 0
        }
    }
}
