import Foundation
import IbexFiles
import IbexGraph
import IbexModels
import IbexRuntime

/// A training that follows a description.
///
///     let job = TrainingJob(try TrainingDescription(DescriptionFile(path: "mnist-cnn.yaml")))
///     let folder = try job.run().folder
package struct TrainingJob {
    package let description: TrainingDescription
    /// The path of the description.
    private let file: String

    package init(_ description: TrainingDescription, file: String) {
        (self.description, self.file) = (description, file)
    }

    /// Checks everything that a training would, without training, and says what it would be.
    package func check() throws -> String {
        try scoped {
            let (model, samples) = try prepared()
            try fit(model, samples, epochs: 0, verbose: 0, callbacks: [])
            return try plan(samples) + "\n\n" + Self.summary(model)
        }
    }

    /// What a training left.
    package struct Outcome: Sendable {
        package let folder: RunFolder
        /// Where Control-C ended the training; `nil` where it did not.
        package let interruption: History.Interruption?
    }

    /// Trains, evaluates, and writes the results to the folder. Control-C ends the training after the running batch: the
    /// results are then of the model as it was, the log of the epochs before.
    ///
    /// - Parameter overwrites: whether the results of an earlier training there may go.
    /// - Throws: `IbexError` before any work where the description and the data do not fit.
    @discardableResult
    package func run(overwrites: Bool = false, verbose: Verbosity = 1) throws -> Outcome {
        try scoped {
            let (begin, started) = (ContinuousClock.now, Date())
            let (model, samples) = try prepared()
            let folder = RunFolder(description.folder)
            try folder.prepare(overwrites: overwrites)
            if verbose != .silent { print(try plan(samples) + "\n\n" + Self.summary(model)) }
            let fitBegin = ContinuousClock.now
            let history = try fit(
                model, samples, epochs: description.fit.epochs, verbose: verbose,
                callbacks: callbacks(for: folder))
            let fitSeconds = (ContinuousClock.now - fitBegin).seconds
            try model.save(folder.path + "/" + description.modelFile)
            let findings = try Findings(model, samples, description, verbose: verbose)
            try findings.arrays.write(to: folder.arrays)
            let record = RunRecord(
                name: description.name, file: file, description: try resolved(),
                model: try Architecture.config(of: model, .keras3), summary: Self.summary(model),
                modelFile: description.modelFile, started: started.formatted(.iso8601),
                timing: .init(
                    total: (ContinuousClock.now - begin).seconds, fit: fitSeconds, epochs: history.seconds),
                device: try deviceNote(), machine: .current, versions: Self.versions,
                samples: samples.counts(description.fit),
                final: Dictionary(
                    uniqueKeysWithValues: try TrainingLog(path: folder.log, mayBeEmpty: history.isInterrupted).final
                        .map { ($0.name, $0.value) }),
                evaluation: findings.note, interruption: history.interruption)
            try record.write(to: folder.record)
            return Outcome(folder: folder, interruption: history.interruption)
        }
    }

    /// On the description's device, with its seed.
    private func scoped<Result>(_ body: () throws -> Result) throws -> Result {
        try withRandomSeed(description.seed) {
            guard let device = description.device else { return try body() }
            return try withDevice(device, body)
        }
    }

    /// The model, compiled, and its data.
    private func prepared() throws -> (Model, TrainingSamples) {
        let model = try description.model.model()
        try description.compile?.compile(model)
        guard model.optimizer != nil else {
            throw IbexError(
                .state, at: file, found: "a model whose file does not say how it is trained",
                expected: "the key compile in the description")
        }
        try description.fit.checkMonitors(model, hasValidation: hasValidation)
        let samples = try description.data.load(for: model, weights: description.fit.sampleWeight)
        model.preprocessing.merge(samples.notes) { $1 }
        if !model.isBuilt { try model.buildIfNeeded(samples.train.x.map(\.shape)) }
        return (model, samples)
    }

    private var hasValidation: Bool { description.data.hasValidation || description.fit.validationSplit > 0 }

    @discardableResult
    private func fit(
        _ model: Model, _ samples: TrainingSamples, epochs: Int, verbose: Verbosity, callbacks: [Callback]
    ) throws -> History {
        let fit = description.fit
        return try model.fit(
            samples.train.x, samples.train.y, batchSize: fit.batchSize, epochs: epochs, verbose: verbose,
            callbacks: callbacks, validationSplit: fit.validationSplit,
            validationData: samples.validation.map { ($0.x, $0.y) }, shuffle: fit.shuffle,
            classWeight: fit.classWeight, sampleWeights: samples.train.weights,
            initialEpoch: min(fit.initialEpoch, epochs), stepsPerEpoch: fit.stepsPerEpoch,
            validationSteps: fit.validationSteps, validationBatchSize: fit.validationBatchSize,
            validationFrequency: fit.validationFrequency, interruptible: true)
    }

    /// The description's callbacks and the log, which goes on where a training is resumed.
    private func callbacks(for folder: RunFolder) -> [Callback] {
        let given = description.fit.callbacks.map { $0.callback(folder: folder.path) }
        let resumes = given.contains { callback in
            (callback as? BackupAndRestore).map { FileManager.default.fileExists(atPath: $0.checkpointPath) } ?? false
        }
        return given + [CSVLogger(folder.log, append: resumes)]
    }
}

