import ArgumentParser
import IbexSoak

/// `soak interrupts`: presses Control-C while trainings run.
struct InterruptsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "interrupts",
        abstract:
            "Presses Control-C at random moments of trainings in a terminal; fails where one does not end in order.")

    @Option(help: "How many trainings.") var count = 50
    @Option(help: "Another seed interrupts at other moments.") var seed: UInt64 = 1

    func run() throws {
        var training = try InterruptedTraining(program: CommandLine.arguments[0], seed: seed)
        let report = try training.run(interrupts: count)
        print(report)
        guard report.failures.isEmpty else { throw ExitCode.failure }
    }
}

/// `soak interruptible FOLDER`: the training that `soak interrupts` interrupts.
struct InterruptibleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "interruptible", shouldDisplay: false)

    @Argument var folder: String
    @Flag var slow = false

    func run() throws { try InterruptedTraining.train(in: folder, isSlow: slow) }
}
