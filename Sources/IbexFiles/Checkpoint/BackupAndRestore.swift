import FoundationEssentials
import IbexGraph
import IbexModels

/// Keeps a training's state in a folder, so that one that was interrupted goes on where it stopped.
///
/// Run the same program again: `fit` continues behind the last batch or epoch that was saved, and comes to the same
/// weights, bit for bit, as a training that ran through. When training ends, the state is removed; when Control-C ends it
/// (see `fit`), the state of the last batch is saved and stays.
///
///     try model.fit(x, y, epochs: 100, callbacks: [BackupAndRestore("backup", saveFrequency: 500)])
///
/// The file is `training.safetensors` in that folder; a kill at any moment leaves a whole one. Source: Keras,
/// `keras.callbacks.BackupAndRestore`, which goes on at the beginning of an epoch.
public final class BackupAndRestore: Callback {
    public let backupDirectory: String
    public let saveFrequency: SaveFrequency
    public let deleteCheckpoint: Bool
    private var batches = BatchCount()

    /// - Parameters:
    ///   - backupDirectory: a folder for this training alone; it is made where there is none.
    ///   - saveFrequency: `.epoch`, or a number of batches.
    ///   - deleteCheckpoint: whether to remove the state when training ends.
    public init(_ backupDirectory: String, saveFrequency: SaveFrequency = .epoch, deleteCheckpoint: Bool = true) {
        self.backupDirectory = backupDirectory
        self.saveFrequency = saveFrequency
        self.deleteCheckpoint = deleteCheckpoint
    }

    /// Where the state is kept.
    public var checkpointPath: String { backupDirectory + "/training.safetensors" }

    /// - Throws: `IbexError` of kind `argument` for a frequency below 1 or no folder; of kind `file` where a state is there
    ///   that cannot be read.
    public override func onTrainBegin(_ logs: Logs) throws {
        if case .batches(let count) = saveFrequency, count < 1 {
            throw IbexError(
                .argument, at: "BackupAndRestore", found: "a save frequency of \(count)", expected: "a positive number")
        }
        guard !backupDirectory.isEmpty else {
            throw IbexError(.argument, at: "BackupAndRestore", found: "an empty path", expected: "a folder")
        }
        batches = BatchCount()
        do {
            try FileManager.default.createDirectory(atPath: backupDirectory, withIntermediateDirectories: true)
        } catch {
            throw IbexError(
                .file, at: backupDirectory, found: "a folder that cannot be made (\(error))",
                expected: "a folder to write to")
        }
        if FileManager.default.fileExists(atPath: checkpointPath) {
            model?.resumption = try TrainingCheckpoint.read(checkpointPath)
        }
    }

    public override func onTrainBatchEnd(_ batch: Int, _ logs: BatchLogs) throws {
        let isDue = batches.isDue(saveFrequency)
        if isDue || model?.history?.isInterrupted == true { try save() }
    }

    public override func onEpochEnd(_ epoch: Int, _ logs: inout Logs) throws {
        if saveFrequency == .epoch { try save() }
    }

    public override func onTrainEnd(_ logs: Logs) throws {
        guard deleteCheckpoint, model?.history?.isInterrupted != true,
            FileManager.default.fileExists(atPath: checkpointPath)
        else { return }
        do { try FileManager.default.removeItem(atPath: checkpointPath) } catch {
            throw IbexError(
                .file, at: checkpointPath, found: "a file that cannot be removed (\(error))", expected: "one of ours")
        }
    }

    private func save() throws {
        if let model { try TrainingCheckpoint.write(model, to: checkpointPath) }
    }

    public override var isToldLast: Bool { true }

    public override var state: CallbackState {
        get { CallbackState(numbers: ["batches": Double(batches.seen)]) }
        set { batches.seen = newValue.integer("batches") ?? 0 }
    }
}
