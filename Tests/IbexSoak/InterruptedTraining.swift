import Foundation
import Glibc
import IbexArrays
import IbexFiles
import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport

/// A training in a terminal of its own that is ended by Control-C at a random moment and must leave everything in order.
package struct InterruptedTraining {
    private let program: String
    private let scratch: Scratch
    private var source: RandomSource

    /// - Parameter program: the executable whose arguments `interruptible FOLDER` run `InterruptedTraining.train`.
    package init(program: String, seed: UInt64) throws {
        self.program = program
        scratch = try Scratch()
        source = RandomSource(seed: seed)
    }

    package struct Report: Sendable {
        package var interrupts = 0
        /// Epochs that were finished before, all together.
        package var epochs = 0
        /// Processes behind which a training state was left to go on from.
        package var states = 0
        package var failures: [String] = []
    }

    /// Interrupts so many trainings, each within two seconds of its first epoch's begin.
    package mutating func run(interrupts: Int) throws -> Report {
        var report = Report()
        while report.interrupts < interrupts {
            report.interrupts += 1
            let delay = Double.random(in: 0..<2, using: &source)
            do {
                try interrupt(after: delay, &report)
            } catch {
                report.failures.append("interrupt \(report.interrupts) after \(delay) s: \(error)")
            }
        }
        return report
    }

    private func interrupt(after delay: Double, _ report: inout Report) throws {
        let folder = scratch.file("training-\(report.interrupts)")
        let watched = try WatchedProgram(
            program, ["interruptible", folder], columns: report.interrupts % 2 == 0 ? 80 : 60)
        try watched.wait(for: "Epoch 1/")
        watched.watch(for: delay)
        try watched.expect(watched.screen.wraps == 0, "\(watched.screen.wraps) lines too long")
        watched.terminal.type("\u{3}")
        let end = watched.end(within: 60)
        try watched.expect(end == .exit(0), "the process ended by \(end)")
        try watched.expectSaneTerminal()
        guard let text = watched.screen.lines.last(where: { $0.contains("Interrupted in epoch ") }),
            let number = text.firstMatch(of: /Interrupted in epoch (\d+) after (\d+) batches\./)?.1,
            let epochs = Int(number).map({ $0 - 1 })
        else { throw watched.failure("no line that says where the training was interrupted") }
        report.epochs += epochs
        let rows = try String(contentsOfFile: folder + "/log.csv", encoding: .utf8).split(separator: "\r\n").count
        try watched.expect(max(rows - 1, 0) == epochs, "\(rows) lines in the log of \(epochs) epochs")
        let state = folder + "/backup/training.safetensors"
        if FileManager.default.fileExists(atPath: state) {
            _ = try TrainingCheckpoint.read(state)
            report.states += 1
        }
        guard epochs > 0 else { return }
        try withDevice("cpu") {
            let model = try loadModel(folder + "/model.keras")
            let result: Tensor = try model.predict(Tensor.zeros([1, 8, 8], .float32), verbose: 0)
            try watched.expect(result.shape == [1, 10], "a checkpoint with results of shape \(result.shape)")
        }
    }

    /// Presses Control-C twice while a batch takes long; what the process ended by, the terminal being in order.
    package func interruptTwice() throws -> TerminalProgram.End {
        let watched = try WatchedProgram(
            program, ["interruptible", scratch.file("twice"), "--slow"], columns: 80)
        try watched.wait(for: "a long batch")
        watched.terminal.type("\u{3}")
        watched.watch(for: 0.3)
        watched.terminal.type("\u{3}")
        let end = watched.end(within: 20)
        try watched.expectSaneTerminal()
        return end
    }

    /// The program that is interrupted: it trains on and on, draws its bar, saves the model each epoch and its state every
    /// twenty batches.
    ///
    /// - Parameter isSlow: whether the third batch takes a minute.
    package static func train(in folder: String, isSlow: Bool) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try withDevice("cpu") {
            let (model, x, y) = try digitsTraining()
            let wait = LambdaCallback(onTrainBatchEnd: { batch, _ in
                guard isSlow, batch == 2 else { return }
                print("a long batch")
                fflush(nil)
                let end = ContinuousClock.now + .seconds(60)
                while ContinuousClock.now < end { usleep(10_000) }
            })
            let former = interruptHandler
            let history = try model.fit(
                x, y, batchSize: 32, epochs: 1_000_000, verbose: 1,
                callbacks: [
                    wait, CSVLogger(folder + "/log.csv"), ModelCheckpoint(folder + "/model.keras"),
                    BackupAndRestore(folder + "/backup", saveFrequency: 20),
                ], validationSplit: 0.2, interruptible: true)
            guard history.isInterrupted, interruptHandler == former else {
                throw IbexError(
                    .state, at: "fit(interruptible:)",
                    found: "a history with isInterrupted \(history.isInterrupted) and the handler \(interruptHandler)",
                    expected: "an interruption, and the handler \(former)")
            }
        }
    }

    /// The address of what handles SIGINT: 0 for the default.
    private static var interruptHandler: Int {
        var action = sigaction()
        sigaction(SIGINT, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    }
}

extension InterruptedTraining.Report: CustomStringConvertible {
    package var description: String {
        "\(interrupts) interrupts, \(epochs) epochs finished before them, \(states) states that load, "
            + "\(failures.count) failures" + failures.map { "\n  FAILED: \($0)" }.joined()
    }
}
