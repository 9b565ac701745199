import IbexFiles
import IbexGraph
import IbexModels

extension CallbackDescription {
    /// The callbacks by the names of their classes.
    static let kinds: [String: Kind] = [
        "EarlyStopping": Kind(keys: [
            "monitor", "min_delta", "patience", "verbose", "mode", "baseline", "restore_best_weights",
            "start_from_epoch",
        ]) { section in
            let watch = try Watch(section)
            let (minDelta, patience) = (
                try section["min_delta"].double() ?? 0, try section["patience"].int(atLeast: 0) ?? 0
            )
            let (baseline, restores) = (
                try section["baseline"].double(), try section["restore_best_weights"].bool() ?? false
            )
            let start = try section["start_from_epoch"].int(atLeast: 0) ?? 0
            return { _ in
                EarlyStopping(
                    monitor: watch.monitor, minDelta: minDelta, patience: patience, verbose: watch.verbose,
                    mode: watch.mode, baseline: baseline, restoreBestWeights: restores, startFromEpoch: start)
            }
        },
        "ReduceLROnPlateau": Kind(keys: [
            "monitor", "factor", "patience", "verbose", "mode", "min_delta", "cooldown", "min_lr",
        ]) { section in
            let watch = try Watch(section)
            let factor = try section["factor"].double("a number from 0 to below 1") { $0 >= 0 && $0 < 1 } ?? 0.1
            let patience = try section["patience"].int(atLeast: 0) ?? 10
            let minDelta = try section["min_delta"].double() ?? 1e-4
            let cooldown = try section["cooldown"].int(atLeast: 0) ?? 0
            let minLR = try section["min_lr"].double("a number of at least 0") { $0 >= 0 } ?? 0
            return { _ in
                ReduceLROnPlateau(
                    monitor: watch.monitor, factor: factor, patience: patience, verbose: watch.verbose,
                    mode: watch.mode, minDelta: minDelta, cooldown: cooldown, minLR: minLR)
            }
        },
        "ModelCheckpoint": Kind(keys: [
            "filepath", "monitor", "verbose", "save_best_only", "save_weights_only", "mode", "save_freq",
            "initial_value_threshold",
        ]) { section in
            let watch = try Watch(section)
            let path = try section["filepath"].required(
                try section["filepath"].string(), "a path such as model-{epoch:02d}-{val_loss:.3f}.keras")
            let bestOnly = try section["save_best_only"].bool() ?? false
            let weightsOnly = try section["save_weights_only"].bool() ?? false
            let endings = weightsOnly ? [".weights.h5", ".safetensors"] : [".keras", ".h5"]
            guard endings.contains(where: path.hasSuffix) else {
                throw section["filepath"].misfit("a path that ends with " + endings.joined(separator: " or "))
            }
            let frequency = try section["save_freq"].saveFrequency()
            let threshold = try section["initial_value_threshold"].double()
            return { folder in
                ModelCheckpoint(
                    path.inside(folder), monitor: watch.monitor, verbose: watch.verbose, saveBestOnly: bestOnly,
                    saveWeightsOnly: weightsOnly, mode: watch.mode, saveFrequency: frequency,
                    initialValueThreshold: threshold)
            }
        },
        "CSVLogger": Kind(keys: ["filename", "separator", "append"]) { section in
            let path = try section["filename"].required(try section["filename"].string(), "the path of a file")
            let separator = try section["separator"].string() ?? ","
            guard separator.count == 1 else { throw section["separator"].misfit("one character") }
            let append = try section["append"].bool() ?? false
            return { CSVLogger(path.inside($0), separator: Character(separator), append: append) }
        },
        "LearningRateScheduler": Kind(keys: ["schedule", "verbose"]) { section in
            let field = section["schedule"]
            let value = try field.required(
                field.value, "a schedule, such as {class_name: ExponentialDecay, initial_learning_rate: 0.01, …}")
            let schedule = try field.placing { try LearningRateSchedule(config: KerasObject.full(value)) }
            try KerasObject.check(field, made: schedule.serialized)
            let verbose = try section["verbose"].verbosity()
            return { _ in
                LearningRateScheduler({ epoch in try schedule(Tensor(Float(epoch))).doubles()[0] }, verbose: verbose)
            }
        },
        "TerminateOnNaN": Kind(keys: ["raise_error"]) { section in
            let raises = try section["raise_error"].bool() ?? false
            return { _ in TerminateOnNaN(raiseError: raises) }
        },
        "BackupAndRestore": Kind(keys: ["backup_dir", "save_freq", "delete_checkpoint"]) { section in
            let directory = try section["backup_dir"].required(
                try section["backup_dir"].string(), "the path of a folder")
            let frequency = try section["save_freq"].saveFrequency()
            let deletes = try section["delete_checkpoint"].bool() ?? true
            return {
                BackupAndRestore(directory.inside($0), saveFrequency: frequency, deleteCheckpoint: deletes)
            }
        },
    ]

    /// What callbacks share that watch a value.
    private struct Watch: Sendable {
        let monitor: String
        let mode: MonitorCallback.Mode
        let verbose: Verbosity

        init(_ section: Section) throws {
            monitor = try section["monitor"].string() ?? "val_loss"
            mode = try section["mode"].choice(MonitorCallback.Mode.self) ?? .auto
            verbose = try section["verbose"].verbosity()
        }
    }
}

extension Field {
    fileprivate func verbosity() throws -> Verbosity { Verbosity(integerLiteral: try int(atLeast: 0) ?? 0) }

    /// `epoch`, or a number of batches.
    fileprivate func saveFrequency() throws -> SaveFrequency {
        guard let value, value != "epoch" else { return .epoch }
        return .batches(try required(value.int.flatMap { $0 >= 1 ? $0 : nil }, "epoch, or a number of batches"))
    }
}

extension String {
    /// The path inside a folder, unless it begins with a slash.
    func inside(_ folder: String) -> String { hasPrefix("/") ? self : folder + "/" + self }
}
