import Foundation
import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Synchronization
import Testing

/// One of Keras's callbacks, the logs that it was given, and what it did.
struct CallbackCase: Sendable, CustomTestStringConvertible {
    let fields: JSONValue

    var testDescription: String { fields["id"]?.string ?? "a case without id" }
    var callback: String { fields["callback"]?.string ?? "" }
    var arguments: JSONValue { fields["arguments"] ?? .null }
    var expected: JSONValue { fields["expected"] ?? .null }
    var isRaising: Bool { expected["raised"]?.string != nil }

    static let all = Result { try OracleCallbacks.entries("cases").map(CallbackCase.init) }
}

/// What is printed and warned while a body runs.
final class Listener: Sendable {
    private struct Heard {
        var printed = ""
        var warnings: [String] = []
    }
    private let heard = Mutex(Heard())

    var printed: String { heard.withLock { $0.printed } }
    var warnings: [String] { heard.withLock { $0.warnings } }

    @discardableResult
    func listen<Result>(_ body: () throws -> Result) rethrows -> Result {
        let console = Console(
            write: { [self] text in heard.withLock { $0.printed += text } },
            warn: { [self] message in heard.withLock { $0.warnings.append(message) } }, terminal: .none)
        return try Console.$current.withValue(console, operation: body)
    }
}

/// Each callback does with the same logs what Keras's did.
@Suite struct CallbackOracleTests {
    /// A callback told by a recording, on a model of one weight that holds the number of the epoch.
    private final class Player {
        let model = Sequential([Input(shape: [1]), Dense(1, useBias: false)])
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("callbacks-\(UUID().uuidString)")
            .path
        var saved: [String] = []
        var rates: [Double] = []
        var logs: [Logs] = []
        var stopped: [Int?] = []
        var weights: [Float] = []

