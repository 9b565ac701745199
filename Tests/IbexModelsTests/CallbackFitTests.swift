import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// What `fit`, `evaluate` and `predict` tell callbacks, and when.
@Suite(.serialized) struct CallbackFitTests {
    /// Notes every hook with its number and the names in its logs.
    private final class Recorder: Callback {
        var calls: [String] = []
        private func note(_ hook: String, _ number: Int? = nil, _ names: [String] = []) {
            calls.append("\(hook) \(number.map(String.init) ?? "-") \(names.joined(separator: ","))")
        }
        override func onTrainBegin(_ logs: Logs) { note("train_begin", nil, logs.names) }
        override func onTrainEnd(_ logs: Logs) { note("train_end", nil, logs.names) }
        override func onEpochBegin(_ epoch: Int, _ logs: Logs) { note("epoch_begin", epoch, logs.names) }
        override func onEpochEnd(_ epoch: Int, _ logs: inout Logs) { note("epoch_end", epoch, logs.names) }
        override func onTrainBatchBegin(_ batch: Int, _ logs: Logs) { note("train_batch_begin", batch, logs.names) }
        override func onTrainBatchEnd(_ batch: Int, _ logs: BatchLogs) throws {
            note("train_batch_end", batch, try logs.values().alphabetical.names)
        }
        override func onTestBegin(_ logs: Logs) { note("test_begin", nil, logs.names) }
        override func onTestEnd(_ logs: Logs) { note("test_end", nil, logs.names) }
        override func onTestBatchBegin(_ batch: Int, _ logs: Logs) { note("test_batch_begin", batch, logs.names) }
        override func onTestBatchEnd(_ batch: Int, _ logs: BatchLogs) throws {
            note("test_batch_end", batch, try logs.values().alphabetical.names)
        }
        override func onPredictBegin(_ logs: Logs) { note("predict_begin", nil, logs.names) }
        override func onPredictEnd(_ logs: Logs) { note("predict_end", nil, logs.names) }
        override func onPredictBatchBegin(_ batch: Int, _ logs: Logs) { note("predict_batch_begin", batch, logs.names) }
        override func onPredictBatchEnd(_ batch: Int, _ logs: BatchLogs) throws {
            #expect(try logs.values().isEmpty)
            note("predict_batch_end", batch, try logs.outputs().isEmpty ? [] : ["outputs"])
        }
    }

    private func line(_ rate: Double = 0.001) -> (model: Sequential, x: Tensor, y: Tensor) {
        let model = Sequential([Input(shape: [1]), Dense(1, kernelInitializer: .ones)])
        model.compile(optimizer: .sgd(learningRate: rate), loss: .meanSquaredError, metrics: [.accuracy, .mae])
        let x = Tensor(shape: [5, 1], scalars: [0, 1, 2, 3, 4] as [Float])
        return (model, x, Tensor.zeros([5, 1], .float32))
    }

    private func calls(_ name: String) throws -> [String] {
        let (model, x, y) = line()
        let recorder = Recorder()
        let stop = LambdaCallback(onTrainBatchEnd: { [unowned model] batch, _ in
            if batch == 1 { model.stopTraining = true }
        })
        let rate = LearningRateScheduler { $1 }
        let kept = (x: x[..<3], y: y[..<3])
        switch name {
        case "fit":
            try model.fit(
                x, y, batchSize: 2, epochs: 2, verbose: 0, callbacks: [recorder], validationData: kept)
        case "evaluate": try model.evaluate(x, y, batchSize: 2, verbose: 0, callbacks: [recorder])
        case "predict": _ = try model.predict(x, batchSize: 2, verbose: 0, callbacks: [recorder])
        case "no epochs": try model.fit(x, y, epochs: 0, verbose: 0, callbacks: [recorder])
        case "stopped":
            try model.fit(
                x, y, batchSize: 2, epochs: 2, verbose: 0, callbacks: [stop, recorder], validationData: kept)
        case "changed before": try model.fit(x, y, batchSize: 5, verbose: 0, callbacks: [rate, recorder])
        default: try model.fit(x, y, batchSize: 5, verbose: 0, callbacks: [recorder, rate])
        }
        return recorder.calls
    }

    private func batches(_ x: Tensor, _ y: Tensor) -> [Batch] {
        [(0, 2), (2, 4), (4, 5)].map { Batch(x[$0..<$1], y[$0..<$1]) }
    }

    @Test(arguments: ["cpu", "opencl"]) func hooksComeInKerassOrder(device: String) throws {
        try PlainKernels.withDevice(device) {
            let orders = try OracleCallbacks.entries("orders")
            #expect(orders.count == 7)
            for order in orders {
                let want = try (order["calls"]?.array ?? []).map { call in
                    let parts = try #require(call.array)
                    let names = (parts[2].array ?? []).compactMap(\.string).joined(separator: ",")
                    return "\(parts[0].string ?? "") \(parts[1].int.map(String.init) ?? "-") \(names)"
                }
                let name = order["name"]?.string ?? ""
                #expect(try calls(name) == want, "\(name)")
            }
        }
    }

