import ArgumentParser

/// `soak`: what takes long and looks for rare faults.
@main
struct SoakCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "soak", abstract: "Damages files and kills trainings, and looks what becomes of them.",
        subcommands: [FilesCommand.self, KillsCommand.self, TrainCommand.self], defaultSubcommand: FilesCommand.self)
}