        init(rate: Double) throws {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            model.compile(
                optimizer: .sgd(learningRate: rate), loss: .meanSquaredError, metrics: [.accuracy, .mae])
            try model.fit(Tensor.zeros([1, 1], .float32), Tensor.zeros([1, 1], .float32), verbose: 0)
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        func withoutFolder(_ text: String) -> String { text.replacingOccurrences(of: folder + "/", with: "") }

        func play(_ callback: Callback, _ epochs: [JSONValue], _ batches: [JSONValue]?) throws {
            callback.model = model
            model.stopTraining = false
            try callback.onTrainBegin([:])
            var (last, stop) = (Logs(), Int?.none)
            for (epoch, values) in epochs.enumerated() {
                try callback.onEpochBegin(epoch, [:])
                rates.append(try #require(model.optimizer).learningRate)
                for (batch, values) in (batches?[epoch].array ?? []).enumerated() where !model.stopTraining {
                    try callback.onTrainBatchBegin(batch, [:])
                    let logs = BatchLogs(Self.logs(values))
                    try callback.onTrainBatchEnd(batch, logs)
                    _ = try logs.close()
                }
                try model.setWeights([Tensor(shape: [1, 1], scalars: [Float(epoch)])])
                last = Self.logs(values)
                var seen = last
                try callback.onEpochEnd(epoch, &seen)
                logs.append(seen)
                if model.stopTraining {
                    stop = epoch
                    break
                }
            }
            stopped.append(stop)
            try callback.onTrainEnd(last)
            weights.append(try model.weights[0].value.item(as: Float.self))
        }

        static func logs(_ values: JSONValue) -> Logs {
            var logs = Logs()
            for (name, value) in values.object ?? [:] { logs[name] = value.anyDouble.map { Double(Float($0)) } }
            return logs.alphabetical
        }
    }

    private func callback(_ name: String, _ arguments: JSONValue, _ player: Player) throws -> Callback {
        func number(_ key: String) -> Double? { arguments[key]?.double }
        func int(_ key: String, _ standard: Int = 0) -> Int { arguments[key]?.int ?? standard }
        func flag(_ key: String) -> Bool { arguments[key]?.bool ?? false }
        let monitor = arguments["monitor"]?.string ?? "val_loss"
        let mode = try #require(MonitorCallback.Mode(rawValue: arguments["mode"]?.string ?? "auto"))
        let verbose = Verbosity(integerLiteral: int("verbose"))
        let path = "\(player.folder)/\(arguments["filepath"]?.string ?? arguments["filename"]?.string ?? "")"
        switch name {
        case "EarlyStopping":
            return EarlyStopping(
                monitor: monitor, minDelta: number("min_delta") ?? 0, patience: int("patience"), verbose: verbose,
                mode: mode, baseline: number("baseline"), restoreBestWeights: flag("restore_best_weights"),
                startFromEpoch: int("start_from_epoch"))
        case "ModelCheckpoint":
            return ModelCheckpoint(
                path, monitor: monitor, verbose: verbose, saveBestOnly: flag("save_best_only"),
                saveWeightsOnly: flag("save_weights_only"), mode: mode,
                saveFrequency: arguments["save_freq"]?.int.map { .batches($0) } ?? .epoch,
                initialValueThreshold: number("initial_value_threshold")
            ) { [unowned player] _, path in player.saved.append(player.withoutFolder(path)) }
        case "ReduceLROnPlateau":
            return ReduceLROnPlateau(
                monitor: monitor, factor: number("factor") ?? 0.1, patience: int("patience", 10), verbose: verbose,
                mode: mode, minDelta: number("min_delta") ?? 1e-4, cooldown: int("cooldown"),
                minLR: number("min_lr") ?? 0)
        case "LearningRateScheduler":
            switch arguments["schedule"]?.string {
            case "halve": return LearningRateScheduler({ $1 * 0.5 }, verbose: verbose)
            case "late": return LearningRateScheduler({ $0 < 2 ? $1 : $1 * exp(-0.1) }, verbose: verbose)
            default: return LearningRateScheduler({ 0.1 / Double($0 + 1) }, verbose: verbose)
            }
        case "CSVLogger":
            return CSVLogger(
                path, separator: arguments["separator"]?.string?.first ?? ",", append: flag("append"))
        default: return TerminateOnNaN(raiseError: flag("raise_error"))
        }
    }

    @Test func casesAreThere() throws { #expect(try CallbackCase.all.get().count >= 98) }

    @Test(arguments: (try? CallbackCase.all.get()) ?? []) func doesAsKeras(_ given: CallbackCase) throws {
        try withDevice("cpu") {
            let player = try Player(rate: try #require(given.fields["rate"]?.double))
            let made = try callback(given.callback, given.arguments, player)
            let path = "\(player.folder)/\(given.arguments["filename"]?.string ?? "")"
            if let before = given.fields["before"]?.string { try Data(before.utf8).write(to: URL(filePath: path)) }
            let listener = Listener()
            let epochs = try #require(given.fields["epochs"]?.array)
            let play = {
                try listener.listen {
                    for _ in 0..<(given.fields["fits"]?.int ?? 1) {
                        try player.play(made, epochs, given.fields["batches"]?.array)
                    }
                }
            }
            guard !given.isRaising else {
                #expect(throws: IbexError.self) { try play() }
                return
            }
            try play()
            let expected = given.expected
            func numbers(_ key: String) -> [Double?]? { expected[key]?.array?.map(\.anyDouble) }
            #expect(player.rates == numbers("rates"))
            #expect(player.stopped.map { $0.map(Double.init) } == numbers("stopped"))
            #expect(player.weights.map { Double($0) } == numbers("weights"))
            #expect(player.saved == expected["saved"]?.array?.compactMap(\.string))
            #expect(player.withoutFolder(listener.printed) == expected["printed"]?.string)
            let warnings = (expected["warnings"]?.array ?? []).compactMap(\.string)
            #expect(listener.warnings.count == warnings.count)
            for (got, want) in zip(listener.warnings, warnings) { #expect(got.hasPrefix(want)) }
            try compare(player.logs, try #require(expected["logs"]?.array))
            if let file = expected["file"]?.string {
                #expect(String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self) == file)
            }
        }
    }

    private func compare(_ logs: [Logs], _ want: [JSONValue]) throws {
        #expect(logs.count == want.count)
        for (got, want) in zip(logs, want) {
            let pairs = try #require(want.array)
            #expect(got.names == pairs.compactMap { $0.array?.first?.string })
            for (value, pair) in zip(got.values, pairs) {
                let number = try #require(pair.array?.last?.anyDouble)
                #expect(value == number || value.isNaN && number.isNaN)
            }
        }
    }

    /// A best model that cannot be told is saved, and the warning lists what there is.
    @Test func missingMonitorIsListed() throws {
        try withDevice("cpu") {
            let player = try Player(rate: 0.1)
            let made = ModelCheckpoint("\(player.folder)/a.keras", saveBestOnly: true) { _, _ in }
            let listener = Listener()
            try listener.listen {
                made.model = player.model
                var logs: Logs = ["accuracy": 0.5, "loss": 1]
                try made.onEpochEnd(0, &logs)
            }
            #expect(
                listener.warnings == [
                    "Can save best model only with val_loss available. Available are: accuracy,loss"
                ])
        }
    }
}
