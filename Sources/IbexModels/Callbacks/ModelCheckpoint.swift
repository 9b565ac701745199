import FoundationEssentials
import IbexGraph

/// Saves the model, or its weights, while it is trained.
///
///     let best = ModelCheckpoint("model-{epoch:02d}-{val_loss:.3f}.h5", monitor: "val_loss", saveBestOnly: true)
///     try model.fit(x, y, epochs: 20, callbacks: [best], validationSplit: 0.2)
///
/// The name of the file may hold `{epoch}`, from 1, `{batch}`, from 1, where batches are counted, and the names in the
/// logs, each with a format as in Python. Folders that are missing are made. The best value is kept from one `fit` to the
/// next. Where the value is missing that tells which model is the best, a warning says so, and the model is saved.
public final class ModelCheckpoint: MonitorCallback {
    public let filepath: String
    public let verbose: Verbosity
    public let saveBestOnly: Bool
    public let saveWeightsOnly: Bool
    public let saveFrequency: SaveFrequency
    private let save: (Model, _ path: String) throws -> Void
    private var batches = BatchCount()
    private var epoch = 0

    /// - Parameters:
    ///   - filepath: the template of the file's name; of weights alone it ends with `.weights.h5` or `.safetensors`, of
    ///     whole models with `.keras` or `.h5`.
    ///   - monitor: the name of the value in logs that says which model is the best.
    ///   - verbose: 1 to print what is saved and why.
    ///   - saveBestOnly: whether to save only when the value is better than the best so far.
    ///   - saveWeightsOnly: whether to save the weights alone.
    ///   - mode: which values are better.
    ///   - saveFrequency: `.epoch`, or a number of batches.
    ///   - initialValueThreshold: the best value to begin with.
    ///   - save: writes the model to a path, over what is there.
    public init(
        _ filepath: String, monitor: String = "val_loss", verbose: Verbosity = 0, saveBestOnly: Bool = false,
        saveWeightsOnly: Bool = false, mode: Mode = .auto, saveFrequency: SaveFrequency = .epoch,
        initialValueThreshold: Double? = nil, save: @escaping (Model, _ path: String) throws -> Void
    ) {
        self.filepath = filepath
        self.verbose = verbose
        self.saveBestOnly = saveBestOnly
        self.saveWeightsOnly = saveWeightsOnly
        self.saveFrequency = saveFrequency
        self.save = save
        super.init(monitor: monitor, mode: mode, best: initialValueThreshold)
    }

    /// - Throws: `IbexError` of kind `argument` for a name that files of this kind do not have, a template that is none,
    ///   or a frequency below 1.
    public override func onTrainBegin(_ logs: Logs) throws {
        let endings = saveWeightsOnly ? [".weights.h5", ".safetensors"] : [".keras", ".h5"]
        guard endings.contains(where: filepath.hasSuffix) else {
            throw IbexError(
                .argument, at: className, found: "the path \(filepath)",
                expected: "one that ends with " + endings.joined(separator: " or "))
        }
        if case .batches(let count) = saveFrequency, count < 1 {
            throw IbexError(
                .argument, at: className, found: "a save frequency of \(count)", expected: "a positive number")
        }
        if saveBestOnly { try settleDirection() }
    }

    public override func onEpochBegin(_ epoch: Int, _ logs: Logs) { self.epoch = epoch }

    public override func onTrainBatchEnd(_ batch: Int, _ logs: BatchLogs) throws {
        guard batches.isDue(saveFrequency) else { return }
        try save(batch: batch, try logs.values().alphabetical)
    }

    public override func onEpochEnd(_ epoch: Int, _ logs: inout Logs) throws {
        if saveFrequency == .epoch { try save(batch: nil, logs) }
    }

    private func save(batch: Int?, _ logs: Logs) throws {
        var fields = logs.map { ($0.name, FileNameTemplate.Field.number($0.value)) }
        fields.append(("epoch", .integer(epoch + 1)))
        if let batch { fields.append(("batch", .integer(batch + 1))) }
        let path = try FileNameTemplate(filepath).filled(Dictionary(fields) { first, _ in first }, at: className)
        guard try isWanted(logs, path), let model else { return }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        if !folder.isEmpty {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        try save(model, path)
        say("finished saving model to \(path)")
    }

    /// Whether the model is to be saved; notes the best value.
    private func isWanted(_ logs: Logs, _ path: String) throws -> Bool {
        guard saveBestOnly else {
            say("saving model to \(path)")
            return true
        }
        guard let value = logs[monitor] else {
            Console.warn("Can save best model only with \(monitor) available. Available are: \(available(logs))")
            return true
        }
        let before = best.map { NumberText.fixed($0, decimals: 5) } ?? "None"
        guard isImprovement(value, over: best) else {
            say("\(monitor) did not improve from \(before)")
            return false
        }
        say("\(monitor) improved from \(before) to \(NumberText.fixed(value, decimals: 5)), saving model to \(path)")
        best = value
        return true
    }

    private func say(_ what: String) {
        if verbose != .silent { Console.print("\nEpoch \(epoch + 1): \(what)") }
    }

    public override var state: CallbackState {
        get { CallbackState(numbers: ["best": best, "batches": Double(batches.seen)]) }
        set {
            best = newValue.numbers["best"]
            batches.seen = newValue.integer("batches") ?? 0
        }
    }
}
