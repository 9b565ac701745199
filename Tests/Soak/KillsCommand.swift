import ArgumentParser
import IbexSoak

/// `soak kills`: kills a training at random moments and lets it go on.
struct KillsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kills",
        abstract: "Kills a training at random moments; fails where its state does not load or it ends with other bits.")

    @Option(help: "How many times.") var count = 200
    @Option(help: "Another seed kills at other moments.") var seed: UInt64 = 1

    func run() throws {
        var training = try KilledTraining(program: CommandLine.arguments[0], seed: seed)
        let report = try training.run(kills: count)
        print(report)
        guard report.failures.isEmpty else { throw ExitCode.failure }
    }
}

/// `soak train FOLDER`: the training that `soak kills` kills.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "train", shouldDisplay: false)

    @Argument var folder: String

    func run() throws { try KilledTraining.train(in: folder) }
}
