import IbexModels

/// Writes the hyper-parameters of a training when it begins, and that it has ended.
///
///     let choice: Config = ["units": 16, "optimizer": "adam"]
///     try model.fit(x, y, epochs: 5, callbacks: [
///         TensorBoard(logDir: "logs/run-1"), HyperParametersCallback("logs/run-1", choice)])
///
/// Given the same folder as `TensorBoard`, the table of TensorBoard shows them beside what the training came to.
public final class HyperParametersCallback: Callback {
    public let logDir: String
    public let values: Config
    public let trial: String?
    private var writer: SummaryWriter?

    /// - Parameters: as of `SummaryWriter.hyperParameters`.
    public init(_ logDir: String, _ values: Config, trial: String? = nil) {
        self.logDir = logDir
        self.values = values
        self.trial = trial
    }

    public override func onTrainBegin(_ logs: Logs) throws {
        let writer = try SummaryWriter(logDir)
        try writer.hyperParameters(values, trial: trial)
        try writer.flush()
        self.writer = writer
    }

    public override func onTrainEnd(_ logs: Logs) throws {
        try writer?.hyperParametersEnd()
        try writer?.close()
        writer = nil
    }
}