    @Test func sequencesOfBatchesTellTheSame() throws {
        try withDevice("cpu") {
            let (model, x, y) = line()
            let (one, other) = (Recorder(), Recorder())
            let kept = (x: x[..<3], y: y[..<3])
            try model.fit(
                x, y, batchSize: 2, epochs: 2, verbose: 0, callbacks: [one], validationData: kept,
                validationBatchSize: 32)
            try model.fit(batches(x, y), epochs: 2, verbose: 0, callbacks: [other], validationData: kept)
            #expect(one.calls == other.calls && one.calls.count == 26)
            (one.calls, other.calls) = ([], [])
            try model.evaluate(x, y, batchSize: 2, verbose: 0, callbacks: [one])
            try model.evaluate(batches(x, y), verbose: 0, callbacks: [other])
            let _: Tensor = try model.predict(x, batchSize: 2, verbose: 0, callbacks: [one])
            let _: Tensor = try model.predict(batches(x, y), verbose: 0, callbacks: [other])
            #expect(one.calls == other.calls && one.calls.count == 16)
        }
    }

    /// With a learning rate of zero the model says x throughout: the loss is the mean of x² over the batches so far.
    @Test(arguments: ["cpu", "opencl"]) func batchLogsAreMeansSoFar(device: String) throws {
        try PlainKernels.withDevice(device) {
            let (model, x, y) = line(0)
            var (now, later): ([Double], [Double]) = ([], [])
            let watch = LambdaCallback(onTrainBatchEnd: { _, logs in
                if now.count % 2 == 0 { logs.later { later.append($0["loss"] ?? .nan) } }
                now.append(try logs.values()["loss"] ?? .nan)
            })
            let behind = LambdaCallback(onTrainBatchEnd: { batch, logs in
                if batch > 0 { logs.later { later.append($0["loss"] ?? .nan) } }
            })
            try model.fit(x, y, batchSize: 2, verbose: 0, callbacks: [watch], shuffle: false)
            #expect(now == [0.5, 14.0 / 4, 30.0 / 5] && later == [0.5, 30.0 / 5])
            later = []
            try model.fit(x, y, batchSize: 2, verbose: 0, callbacks: [behind], shuffle: false)
            #expect(later == [14.0 / 4, 30.0 / 5])
        }
    }

    @Test func logsOfABatchEndWithItsHook() throws {
        try withDevice("cpu") {
            let (model, x, y) = line()
            var kept: BatchLogs?
            let keep = LambdaCallback(onTrainBatchEnd: { _, logs in kept = logs })
            try model.fit(x, y, verbose: 0, callbacks: [keep])
            expectError(.state, found: "values asked for after the hook") { _ = try kept?.values() }
        }
    }

    @Test func predictionsCanBeReadBatchByBatch() throws {
        try withDevice("cpu") {
            let (model, x, _) = line()
            var seen: [[Float]] = []
            let watch = LambdaCallback(onPredictBatchEnd: { _, logs in
                seen.append(try logs.outputs()[0].scalars(as: Float.self))
            })
            _ = try model.predict(x, batchSize: 2, verbose: 0, callbacks: [watch])
            #expect(seen == [[0, 1], [2, 3], [4]])
        }
    }

    @Test func evaluationAndPredictionCanBeStopped() throws {
        try withDevice("cpu") {
            let (model, x, y) = line()
            let stop = LambdaCallback(
                onTestBatchEnd: { [unowned model] batch, _ in model.stopEvaluating = batch == 1 },
                onPredictBatchEnd: { [unowned model] batch, _ in model.stopPredicting = batch == 1 })
            let evaluation = try model.evaluate(x, y, batchSize: 2, verbose: 0, callbacks: [stop])
            #expect(evaluation.loss == 14.0 / 4)
            let predictions = try model.predict(x, batchSize: 2, verbose: 0, callbacks: [stop])
            #expect(predictions.shape == [4, 1])
            #expect(try model.evaluate(x, y, batchSize: 2, verbose: 0).loss == 6)
        }
    }

    /// Callbacks that ask for no values leave the number of reads from the device as it is.
    @Test func whoAsksForNothingCostsNothing() throws {
        func reads(_ callbacks: [Callback]) throws -> CountingBackend.Counts {
            let backend = CountingBackend(id: "counting:callbacks")
            DeviceRegistry.shared.register(backend)
            return try withDevice(backend.device) {
                let (model, x, y) = line()
                try model.fit(x, y, batchSize: 1, epochs: 2, verbose: 0, callbacks: callbacks)
                return backend.counts
            }
        }
        final class Idle: Callback {
            var batches = 0
            override func onTrainBatchEnd(_ batch: Int, _ logs: BatchLogs) { batches += 1 }
        }
        let idle = Idle()
        let (none, some) = (try reads([]), try reads([idle, EarlyStopping(monitor: "loss")]))
        #expect(idle.batches == 10)
        #expect(none.reads == some.reads && none.writes == some.writes && none.storages == some.storages)
    }

