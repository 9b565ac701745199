import IbexGraph

/// Sets the learning rate before each epoch.
///
///     let schedule = LearningRateScheduler { epoch, rate in epoch < 10 ? rate : rate * exp(-0.1) }
///     try model.fit(x, y, epochs: 15, callbacks: [schedule])
///
/// It adds `learning_rate` to the logs.
public final class LearningRateScheduler: Callback {
    private let schedule: (_ epoch: Int, _ rate: Double) throws -> Double
    public let verbose: Verbosity

    /// - Parameters:
    ///   - schedule: the learning rate of an epoch, counted from 0, from the one before.
    ///   - verbose: 1 to print it.
    public init(_ schedule: @escaping (_ epoch: Int, _ rate: Double) throws -> Double, verbose: Verbosity = 0) {
        self.schedule = schedule
        self.verbose = verbose
    }

    /// As above, for a schedule that depends on the epoch alone.
    public convenience init(_ schedule: @escaping (_ epoch: Int) throws -> Double, verbose: Verbosity = 0) {
        self.init({ epoch, _ in try schedule(epoch) }, verbose: verbose)
    }

    /// - Throws: `IbexError` of kind `argument` for an optimizer that follows a schedule of its own, or a rate that is not
    ///   finite; what the schedule throws.
    public override func onEpochBegin(_ epoch: Int, _ logs: Logs) throws {
        guard let optimizer = try model?.adjustableOptimizer(for: "LearningRateScheduler") else { return }
        let rate = try schedule(epoch, optimizer.learningRate)
        guard rate.isFinite else {
            throw IbexError(
                .argument, at: "LearningRateScheduler", found: "learning rate \(rate) for epoch \(epoch)",
                expected: "a finite number")
        }
        optimizer.learningRate = rate
        if verbose != .silent {
            Console.print(
                "\nEpoch \(epoch + 1): LearningRateScheduler setting learning rate to \(NumberText.shortest(rate)).")
        }
    }

    public override func onEpochEnd(_ epoch: Int, _ logs: inout Logs) {
        logs["learning_rate"] = model?.optimizer?.learningRate
    }
}

extension Model {
    /// The optimizer, for a callback that sets its learning rate.
    ///
    /// - Throws: `IbexError` of kind `argument` where the rate follows a schedule.
    func adjustableOptimizer(for callback: String) throws -> Optimizer? {
        guard optimizer?.schedule == nil else {
            throw IbexError(
                .argument, at: callback, found: "an optimizer whose learning rate follows a schedule",
                expected: "a learning rate that is a number", remedy: "Use the schedule or the callback.")
        }
        return optimizer
    }
}