extension TrainingJob {
    /// The description as it was followed.
    private func resolved() throws -> ConfigValue {
        let device: ConfigValue = .string(try deviceNote().id)
        return .object((description.resolved.object ?? [:]).merging(["device": device]) { $1 })
    }

    private func deviceNote() throws -> RunRecord.DeviceNote {
        let device = try Device.current ?? Device.standard
        return .init(id: device.id, name: device.name, kind: device.kind.rawValue, memory: device.memory)
    }

    /// What is about to be done, in a few lines.
    private func plan(_ samples: TrainingSamples) throws -> String {
        let fit = description.fit
        let device = try deviceNote()
        let counts = samples.counts(fit)
        let parts = ["training", "validation", "test"].compactMap { name in counts[name].map { "\($0) for \(name)" } }
        let lines = [
            ("training", "\(description.name), as \(file) says"), ("device", "\(device.id) (\(device.name))"),
            ("samples", parts.joined(separator: ", ")),
            ("epochs", "\(fit.epochs), batches of \(try fit.usedBatchSize())"), ("seed", "\(description.seed)"),
            ("results", description.folder),
        ]
        return lines.map { $0.0.padding(toLength: 10, withPad: " ", startingAt: 0) + $0.1 }.joined(separator: "\n")
    }

    static func summary(_ model: Model) -> String { model.summaryText(lineLength: 88) }

    /// Ibex's, and that of the Keras whose formulas and defaults it has.
    static let versions = ["ibex": ibexVersion, "keras": KerasStyle.keras3.version]
}

extension FitDescription {
    /// The batch size, or that of the configuration.
    func usedBatchSize() throws -> Int { try batchSize ?? IbexRuntime.Configuration.current.batchSize }

    /// Checks that each callback watches a value that there will be.
    func checkMonitors(_ model: Model, hasValidation: Bool) throws {
        let names = model.logNames
        for callback in callbacks {
            guard let (monitor, place) = callback.monitor else { continue }
            let name = monitor.hasPrefix("val_") ? String(monitor.dropFirst(4)) : monitor
            let isKnown = names.contains(name) || name == "learning_rate" && monitor == name
            guard !isKnown || monitor != name && !hasValidation else { continue }
            let known = names + (hasValidation ? names.map { "val_" + $0 } : [])
            let remedy =
                isKnown
                ? "There is no validation: set fit.validation_split or data.validation, or watch \(name)."
                : Spelling.remedy(for: monitor, among: known)
            throw IbexError(
                .name, at: place, found: "\"\(monitor)\"", expected: "one of " + known.joined(separator: ", "),
                remedy: remedy)
        }
    }
}

extension Model {
    /// The names of the values that an epoch of training has, without `val_`.
    fileprivate var logNames: [String] {
        guard let arguments = compileArguments else { return [] }
        let isOne = arguments.losses.count <= 1
        let outputs = isOne ? [""] : outputNames.map { $0 + "_" }
        let metrics = [arguments.metrics, arguments.weightedMetrics].flatMap { lists in
            zip(outputs, lists).flatMap { output, metrics in metrics.map { output + $0.name } }
        }
        return ["loss"] + (isOne ? [] : outputs.map { $0 + "loss" }) + metrics
    }
}

extension TrainingSamples {
    /// How many samples go where.
    func counts(_ fit: FitDescription) -> [String: Int] {
        func count(_ samples: Samples) -> Int { samples.x.first.map { $0.rank == 0 ? 0 : $0.shape[0] } ?? 0 }
        let all = count(train)
        let trained = fit.validationSplit > 0 ? Int(Double(all) * (1 - fit.validationSplit)) : all
        var counts = ["training": trained]
        counts["validation"] = validation.map(count) ?? (trained < all ? all - trained : nil)
        counts["test"] = test.map(count)
        return counts
    }
}
