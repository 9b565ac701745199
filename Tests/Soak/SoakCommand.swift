import ArgumentParser

/// `soak`: what takes long and looks for rare faults.
@main
struct SoakCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "soak", abstract: "Damages files, kills and interrupts trainings, and looks what becomes of them.",
        subcommands: [
            FilesCommand.self, KillsCommand.self, TrainCommand.self, InterruptsCommand.self, InterruptibleCommand.self,
        ], defaultSubcommand: FilesCommand.self)
}