    @Test func callbacksKnowModelAndParameters() throws {
        try withDevice("cpu") {
            let (model, x, y) = line()
            let history = History()
            try model.fit(x, y, batchSize: 2, epochs: 3, verbose: 0, callbacks: [history], initialEpoch: 1)
            #expect(history.model === model && model.history === history)
            #expect(history.params == Callback.Params(verbose: .silent, epochs: 3, steps: 3))
            #expect(history.epoch == [1, 2] && history["loss"].count == 2)
            #expect(try model.fit(x, y, verbose: 0, callbacks: [history]) === history)
            #expect(history.epoch == [0] && history["loss"].count == 3)
        }
    }

    /// The bar comes after the callbacks of `fit`: what they print stands before its line, what they add in it.
    @Test func barComesLast() throws {
        try withDevice("cpu") {
            let (model, x, y) = line()
            let listener = Listener()
            let rate = LearningRateScheduler({ _, _ in 0.5 }, verbose: 1)
            try listener.listen { try model.fit(x, y, epochs: 2, verbose: 2, callbacks: [rate]) }
            let lines = listener.printed.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines[1] == "Epoch 1: LearningRateScheduler setting learning rate to 0.5.")
            #expect(lines[2] == "Epoch 1/2")
            #expect(lines[3].hasPrefix("1/1 - 0s - ") && lines[3].hasSuffix(" - learning_rate: 0.5000"))
            #expect(lines[3].contains(" - accuracy: 0.2000 - loss: 6.0000 - mae: 2.0000 - "))
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func bestWeightsComeBack(device: String) throws {
        try PlainKernels.withDevice(device) {
            // A step too far: the loss grows from the first epoch on.
            let (model, x, y) = line(1)
            var after: [[Float]] = []
            let watch = LambdaCallback(onEpochEnd: { [unowned model] _, _ in
                after.append(try model.weights[0].value.scalars(as: Float.self))
            })
            let stop = EarlyStopping(monitor: "loss", patience: 2, restoreBestWeights: true)
            let history = try model.fit(x, y, batchSize: 5, epochs: 9, verbose: 0, callbacks: [watch, stop])
            #expect(history.epoch == [0, 1, 2] && stop.stoppedEpoch == 2 && stop.bestEpoch == 0)
            #expect(try model.weights[0].value.scalars(as: Float.self) == after[0])
            #expect(after[0] != after[2])
        }
    }

    @Test(arguments: ["cpu", "opencl"]) func trainingEndsOnNaN(device: String) throws {
        try PlainKernels.withDevice(device) {
            let rows = 600
            let x = (0..<rows).map { $0 == 4 ? Float.infinity : 1 }
            let (model, _, _) = line()
            let (inputs, targets) = (Tensor(shape: [rows, 1], scalars: x), Tensor.zeros([rows, 1], .float32))
            let listener = Listener()
            try listener.listen {
                let history = try model.fit(
                    inputs, targets, batchSize: 2, epochs: 3, verbose: 0, callbacks: [TerminateOnNaN()], shuffle: false)
                #expect(history.epoch == [0])
            }
            #expect(listener.printed == "Batch 2: Invalid loss, terminating training\n")
            expectError(.data, at: "TerminateOnNaN", found: "batch 0") {
                try model.fit(
                    inputs, targets, batchSize: 2, verbose: 0, callbacks: [TerminateOnNaN(raiseError: true)])
            }
        }
    }

    @Test func argumentsAreChecked() throws {
        try withDevice("cpu") {
            let (model, x, y) = line()
            expectError(.argument, at: "ReduceLROnPlateau", found: "factor 1.5") {
                try model.fit(x, y, verbose: 0, callbacks: [ReduceLROnPlateau(factor: 1.5)])
            }
            expectError(.argument, at: "EarlyStopping", found: "\"f1\"", remedy: "mode: .min") {
                try model.fit(x, y, verbose: 0, callbacks: [EarlyStopping(monitor: "f1")])
            }
            expectError(.argument, at: "ModelCheckpoint", found: "a.txt", expected: ".keras or .h5") {
                try model.fit(x, y, verbose: 0, callbacks: [ModelCheckpoint("a.txt") { _, _ in }])
            }
            expectError(.argument, at: "ModelCheckpoint", found: "frequency of 0") {
                try model.fit(x, y, verbose: 0, callbacks: [ModelCheckpoint("a.h5", saveFrequency: 0) { _, _ in }])
            }
            expectError(.file, at: "CSVLogger", found: "/nowhere/log.csv cannot be opened") {
                try model.fit(x, y, verbose: 0, callbacks: [CSVLogger("/nowhere/log.csv")])
            }
            model.compile(
                optimizer: .sgd(learningRate: .exponentialDecay(from: 0.1, steps: 10, rate: 0.5)),
                loss: .meanSquaredError)
            expectError(.argument, at: "LearningRateScheduler", found: "follows a schedule") {
                try model.fit(x, y, verbose: 0, callbacks: [LearningRateScheduler { _ in 0.1 }])
            }
        }
    }
}
