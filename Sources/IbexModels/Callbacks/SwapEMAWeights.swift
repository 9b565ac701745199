import IbexGraph

/// Evaluates with the moving averages of the weights that the optimizer keeps (Polyak averaging), and trains on with the
/// weights themselves.
///
///     model.compile(optimizer: .sgd(averaging: WeightAveraging()), loss: .meanSquaredError)
///     try model.fit(x, y, epochs: 5, callbacks: [SwapEMAWeights()], validationSplit: 0.2)
///
/// Weights and averages change places before `evaluate` and `predict`, and again after them. With `swapOnEpoch` the
/// averages also stand in the model from the end of an epoch to the begin of the next, for callbacks that follow, such as
/// `ModelCheckpoint`. As in Keras, a training that is stopped before its last epoch then ends with the weights.
/// (Keras 3.15 forgets to change them back after `predict`.)
public final class SwapEMAWeights: Callback {
    public let swapOnEpoch: Bool
    private var hasAverages = false

    public init(swapOnEpoch: Bool = false) { self.swapOnEpoch = swapOnEpoch }

    public override func onEpochBegin(_ epoch: Int, _ logs: Logs) throws {
        if swapOnEpoch { try show(averages: false) }
    }

    /// - Throws: `IbexError` of kind `argument` for an optimizer that keeps no averages; so do the hooks below.
    public override func onEpochEnd(_ epoch: Int, _ logs: inout Logs) throws {
        guard swapOnEpoch, !hasAverages else { return }
        try show(averages: true)
        // `fit` ends by assigning averages to weights, and so must find them where they were.
        if epoch == params.epochs - 1 {
            for kept in try averages() { kept.variable.assign(kept.weight.value) }
        }
    }

    public override func onTestBegin(_ logs: Logs) throws { try show(averages: true) }
    public override func onTestEnd(_ logs: Logs) throws { try show(averages: false) }
    public override func onPredictBegin(_ logs: Logs) throws { try show(averages: true) }
    public override func onPredictEnd(_ logs: Logs) throws { try show(averages: false) }

    private func show(averages isWanted: Bool) throws {
        guard isWanted != hasAverages else { return }
        for kept in try averages() {
            let (weight, average) = (kept.weight.value, kept.variable.value)
            kept.weight.assign(average)
            kept.variable.assign(weight)
        }
        hasAverages = isWanted
    }

    private func averages() throws -> [KeptVariable] {
        guard let averages = model?.optimizer?.averages, !averages.isEmpty else {
            throw IbexError(
                .argument, at: "SwapEMAWeights", found: "an optimizer that keeps no averages",
                expected: "one made with averaging: WeightAveraging()",
                remedy: "Averages are there once the model was trained.")
        }
        return averages
    }

    public override var state: CallbackState {
        get { CallbackState(numbers: ["ema_weights_in_model": hasAverages ? 1 : 0]) }
        set { hasAverages = newValue.numbers["ema_weights_in_model"] == 1 }
    }
}
