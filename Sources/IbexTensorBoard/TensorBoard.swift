import IbexFiles
import IbexGraph
import IbexModels

/// Writes a training to event files that TensorBoard shows.
///
///     let board = TensorBoard(logDir: "logs/run-1", histogramFreq: 1)
///     try model.fit(x, y, epochs: 10, callbacks: [board], validationSplit: 0.2)
///     // tensorboard --logdir logs
///
/// Below `logDir` the folder `train` gets `epoch_loss` and so on for each epoch, counted from 0, with
/// `epoch_learning_rate`; `validation` gets the same of validation, and `evaluation_loss_vs_iterations` by the optimizer's
/// count of steps. Files and names are those of Keras 3. Each `fit` makes new files; they are flushed after each epoch
/// and every ten seconds or so of a long one.
///
/// No step waits for this callback: values of batches are written when they have arrived, which is before the epoch ends.
public final class TensorBoard: Callback {
    public let logDir: String
    public let histogramFreq: Int
    public let writeGraph: Bool
    public let writeImages: Bool
    public let writeStepsPerSecond: Bool
    public let updateFreq: UpdateFrequency
    public let profileBatch: ProfileBatches
    public let embeddingsFreq: Int
    public let embeddingsMetadata: EmbeddingsMetadata?

    private var writers: [Side: SummaryWriter] = [:]
    private var isTraining = false
    /// Batches trained on since the `fit` began.
    private(set) var batches = 0
    private var epochPace = Pace()
    private var batchPace = Pace()

    /// A folder below `logDir`, which TensorBoard shows as a run.
    enum Side: String { case train, validation }

    /// - Parameters:
    ///   - logDir: the folder; TensorBoard shows those beside it together.
    ///   - histogramFreq: histograms of all weights are written after every so many epochs; 0 for none.
    ///   - writeGraph: whether the model's configuration is written, which TensorBoard draws; for models that list their
    ///     layers.
    ///   - writeImages: whether weights that can be looked at are written as images beside the histograms.
    ///   - writeStepsPerSecond: whether the pace is written: of epochs, and of batches where those are written.
    ///   - updateFreq: `.epoch`, `.batch` or a number n: loss and metrics so far are written after every n-th batch, as
    ///     `batch_loss` and so on.
    ///   - profileBatch: these batches are measured kernel by kernel, which makes each of them wait for the device. The
    ///     tables of time by layer and by kernel are written as a text, `profile/batch_n` of the last one n; a trace for
    ///     ui.perfetto.dev goes to `plugins/profile/`*time*`/`*host*`.trace.json` below `logDir`. TensorBoard's profile
    ///     plug-in reads neither: its format is TensorFlow's own. 0 for none.
    ///   - embeddingsFreq: weights of `Embedding` layers are written for the projector after every so many epochs; 0 for
    ///     none.
    ///   - embeddingsMetadata: files that name the rows of these weights.
    public init(
        logDir: String = "logs", histogramFreq: Int = 0, writeGraph: Bool = true, writeImages: Bool = false,
        writeStepsPerSecond: Bool = false, updateFreq: UpdateFrequency = .epoch,
        profileBatch: ProfileBatches = 0, embeddingsFreq: Int = 0, embeddingsMetadata: EmbeddingsMetadata? = nil
    ) {
        self.logDir = logDir
        self.histogramFreq = histogramFreq
        self.writeGraph = writeGraph
        self.writeImages = writeImages
        self.writeStepsPerSecond = writeStepsPerSecond
        self.updateFreq = updateFreq
        self.profileBatch = profileBatch
        self.embeddingsFreq = embeddingsFreq
        self.embeddingsMetadata = embeddingsMetadata
    }

    /// The writer of a folder, for summaries of your own beside those of the callback; made where it is missing.
    ///
    /// - Throws: `IbexError` of kind `file` where it cannot be made.
    public func writer(validation: Bool = false) throws -> SummaryWriter {
        try writer(validation ? .validation : .train)
    }

    func writer(_ side: Side) throws -> SummaryWriter {
        if let writer = writers[side] { return writer }
        let writer = try SummaryWriter("\(logDir)/\(side.rawValue)", filenameSuffix: ".v2")
        writers[side] = writer
        return writer
    }

    /// - Throws: `IbexError` of kind `argument` for a frequency below 0, a batch to measure below 1, or metadata for a layer that is no `Embedding`;
    ///   of kind `file` where files cannot be made.
    public override func onTrainBegin(_ logs: Logs) throws {
        try check()
        writers = [:]
        (isTraining, batches, batchPace) = (true, 0, Pace())
        if writeGraph { try writeModel() }
        if embeddingsFreq > 0 { try writeProjectorConfig() }
    }

    public override func onEpochBegin(_ epoch: Int, _ logs: Logs) {
        epochPace = Pace(steps: batches)
    }

