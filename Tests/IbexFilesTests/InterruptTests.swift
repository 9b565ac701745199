import Foundation
import Glibc
import IbexFiles
import IbexGraph
import IbexModels
import IbexRuntime
import IbexSoak
import IbexTensorBoard
import IbexTestSupport
import Synchronization
import Testing

/// Control-C ends a training, and not the program. Nothing else in this process may train interruptibly meanwhile.
@Suite(.serialized) struct InterruptTests {
    private static let soak = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "soak").path

    /// A program that a shell starts in the background ignores interrupts, and this one may be one.
    init() { signal(SIGINT, SIG_DFL) }

    /// One in fifty of what `scripts/soak interrupts` does.
    @Test func aTrainingInATerminal() throws {
        var training = try InterruptedTraining(program: Self.soak, seed: 5)
        let report = try training.run(interrupts: 1)
        #expect(report.interrupts == 1 && report.failures.isEmpty, "\(report)")
    }

    @Test func twiceEndsAtOnce() throws {
        let training = try InterruptedTraining(program: Self.soak, seed: 5)
        #expect(try training.interruptTwice() == .signal(SIGINT))
    }

    /// Notes hooks, and presses Control-C in one of them.
    private final class Presser: Callback {
        var calls: [String] = []
        private let moment: String
        private var isPressed = false
        init(_ moment: String) { self.moment = moment }
        private func note(_ hook: String) {
            calls.append(hook)
            guard hook == moment, !isPressed else { return }
            isPressed = true
            interrupt()
        }
        override func onEpochBegin(_ epoch: Int, _ logs: Logs) { note("epoch \(epoch)") }
        override func onTrainBatchBegin(_ batch: Int, _ logs: Logs) { note("batch \(batch)") }
        override func onTestBatchBegin(_ batch: Int, _ logs: Logs) { note("test \(batch)") }
        override func onEpochEnd(_ epoch: Int, _ logs: inout Logs) { note("end of epoch \(epoch)") }
        override func onTrainEnd(_ logs: Logs) { note("end: \(logs.names.joined(separator: ","))") }
    }

    private func model() -> (model: Sequential, x: Tensor, y: Tensor) {
        let model = Sequential([Input(shape: [2]), Dense(3, activation: .tanh), Dropout(0.3), Dense(1)])
        model.compile(optimizer: .adam(learningRate: 0.1), loss: .meanSquaredError)
        let x = Tensor(shape: [12, 2], scalars: (0..<24).map { Float($0 % 7) - 3 })
        return (model, x, x[0..., 0...0] - x[0..., 1...1])
    }

    /// Three epochs of three batches of training and one of validation, interrupted; what was told, and the history.
    private func interrupted(_ moment: String, _ callbacks: [Callback] = []) throws -> (calls: [String], History) {
        let (model, x, y) = model()
        let presser = Presser(moment)
        let history = try model.fit(
            x, y, batchSize: 4, epochs: 3, verbose: 0, callbacks: [presser] + callbacks,
            validationData: (x[..<4], y[..<4]), interruptible: true)
        return (presser.calls, history)
    }

    private let first = ["epoch 0", "batch 0", "batch 1", "batch 2", "test 0", "end of epoch 0"]

    @Test(arguments: ["cpu", "opencl"]) func endsAfterTheBatch(device: String) throws {
        try withDevice(device) {
            let (calls, history) = try interrupted("batch 1")
            #expect(calls == ["epoch 0", "batch 0", "batch 1", "end: "])
            #expect(history.interruption == History.Interruption(epoch: 0, batches: 2) && history.epoch.isEmpty)
            let (later, second) = try interrupted("epoch 1")
            #expect(later == first + ["epoch 1", "batch 0", "end: loss,val_loss"])
            #expect(second.interruption == History.Interruption(epoch: 1, batches: 1) && second.epoch == [0])
        }
    }

    @Test func endsInValidationAndBetweenEpochs() throws {
        try withDevice("cpu") {
            let (calls, history) = try interrupted("test 0")
            #expect(calls == Array(first.dropLast()) + ["end: "])
            #expect(history.interruption == History.Interruption(epoch: 0, batches: 3) && history.epoch.isEmpty)
            let (later, second) = try interrupted("end of epoch 0")
            #expect(later == first + ["end: loss,val_loss"])
            #expect(second.interruption == History.Interruption(epoch: 1, batches: 0) && second["loss"].count == 1)
            // After the last epoch there is nothing to end.
            let (whole, third) = try interrupted("end of epoch 2")
            #expect(whole.count == 3 * 6 + 1 && !third.isInterrupted)
        }
    }

    /// Whatever handled the signal before does so again, and did not see ours.
    @Test func formerHandlerComesBack() throws {
        var (former, after) = (sigaction(), sigaction())
        sigaction(SIGINT, nil, &former)
        defer { sigaction(SIGINT, &former, nil) }
        var own = sigaction()
        own.__sigaction_handler.sa_handler = { _ in seen.add(1, ordering: .relaxed) }
        sigaction(SIGINT, &own, nil)
        let history = try withDevice("cpu") { try interrupted("batch 1").1 }
        #expect(history.isInterrupted)
        #expect(seen.load(ordering: .relaxed) == 0)
        interrupt()
        #expect(seen.load(ordering: .relaxed) == 1)
        // Who did not ask keeps his handler during fit, too.
        try withDevice("cpu") {
            let (model, x, y) = model()
            let presser = Presser("batch 1")
            try model.fit(x, y, batchSize: 4, verbose: 0, callbacks: [presser])
            #expect(presser.calls.contains("batch 2") && seen.load(ordering: .relaxed) == 2)
        }
        sigaction(SIGINT, nil, &after)
        #expect(after.__sigaction_handler.sa_handler != nil)
    }

    /// The state is of the batch that was running, and the training comes to the same bits as one that ran through.
    @Test(arguments: ["batch 0", "batch 1", "batch 2", "end of epoch 1"]) func goesOnBehindTheBatch(moment: String)
        throws
    {
        try withDevice("cpu") {
            let scratch = try Scratch()
            func weights(_ model: Sequential) throws -> [Float] {
                try model.getWeights().flatMap { try $0.scalars(as: Float.self) }
            }
            func train(_ callbacks: [Callback]) throws -> (model: Sequential, history: History) {
                try withRandomSeed(3) {
                    let (model, x, y) = model()
                    let history = try model.fit(
                        x, y, batchSize: 4, epochs: 3, verbose: 0, callbacks: callbacks,
                        validationData: (x[..<4], y[..<4]), interruptible: true)
                    return (model, history)
                }
            }
            let whole = try train([])
            let backup = BackupAndRestore(scratch.file("backup"))
            #expect(try train([Presser(moment), backup]).history.isInterrupted)
            #expect(FileManager.default.fileExists(atPath: backup.checkpointPath))
            let rest = try train([BackupAndRestore(scratch.file("backup"))])
            #expect(!rest.history.isInterrupted && rest.history.epoch.last == 2)
            #expect(try weights(rest.model) == weights(whole.model))
            #expect(rest.history["val_loss"].last == whole.history["val_loss"].last)
            #expect(rest.history["loss"].last == whole.history["loss"].last)
            #expect(!FileManager.default.fileExists(atPath: backup.checkpointPath))
        }
    }

    /// What TensorBoard keeps for later is in the files when `fit` returns, though the callback is still there. A
    /// validation that was cut short has no values.
    @Test(arguments: [("batch 1", [2, 0, 0]), ("test 0", [3, 0, 0]), ("epoch 1", [4, 1, 1])])
    func eventsAreWritten(moment: String, counts: [Int]) throws {
        try withDevice("cpu") {
            let scratch = try Scratch()
            let board = TensorBoard(logDir: scratch.path, writeGraph: false, updateFreq: .batch)
            #expect(try interrupted(moment, [board]).1.isInterrupted)
            let folders = try ["train", "validation"].filter { try scratch.names.contains($0) }.map(scratch.file)
            let files = try folders.flatMap { folder in
                try FileManager.default.contentsOfDirectory(atPath: folder).map { "\(folder)/\($0)" }
            }
            let text = try files.map { String(decoding: try Data(contentsOf: URL(filePath: $0)), as: UTF8.self) }
                .joined()
            let tags = ["batch_loss", "epoch_learning_rate", "evaluation_loss_vs_iterations"]
            #expect(tags.map { text.split(separator: $0, omittingEmptySubsequences: false).count - 1 } == counts)
            withExtendedLifetime(board) {}
        }
    }

    @Test func sequencesOfBatchesEndToo() throws {
        try withDevice("cpu") {
            let (model, x, y) = model()
            let batches = (0..<3).map { Batch(x[$0 * 4..<$0 * 4 + 4], y[$0 * 4..<$0 * 4 + 4]) }
            let presser = Presser("batch 1")
            let history = try model.fit(batches, epochs: 2, verbose: 0, callbacks: [presser], interruptible: true)
            #expect(presser.calls == ["epoch 0", "batch 0", "batch 1", "end: "])
            #expect(history.interruption == History.Interruption(epoch: 0, batches: 2))
        }
    }
}

/// Presses Control-C, so that it is handled before this returns: threads of tests do not let signals in.
private func interrupt() {
    var (interrupt, former) = (sigset_t(), sigset_t())
    sigemptyset(&interrupt)
    sigaddset(&interrupt, SIGINT)
    pthread_sigmask(SIG_UNBLOCK, &interrupt, &former)
    raise(SIGINT)
    pthread_sigmask(SIG_SETMASK, &former, nil)
}

/// How many interrupts a handler of the test's own has seen.
private let seen = Atomic(0)
