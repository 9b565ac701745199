import Foundation
import Glibc
import IbexArrays
import IbexFiles
import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport

/// A training that is killed again and again and must come to the same bits as one that ran through.
///
/// Each run is a process of its own, which keeps its state by `BackupAndRestore` and leaves its weights and its
/// optimizer's state in a file.
package struct KilledTraining {
    private let program: String
    private let scratch: Scratch
    private var source: RandomSource

    /// - Parameter program: the executable whose arguments `train FOLDER` run `KilledTraining.train`.
    package init(program: String, seed: UInt64) throws {
        self.program = program
        scratch = try Scratch()
        source = RandomSource(seed: seed)
    }

    package struct Report: Sendable {
        /// Processes that a kill ended.
        package var kills = 0
        /// Kills behind which there was a state to go on from; before the first batch was saved there is none.
        package var resumed = 0
        /// Trainings that came to their end.
        package var finished = 0
        package var failures: [String] = []
    }

    /// Kills trainings at random moments, so many times, and runs the last one to its end.
    package mutating func run(kills: Int) throws -> Report {
        var report = Report()
        let whole = scratch.file("whole")
        let start = ContinuousClock.now
        guard try Self.status(launch(whole), killedAfter: nil) == 0 else {
            report.failures.append("the training that nobody kills fails")
            return report
        }
        let duration = (ContinuousClock.now - start) / .seconds(1)
        let expected = try result(whole)
        while report.kills < kills {
            let folder = scratch.file("killed-\(report.finished)")
            try runToTheEnd(folder, duration, expected, kills: kills, &report)
        }
        return report
    }

    private mutating func runToTheEnd(
        _ folder: String, _ duration: Double, _ expected: [UInt8], kills: Int, _ report: inout Report
    ) throws {
        while true {
            let delay = report.kills < kills ? Double.random(in: 0..<duration, using: &source) : nil
            let status = try Self.status(launch(folder), killedAfter: delay)
            let state = folder + "/backup/training.safetensors"
            if status == 0 {
                report.finished += 1
                if try result(folder) != expected {
                    report.failures.append("other bits after \(report.kills) kills")
                }
                return
            }
            guard status == nil else {
                report.failures.append("status \(status ?? 0) after \(report.kills) kills")
                return
            }
            report.kills += 1
            guard FileManager.default.fileExists(atPath: state) else { continue }
            do {
                _ = try TrainingCheckpoint.read(state)
                report.resumed += 1
            } catch { report.failures.append("kill \(report.kills): \(error)") }
        }
    }

    private func launch(_ folder: String) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["train", folder]
        try process.run()
        return process
    }

    /// The exit status; `nil` for a process that a signal ended.
    private static func status(_ process: Process, killedAfter delay: Double?) throws -> Int32? {
        if let delay {
            usleep(UInt32(delay * 1e6))
            kill(process.processIdentifier, SIGKILL)
        }
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : nil
    }

    private func result(_ folder: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(filePath: folder + "/result.safetensors")))
    }

    /// One run: goes on where the last one in the folder was killed.
    package static func train(in folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try withDevice("cpu") {
            let (model, x, y) = try digitsTraining()
            try model.fit(
                x, y, batchSize: 32, epochs: 12, verbose: 0,
                callbacks: [BackupAndRestore(folder + "/backup", saveFrequency: 4)])
            let variables = model.weights + (model.optimizer?.variables ?? [])
            try SafetensorsFile.write(
                variables.enumerated().map { ("\($0)", StoredArray($1)) }, to: folder + "/result.safetensors")
        }
    }
}

extension KilledTraining.Report: CustomStringConvertible {
    package var description: String {
        "\(kills) kills, \(resumed) with a state that loads, \(finished) trainings ended with the bits of one that ran "
            + "through, \(failures.count) failures" + failures.map { "\n  FAILED: \($0)" }.joined()
    }
}