    /// - Throws: `IbexError` of kind `device` where a batch is to be measured on a device that cannot.
    public override func onTrainBatchBegin(_ batch: Int, _ logs: Logs) throws { try beginProfile() }

    public override func onTrainBatchEnd(_ batch: Int, _ logs: BatchLogs) throws {
        batches += 1
        if profileBatch.range?.upperBound == batches { try endProfile() }
        guard let every = updateFreq.batches, batches % every == 0 else { return }
        let (step, pace) = (batches, batchPace.stepsPerSecond(at: batches))
        batchPace = Pace(steps: batches)
        let writer = try writer(.train)
        if writeStepsPerSecond { try writer.scalar("batch_steps_per_second", pace, step: step) }
        logs.later { for (name, value) in $0 { try writer.scalar("batch_\(name)", value, step: step) } }
    }

    public override func onEpochEnd(_ epoch: Int, _ logs: inout Logs) throws {
        try writeScalars(epoch, logs)
        if histogramFreq > 0, epoch % histogramFreq == 0 { try writeWeights(epoch) }
        if embeddingsFreq > 0, epoch % embeddingsFreq == 0 { try writeEmbeddings(epoch) }
        for writer in writers.values { try writer.flush() }
    }

    /// A validation that Control-C ended has no values.
    public override func onTestEnd(_ logs: Logs) throws {
        let isCutShort = isTraining && model?.history?.isInterrupted == true
        if !isCutShort, let optimizer = model?.optimizer {
            let step = Int(try optimizer.iterations?.value.item(as: Int64.self) ?? 0)
            for (name, value) in logs {
                try writer(.validation).scalar("evaluation_\(name)_vs_iterations", value, step: step)
            }
        }
        if !isTraining { try close() }
    }

    public override func onTrainEnd(_ logs: Logs) throws {
        isTraining = false
        try endProfile()
        try close()
    }

    private func close() throws {
        for writer in writers.values { try writer.close() }
        writers = [:]
    }

    private func writeScalars(_ epoch: Int, _ logs: Logs) throws {
        var train = Logs()
        for (name, value) in logs {
            guard name.hasPrefix("val_") else {
                train[name] = value
                continue
            }
            try writer(.validation).scalar("epoch_\(name.dropFirst(4))", value, step: epoch)
        }
        train["learning_rate"] = model?.optimizer?.learningRate
        if writeStepsPerSecond { train["steps_per_second"] = epochPace.stepsPerSecond(at: batches) }
        for (name, value) in train { try writer(.train).scalar("epoch_\(name)", value, step: epoch) }
    }

    private func check() throws {
        for (name, number) in [
            ("histogramFreq", histogramFreq), ("embeddingsFreq", embeddingsFreq),
            ("updateFreq", (updateFreq.batches ?? 1) - 1),
        ] where number < 0 {
            throw IbexError(
                .argument, at: "TensorBoard", found: "a \(name) of \(name == "updateFreq" ? number + 1 : number)",
                expected: name == "updateFreq" ? "a positive number" : "a number from 0")
        }
        if let first = profileBatch.range?.lowerBound, first < 1 {
            throw IbexError(
                .argument, at: "TensorBoard", found: "a profileBatch from \(first) on",
                expected: "batches from 1 on, or 0 for none")
        }
    }

    /// Writes the configuration, from which TensorBoard draws the layers and their connections.
    private func writeModel() throws {
        guard let model, model.listsLayers else { return }
        let json: String
        do { json = try model.toJSON() } catch {
            return Console.current.warn("Model failed to serialize as JSON. Ignoring... \(error)")
        }
        try writer(.train).write(
            .strings([Array(json.utf8)], shape: []), "keras", step: 0, plugin: "graph_keras_model",
            content: Array("1".utf8))
    }

    public override var state: CallbackState {
        get { CallbackState(numbers: ["global_train_batch": Double(batches)]) }
        set { batches = newValue.integer("global_train_batch") ?? 0 }
    }
}

/// Steps since a moment.
private struct Pace {
    var steps = 0
    private let start = ContinuousClock.now

    func stepsPerSecond(at steps: Int) -> Double {
        Double(steps - self.steps) / max((ContinuousClock.now - start).seconds, 1e-9)
    }
}

/// When loss and metrics are written.
///
///     TensorBoard(updateFreq: 100)
public enum UpdateFrequency: Sendable, Hashable, ExpressibleByIntegerLiteral {
    /// After each epoch.
    case epoch
    /// After each epoch, and after every so many batches.
    case batches(Int)

    /// After each batch, too.
    public static let batch = UpdateFrequency.batches(1)

    public init(integerLiteral value: Int) { self = .batches(value) }

    var batches: Int? { if case .batches(let count) = self { count } else { nil } }
}
